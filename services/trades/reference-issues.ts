import type { Tx } from '../../db/client.ts';
import { findReferences } from '../../db/queries/reference.ts';
import type { FieldIssue } from '../../domain/errors/app-error.ts';
import type { TradeTerms } from '../../domain/trade/trade-terms.ts';

/** Which of the things that the terms name do not exist for this tenant; empty where all do. */
export async function referenceIssues(tx: Tx, input: { tenantId: string; terms: TradeTerms }): Promise<readonly FieldIssue[]> {
  const { counterpartyId, bookId, traderId, agreementId } = input.terms;
  const found = await findReferences(tx, { tenantId: input.tenantId, counterpartyId, bookId, traderId, agreementId });
  const issues: FieldIssue[] = [];
  if (!found.counterparty) issues.push(missing({ field: '/counterpartyId', what: 'counterparty', id: counterpartyId }));
  if (!found.book) issues.push(missing({ field: '/bookId', what: 'book', id: bookId }));
  if (!found.trader) issues.push(missing({ field: '/traderId', what: 'trader', id: traderId }));
  if (!found.agreement) issues.push(missing({ field: '/agreementId', what: `agreement with '${counterpartyId}'`, id: agreementId }));
  return issues;
}

function missing(input: { field: string; what: string; id: string }): FieldIssue {
  return {
    field: input.field,
    code: 'reference-data-missing',
    message: `There is no ${input.what} '${input.id}'.`,
    fix: 'Correct the id, or have it added to the reference data first.',
  };
}
