import type { FieldIssue } from '../errors/app-error.ts';
import type { Currency } from '../money/currency.ts';
import { type Decimal, type DecimalText, decimal, sum } from '../money/decimal.ts';
import type { BusinessDate } from '../time/business-date.ts';

/** One transaction inside an entry; a batch has several. Amounts are above zero, the entry has the sign. */
export type BankTransaction = {
  readonly amount: DecimalText;
  readonly endToEndId?: string;
  /** Structured creditor reference (ISO 11649). */
  readonly creditorReference?: string;
  readonly remittanceText?: string;
  readonly counterpartyIban?: string;
  /** Reason code of a return, e.g. `AC04`; our own payment has come back. */
  readonly returnReason?: string;
};

export type BankEntry = {
  /** AcctSvcrRef or NtryRef, else a hash of what it says: the entry is booked once under it. */
  readonly reference: string;
  readonly direction: 'credit' | 'debit';
  readonly amount: DecimalText;
  /** Pending entries are shown and never booked. */
  readonly isBooked: boolean;
  readonly bookedOn?: BusinessDate;
  readonly transactions: readonly BankTransaction[];
};

/** A statement of one account. Balances are signed: an overdrawn account is negative. */
export type BankStatement = {
  readonly account: string;
  readonly currency: Currency;
  readonly sequence?: string;
  readonly opening: DecimalText;
  readonly closing: DecimalText;
  /** Control sums of the bank, where it gives them. */
  readonly creditSum?: DecimalText;
  readonly debitSum?: DecimalText;
  readonly entries: readonly BankEntry[];
};

/** Sums of the booked entries. */
export function statementSums(statement: BankStatement): { readonly credits: Decimal; readonly debits: Decimal } {
  const of = (direction: BankEntry['direction']): Decimal =>
    sum(statement.entries.filter((entry) => entry.isBooked && entry.direction === direction).map(({ amount }) => decimal(amount)));
  return { credits: of('credit'), debits: of('debit') };
}

/**
 * Why a statement must not be booked: its balances or control sums do not add up, a batch does not, or it does not follow the last one.
 * A statement with any issue is held whole.
 */
export function statementIssues(
  statement: BankStatement,
  previous?: { readonly sequence?: string; readonly closing: DecimalText },
): readonly FieldIssue[] {
  const issues: FieldIssue[] = [];
  const { credits, debits } = statementSums(statement);
  const expected = decimal(statement.opening).plus(credits).minus(debits);
  if (!expected.equals(decimal(statement.closing))) {
    issues.push(
      issue('/closing', 'camt.balance', `The opening balance and the entries come to ${expected.toFixed()}, not ${statement.closing}.`),
    );
  }
  for (const [field, stated, found] of [
    ['creditSum', statement.creditSum, credits],
    ['debitSum', statement.debitSum, debits],
  ] as const) {
    if (stated !== undefined && !found.equals(decimal(stated))) {
      issues.push(issue(`/${field}`, 'camt.controlSum', `The entries come to ${found.toFixed()}, the control sum says ${stated}.`));
    }
  }
  for (const [place, entry] of statement.entries.entries()) {
    const total = sum(entry.transactions.map(({ amount }) => decimal(amount)));
    if (entry.transactions.length > 0 && !total.equals(decimal(entry.amount))) {
      issues.push(
        issue(`/entries/${place}/amount`, 'camt.batchSum', `The transactions come to ${total.toFixed()}, the entry is ${entry.amount}.`),
      );
    }
  }
  return [...issues, ...(previous === undefined ? [] : sequenceIssues(statement, previous))];
}

/** What waits for money: a receivable for a receipt, a payable for our own payment. */
export type OpenItem = {
  readonly id: string;
  readonly side: 'receivable' | 'payable';
  /** End-to-end id, netting id or document number under which it is paid. */
  readonly references: readonly string[];
  readonly open: DecimalText;
  readonly iban?: string;
};

/** What a booked transaction means. `proposed` is a guess that a person confirms; `unknown` goes to suspense. */
export type Allocation = {
  readonly entryReference: string;
  readonly kind: 'paid' | 'partial' | 'over' | 'returned' | 'proposed' | 'unknown';
  readonly side: OpenItem['side'];
  readonly itemId?: string;
  readonly amount: DecimalText;
  /** Open after it; the amount over where `kind` is `over`. */
  readonly remaining?: DecimalText;
  readonly returnReason?: string;
};

