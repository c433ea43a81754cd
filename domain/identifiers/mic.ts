import type { IdentifierFinding } from './finding.ts';

/** What REMIT reports as the venue of a bilateral trade. */
export const MIC_OF_BILATERAL_TRADES = 'XBIL';

const MIC_SHAPE = /^[A-Z0-9]{4}$/;

/**
 * Checks the shape of a market identifier code (`mic.shape`, an error). `XBIL` is refused too: it says that there was no venue.
 *
 * @source ISO 10383:2012; TRUM v6.0 field 27
 */
export function checkMic(text: string): readonly IdentifierFinding[] {
  if (MIC_SHAPE.test(text) && text !== MIC_OF_BILATERAL_TRADES) return [];
  return [
    {
      code: 'mic.shape',
      severity: 'error',
      message: `'${text}' is not the market identifier code of a venue.`,
      fix: 'Give 4 capital letters or digits, e.g. XEEE; a bilateral trade has none.',
    },
  ];
}
