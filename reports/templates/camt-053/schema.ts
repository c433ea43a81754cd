import { iso20022Schema } from '../../iso20022/catalogue.ts';

/** An account statement of a bank. @source ISO 20022, camt.053.001.08 */
export const CAMT_053 = iso20022Schema({
  message: 'camt.053.001.08',
  rootElement: 'BkToCstmrStmt',
  rootType: 'BankToCustomerStatementV08',
});
