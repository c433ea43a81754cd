import { assertNever, invariant } from '../errors/app-error.ts';
import { type Currency, amountText } from '../money/currency.ts';
import { type Decimal, type DecimalText, ZERO, decimal, sum } from '../money/decimal.ts';
import type { Commodity, Direction } from '../trade/trade-terms.ts';
import type { Invoice } from './invoice.ts';

/** Accounts of a legal entity, kept per currency and counterparty. */
export const ACCOUNTS = {
  '1000': 'Bank',
  '1050': 'Payments in transit',
  '1100': 'Receivables',
  '1190': 'Disputed receivables',
  '1300': 'Delivered, not invoiced',
  '1500': 'Input VAT',
  '1510': 'Input VAT under reverse charge',
  '2100': 'Payables',
  '2190': 'Disputed payables',
  '2210': 'Output VAT',
  '2220': 'Output VAT under reverse charge',
  '2300': 'Received, not invoiced',
  '2900': 'Suspense',
  '4000': 'Power sales',
  '4100': 'Gas sales',
  '4800': 'Interest income',
  '5000': 'Power purchases',
  '5100': 'Gas purchases',
  '5300': 'Services',
  '5800': 'Interest expense',
  '6900': 'Bank fees',
  '6950': 'Rounding differences',
  '7000': 'Realised currency differences',
  '7010': 'Unrealised currency differences',
} as const;

export type AccountCode = keyof typeof ACCOUNTS;

/** One movement of one account. A debit is positive, a credit negative. */
export type Posting = { readonly account: AccountCode; readonly currency: Currency; readonly amount: DecimalText };

/** Movements that are posted together or not at all. They sum to zero in every currency. */
export type Journal = { readonly text: string; readonly postings: readonly Posting[] };

/** What happened to money at the bank, or on its way there. */
export type PaymentEvent = {
  /** `received` from the counterparty; our own payment `released` to the bank, `booked` by it, or `returned` to us. */
  readonly kind: 'received' | 'released' | 'booked' | 'returned';
  /** Above zero. */
  readonly amount: DecimalText;
  readonly currency: Currency;
  /** End-to-end id or statement entry by which it is found again. */
  readonly reference: string;
};

/** Facts of a month that are no document and no payment of the counterparty. Amounts are above zero. */
export type SettlementEvent =
  | { readonly kind: 'accrued'; readonly side: Direction; readonly commodity: Commodity; readonly amount: DecimalText }
  | { readonly kind: 'accrualReversed'; readonly side: Direction; readonly commodity: Commodity; readonly amount: DecimalText }
  | { readonly kind: 'serviceInvoiced'; readonly net: DecimalText; readonly vat: DecimalText }
  | { readonly kind: 'netted'; readonly amount: DecimalText }
  | { readonly kind: 'bankFee'; readonly amount: DecimalText }
  | { readonly kind: 'receivedUnknown'; readonly amount: DecimalText }
  | { readonly kind: 'unknownFound'; readonly amount: DecimalText }
  | { readonly kind: 'disputed'; readonly amount: DecimalText }
  | { readonly kind: 'disputeClosed'; readonly amount: DecimalText }
  | { readonly kind: 'interestClaimed'; readonly amount: DecimalText }
  | { readonly kind: 'interestOwed'; readonly amount: DecimalText };

const SALES: Readonly<Record<Commodity, AccountCode>> = { power: '4000', gas: '4100' };
const PURCHASES: Readonly<Record<Commodity, AccountCode>> = { power: '5000', gas: '5100' };

/**
 * Books a settlement document in our ledger: a sale as receivable, a purchase as payable, a credit note with every sign turned.
 * Under reverse charge a purchase also books the VAT that we owe and deduct ourselves.
 */
export function journalOfInvoice(invoice: Invoice): Journal {
  const sign = invoice.kind === 'creditNote' ? -1 : 1;
  const debit = (account: AccountCode, amount: DecimalText): Movement => ({ account, amount: decimal(amount).times(sign) });
  const credit = (account: AccountCode, amount: DecimalText): Movement => ({ account, amount: decimal(amount).times(-sign) });
  const { commodity, net, vat, total, selfAssessedVat } = invoice;
  const movements =
    invoice.issuer === 'seller'
      ? [debit('1100', total), credit(SALES[commodity], net), credit('2210', vat)]
      : [
          debit(PURCHASES[commodity], net),
          debit('1500', vat),
          credit('2100', total),
          debit('1510', selfAssessedVat),
          credit('2220', selfAssessedVat),
        ];
  return journal({ text: `${invoice.kind} ${invoice.number}`, currency: invoice.currency, movements });
}

