import { iso20022Schema } from '../../iso20022/catalogue.ts';

/** What a bank says of a payment order. @source ISO 20022, pain.002.001.10 */
export const PAIN_002 = iso20022Schema({
  message: 'pain.002.001.10',
  rootElement: 'CstmrPmtStsRpt',
  rootType: 'CustomerPaymentStatusReportV10',
});
