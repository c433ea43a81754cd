import { businessDate } from '../time/business-date.ts';
import { tradeTermsSchema } from './trade-draft-schema.ts';
import type { TradeTerms } from './trade-terms.ts';

/** Terms as they come out of the database: the same schema that let them in. Throws where they are not terms, which is a bug. */
export function readStoredTerms(value: unknown): TradeTerms {
  const terms = tradeTermsSchema.parse(value);
  return { ...terms, deliveryStartDate: businessDate(terms.deliveryStartDate), deliveryEndDate: businessDate(terms.deliveryEndDate) };
}
