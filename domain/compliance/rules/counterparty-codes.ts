import { checkAcerCode } from '../../identifiers/acer-code.ts';
import { checkEic } from '../../identifiers/eic.ts';
import type { IdentifierFinding } from '../../identifiers/finding.ts';
import { businessDate } from '../../time/business-date.ts';
import { resultOfFindings } from '../identifier-result.ts';
import { type ComplianceRule, runnable } from '../rule.ts';

type Inputs = { readonly counterpartyId: string; readonly acerCode: string; readonly eic?: string };

const rule: ComplianceRule<Inputs> = {
  id: 'C09.counterpartyCodes',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: 'ENTSO-E EIC Reference Manual, check character; ACER, REMIT registration code format (CEREMP)',
  description: 'The ACER code and, where there is one, the EIC of the counterparty have the right form and check character.',
  inputsOf: ({ counterparty }) => ({
    counterpartyId: counterparty.id,
    acerCode: counterparty.acerCode,
    ...(counterparty.eic === undefined ? {} : { eic: counterparty.eic }),
  }),
  evaluate: (inputs) => {
    const findings: readonly IdentifierFinding[] = [
      ...checkAcerCode(inputs.acerCode),
      ...(inputs.eic === undefined ? [] : checkEic(inputs.eic)),
    ];
    return resultOfFindings({ findings, right: `The codes of ${inputs.counterpartyId} are well formed.` });
  },
};

export const counterpartyCodesRule = runnable(rule);
