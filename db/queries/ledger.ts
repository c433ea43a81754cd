import type { Db, Tx } from '../client.ts';
import type { NewRow } from '../schema.ts';

/** What one journal brings in: its head and at least two postings that sum to zero, which the database checks at the commit. */
export type NewJournal = {
  readonly head: NewRow<'journals'>;
  readonly postings: readonly {
    readonly account: string;
    readonly currency: string;
    readonly amount: string;
    readonly counterpartyId: string;
  }[];
};

/** Posts journals with their postings, in two statements. */
export async function insertJournals(tx: Tx, journals: readonly NewJournal[]): Promise<void> {
  if (journals.length === 0) return;
  await tx
    .insertInto('journals')
    .values(journals.map(({ head }) => head))
    .execute();
  await tx
    .insertInto('postings')
    .values(
      journals.flatMap(({ head, postings }) =>
        postings.map((posting, index) => ({
          tenant_id: head.tenant_id,
          journal_id: head.id,
          line_number: index + 1,
          account: posting.account,
          counterparty_id: posting.counterpartyId,
          currency: posting.currency,
          amount: posting.amount,
        })),
      ),
    )
    .execute();
}

export type AccountBalanceRow = { readonly account: string; readonly currency: string; readonly balance: string };

/** Balance of every account that was posted to, debits positive; of one counterparty, or of all. */
export async function listAccountBalances(db: Db, input: { tenantId: string; counterpartyId?: string }): Promise<AccountBalanceRow[]> {
  let query = db
    .selectFrom('postings')
    .select((eb) => ['account', 'currency', eb.fn.sum<string>('amount').as('balance')])
    .where('tenant_id', '=', input.tenantId);
  if (input.counterpartyId !== undefined) query = query.where('counterparty_id', '=', input.counterpartyId);
  return await query.groupBy(['account', 'currency']).orderBy('account').orderBy('currency').execute();
}