/**
 * Allocates a sound statement to open items by end-to-end id, structured reference or a document number in the text; amount and account
 * alone only propose. Entries in `booked` are skipped, so that importing a statement again changes nothing. A return of our own payment
 * opens its payable again.
 */
export function allocateStatement(input: {
  statement: BankStatement;
  items: readonly OpenItem[];
  booked: ReadonlySet<string>;
}): readonly Allocation[] {
  const open = new Map(input.items.map((item) => [item.id, decimal(item.open)]));
  const seen = new Set(input.booked);
  return input.statement.entries
    .filter((entry) => entry.isBooked)
    .flatMap((entry) => {
      if (seen.has(entry.reference)) return [];
      seen.add(entry.reference);
      const transactions = entry.transactions.length === 0 ? [{ amount: entry.amount }] : entry.transactions;
      return transactions.map((transaction) => allocate({ entry, transaction, items: input.items, open }));
    });
}

function allocate(input: {
  entry: BankEntry;
  transaction: BankTransaction;
  items: readonly OpenItem[];
  open: Map<string, Decimal>;
}): Allocation {
  const { entry, transaction, open } = input;
  const isReturn = entry.direction === 'credit' && transaction.returnReason !== undefined;
  const side = isReturn || entry.direction === 'debit' ? 'payable' : 'receivable';
  const base = { entryReference: entry.reference, side, amount: transaction.amount } as const;
  const candidates = input.items.filter((item) => item.side === side);
  const item = candidates.find((candidate) => isNamed(candidate, transaction));
  if (item === undefined) {
    const alike = candidates.find((candidate) => isAlike(candidate, transaction, open));
    return alike === undefined ? { ...base, kind: 'unknown' } : { ...base, kind: 'proposed', itemId: alike.id };
  }
  const before = open.get(item.id) ?? decimal(item.open);
  const amount = decimal(transaction.amount);
  const after = isReturn ? before.plus(amount) : before.minus(amount);
  open.set(item.id, after.isNegative() ? amount.minus(amount) : after);
  if (isReturn) {
    const returnReason = transaction.returnReason ?? 'unknown';
    return { ...base, kind: 'returned', itemId: item.id, remaining: after.toFixed(), returnReason };
  }
  const kind = after.isZero() ? 'paid' : after.isNegative() ? 'over' : 'partial';
  return { ...base, kind, itemId: item.id, remaining: after.abs().toFixed() };
}

function isNamed(item: OpenItem, transaction: BankTransaction): boolean {
  const { endToEndId, creditorReference, remittanceText } = transaction;
  return item.references.some(
    (reference) => reference === endToEndId || reference === creditorReference || wordsOf(remittanceText).has(reference),
  );
}

function isAlike(item: OpenItem, transaction: BankTransaction, open: ReadonlyMap<string, Decimal>): boolean {
  return (
    item.iban !== undefined && item.iban === transaction.counterpartyIban && open.get(item.id)?.equals(decimal(transaction.amount)) === true
  );
}

function wordsOf(text: string | undefined): ReadonlySet<string> {
  return new Set((text ?? '').split(/[\s,;]+/));
}

function sequenceIssues(
  statement: BankStatement,
  previous: { readonly sequence?: string; readonly closing: DecimalText },
): readonly FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (!decimal(previous.closing).equals(decimal(statement.opening))) {
    issues.push(
      issue('/opening', 'camt.opening', `The statement opens with ${statement.opening}; the last one closed with ${previous.closing}.`),
    );
  }
  const { sequence } = statement;
  if (sequence !== undefined && previous.sequence !== undefined && BigInt(sequence) !== BigInt(previous.sequence) + 1n) {
    issues.push(issue('/sequence', 'camt.sequence', `Statement ${sequence} does not follow ${previous.sequence}.`));
  }
  return issues;
}

function issue(field: string, code: string, message: string): FieldIssue {
  return { field, code, message, fix: 'Ask the bank for the whole and correct statement; this one is held and nothing of it is booked.' };
}
