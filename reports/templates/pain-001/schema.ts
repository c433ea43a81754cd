import { iso20022Schema } from '../../iso20022/catalogue.ts';

/** A payment order of a customer to his bank. @source ISO 20022, pain.001.001.09 */
export const PAIN_001 = iso20022Schema({
  message: 'pain.001.001.09',
  rootElement: 'CstmrCdtTrfInitn',
  rootType: 'CustomerCreditTransferInitiationV09',
});
