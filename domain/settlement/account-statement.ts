import { type Currency, amountText } from '../money/currency.ts';
import { type DecimalText, decimal } from '../money/decimal.ts';
import type { BusinessDate } from '../time/business-date.ts';

/** A posting to the account of a counterparty. Debits are positive: what they owe us grows. */
export type AccountMovement = {
  readonly bookedOn: BusinessDate;
  readonly valueOn: BusinessDate;
  /** Order of booking; never given twice. */
  readonly sequence: number;
  readonly text: string;
  readonly amount: DecimalText;
  readonly evidenceId: string;
};

export type StatementRow = AccountMovement & { readonly balance: DecimalText };

/** Movements of a period with their running balance; nothing of it is stored. */
export type AccountStatement = {
  readonly currency: Currency;
  readonly from: BusinessDate;
  readonly to: BusinessDate;
  readonly opening: DecimalText;
  readonly rows: readonly StatementRow[];
  readonly closing: DecimalText;
};

/** One row per movement by booking date and sequence. Movements before the period make the opening balance, later ones are left out. */
export function accountStatement(input: {
  currency: Currency;
  from: BusinessDate;
  to: BusinessDate;
  movements: readonly AccountMovement[];
}): AccountStatement {
  const { currency, from, to } = input;
  const ordered = input.movements.toSorted((left, right) =>
    left.bookedOn === right.bookedOn ? left.sequence - right.sequence : left.bookedOn < right.bookedOn ? -1 : 1,
  );
  let balance = decimal('0');
  let opening = balance;
  const rows: StatementRow[] = [];
  for (const movement of ordered) {
    if (movement.bookedOn > to) break;
    balance = balance.plus(decimal(movement.amount));
    if (movement.bookedOn < from) opening = balance;
    else rows.push({ ...movement, balance: amountText(balance, currency) });
  }
  return { currency, from, to, opening: amountText(opening, currency), rows, closing: amountText(balance, currency) };
}
