import { checkLei } from '../../identifiers/lei.ts';
import { businessDate } from '../../time/business-date.ts';
import { resultOfFindings } from '../identifier-result.ts';
import { type ComplianceRule, runnable } from '../rule.ts';

type Inputs = { readonly counterpartyId: string; readonly lei: string };

const rule: ComplianceRule<Inputs> = {
  id: 'C08.counterpartyLei',
  version: 1,
  validFrom: businessDate('2000-01-01'),
  source: 'ISO 17442-1, check digits by ISO/IEC 7064 MOD 97-10',
  description: 'The LEI of the counterparty has the right form and check digits.',
  inputsOf: ({ counterparty }) => ({ counterpartyId: counterparty.id, lei: counterparty.lei }),
  evaluate: ({ counterpartyId, lei }) =>
    resultOfFindings({ findings: checkLei(lei), right: `The LEI of ${counterpartyId} is well formed.` }),
};

export const counterpartyLeiRule = runnable(rule);
