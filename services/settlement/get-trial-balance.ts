import { withTenant } from '../../db/client.ts';
import { listAccountBalances } from '../../db/queries/ledger.ts';
import { fixedText, decimal, decimalText, sum } from '../../domain/money/decimal.ts';
import { ACCOUNTS } from '../../domain/settlement/ledger.ts';
import { authorise } from '../authorise.ts';
import type { ServiceContext } from '../context.ts';
import { SETTLEMENT_READERS } from './views.ts';

export type TrialBalance = {
  /** Debits positive, credits negative, in order of the account. */
  readonly accounts: readonly { readonly account: string; readonly name: string; readonly currency: string; readonly balance: string }[];
  /** Sum by currency: zero, or the ledger is broken. */
  readonly sums: Readonly<Record<string, string>>;
};

/** Balance of every account that was posted to; of one counterparty, or of all. Throws `forbidden`. */
export async function getTrialBalance(input: { ctx: ServiceContext; input: { counterpartyId?: string } }): Promise<TrialBalance> {
  const { ctx } = input;
  authorise(ctx, { allowed: SETTLEMENT_READERS, action: 'see the ledger' });
  const rows = await withTenant(ctx.db, ctx.tenantId, (tx) => listAccountBalances(tx, { tenantId: ctx.tenantId, ...input.input }));
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const names: Readonly<Record<string, string>> = ACCOUNTS;
  return {
    accounts: rows.map(({ account, currency, balance }) => ({
      account,
      name: names[account] ?? account,
      currency,
      balance: fixedText(decimal(balance), 2),
    })),
    sums: Object.fromEntries(
      currencies.map((currency) => [
        currency,
        decimalText(sum(rows.filter((row) => row.currency === currency).map(({ balance }) => decimal(balance)))),
      ]),
    ),
  };
}