/** Books a payment. One that we release is in transit until the bank books it; a status of the bank alone books nothing. */
export function journalOfPayment(event: PaymentEvent): Journal {
  const amount = decimal(event.amount);
  invariant(amount.greaterThan(0), 'a payment is above zero');
  const [debited, credited] = accountsOfPayment(event.kind);
  const movements = [
    { account: debited, amount },
    { account: credited, amount: amount.negated() },
  ];
  return journal({ text: `payment ${event.kind} ${event.reference}`, currency: event.currency, movements });
}

/** Books an event of the month: accruals and their reversal, services, netting, fees, suspense, disputes, interest. */
export function journalOfEvent(input: { event: SettlementEvent; currency: Currency; reference: string }): Journal {
  const { event, currency, reference } = input;
  const movements = movementsOfEvent(event);
  invariant(
    movements.every(({ amount }) => !amount.isZero()),
    `the event ${event.kind} ${reference} is above zero`,
  );
  return journal({ text: `${event.kind} ${reference}`, currency, movements });
}

/** Balance of every account that moved, by currency, in order of the account. Debits are positive; the balances sum to zero. */
export function trialBalance(journals: readonly Journal[]): readonly Posting[] {
  const balances = new Map<string, { account: AccountCode; currency: Currency; amount: Decimal }>();
  for (const { account, currency, amount } of journals.flatMap(({ postings }) => postings)) {
    const key = `${account} ${currency}`;
    const before = balances.get(key)?.amount ?? ZERO;
    balances.set(key, { account, currency, amount: before.plus(decimal(amount)) });
  }
  return [...balances.entries()]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, balance]) => ({ ...balance, amount: amountText(balance.amount, balance.currency) }));
}

type Movement = { readonly account: AccountCode; readonly amount: Decimal };

/** The one place where journals are made: movements of zero are left out, and a sum that is not zero is a bug. */
function journal(input: { text: string; currency: Currency; movements: readonly Movement[] }): Journal {
  const total = sum(input.movements.map(({ amount }) => amount));
  invariant(total.isZero(), `journal '${input.text}' sums to ${total.toFixed()} ${input.currency}`);
  const postings = input.movements
    .filter(({ amount }) => !amount.isZero())
    .map(({ account, amount }) => ({ account, currency: input.currency, amount: amountText(amount, input.currency) }));
  return { text: input.text, postings };
}

function movementsOfEvent(event: SettlementEvent): readonly Movement[] {
  const moved = (debited: AccountCode, credited: AccountCode, amount: DecimalText): readonly Movement[] => {
    invariant(!decimal(amount).isNegative(), `an amount of ${event.kind} is not negative`);
    return [
      { account: debited, amount: decimal(amount) },
      { account: credited, amount: decimal(amount).negated() },
    ];
  };
  switch (event.kind) {
    case 'accrued':
      return event.side === 'sell'
        ? moved('1300', SALES[event.commodity], event.amount)
        : moved(PURCHASES[event.commodity], '2300', event.amount);
    case 'accrualReversed':
      return event.side === 'sell'
        ? moved(SALES[event.commodity], '1300', event.amount)
        : moved('2300', PURCHASES[event.commodity], event.amount);
    case 'serviceInvoiced':
      return [...moved('5300', '2100', event.net), ...(decimal(event.vat).isZero() ? [] : moved('1500', '2100', event.vat))];
    case 'netted':
      return moved('2100', '1100', event.amount);
    case 'bankFee':
      return moved('6900', '1000', event.amount);
    case 'receivedUnknown':
      return moved('1000', '2900', event.amount);
    case 'unknownFound':
      return moved('2900', '1100', event.amount);
    case 'disputed':
      return moved('1190', '1100', event.amount);
    case 'disputeClosed':
      return moved('1100', '1190', event.amount);
    case 'interestClaimed':
      return moved('1100', '4800', event.amount);
    case 'interestOwed':
      return moved('5800', '2100', event.amount);
    default:
      return assertNever(event);
  }
}

/** The account that is debited and the one that is credited. */
function accountsOfPayment(kind: PaymentEvent['kind']): readonly [AccountCode, AccountCode] {
  switch (kind) {
    case 'received':
      return ['1000', '1100'];
    case 'released':
      return ['2100', '1050'];
    case 'booked':
      return ['1050', '1000'];
    case 'returned':
      return ['1000', '2100'];
    default:
      return assertNever(kind);
  }
}
