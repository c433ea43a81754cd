import { checkMic } from '../../identifiers/mic.ts';
import { businessDate } from '../../time/business-date.ts';
import { resultOfFindings } from '../identifier-result.ts';
import { type ComplianceRule, runnable } from '../rule.ts';

/** Absent where the trade was struck off venue. */
type Inputs = { readonly mic?: string };

const rule: ComplianceRule<Inputs> = {
  id: 'C10.venueMic',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: 'ISO 10383, market identifier codes; TRUM field 27',
  description: 'The venue of the trade is named by a known market identifier code.',
  inputsOf: ({ terms }) => (terms.venue.kind === 'organisedMarket' ? { mic: terms.venue.mic } : {}),
  evaluate: ({ mic }) =>
    mic === undefined
      ? { outcome: 'pass', explanation: 'The trade was struck bilaterally: there is no venue to check.' }
      : resultOfFindings({ findings: checkMic(mic), right: `The venue code ${mic} is well-formed.` }),
};

export const venueMicRule = runnable(rule);
