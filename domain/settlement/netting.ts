import { createHash } from 'node:crypto';
import { invariant } from '../errors/app-error.ts';
import { type Currency, amountText } from '../money/currency.ts';
import { type DecimalText, ZERO, decimal, sum } from '../money/decimal.ts';
import type { BusinessDate } from '../time/business-date.ts';

/** What nets: documents of one agreement, currency and due date. In this order they stand in the statement. */
export const NETTING_MEMBER_KINDS = ['invoice', 'selfBill', 'creditNote', 'interest'] as const;
export type NettingMemberKind = (typeof NETTING_MEMBER_KINDS)[number];

/** A document that may be netted. Amounts are gross of VAT, which is never netted itself; positive is what we receive. */
export type NettingCandidate = {
  readonly kind: NettingMemberKind;
  readonly number: string;
  readonly issuedOn: BusinessDate;
  readonly dueOn: BusinessDate;
  readonly net: DecimalText;
  readonly vat: DecimalText;
  readonly gross: DecimalText;
  /** Part of `gross` in dispute, with its sign; it stays out. */
  readonly disputed?: DecimalText;
  readonly state: 'matched' | 'mismatched' | 'disputed' | 'unapproved';
};

/** Which documents belong together. @source EFET General Agreement § 13.3: same currency, same day, all Individual Contracts */
export type NettingKey = {
  readonly ourLei: string;
  readonly counterpartyLei: string;
  readonly currency: Currency;
  readonly dueOn: BusinessDate;
  readonly agreementId: string;
};

export type NettingMember = Omit<NettingCandidate, 'state' | 'disputed'> & { readonly amount: DecimalText };
export type NettingExclusion = { readonly number: string; readonly amount: DecimalText; readonly reason: string };

/** A frozen set. Both sides that compute the same hash have agreed. */
export type NettingSet = {
  readonly id: string;
  readonly key: NettingKey;
  readonly version: number;
  readonly members: readonly NettingMember[];
  readonly exclusions: readonly NettingExclusion[];
  /** Positive: they pay us. */
  readonly net: DecimalText;
  readonly payer: 'they' | 'we' | 'nobody';
  /** What the payer pays, never negative. */
  readonly payment: DecimalText;
  readonly sha256: string;
};

/**
 * Nets the undisputed parts of approved and matched documents of one due date and freezes the result. A net of zero has a statement and
 * no payment. A dispute after the freeze makes the next version, which may turn the payer around.
 */
export function freezeNetting(input: {
  id: string;
  key: NettingKey;
  version: number;
  candidates: readonly NettingCandidate[];
}): NettingSet {
  const { key } = input;
  const numbers = new Set(input.candidates.map(({ number }) => number));
  invariant(numbers.size === input.candidates.length, 'a document stands once in a netting set');
  const exclusions: NettingExclusion[] = [];
  const members: NettingMember[] = [];
  for (const { state, disputed, ...document } of input.candidates.toSorted(bySettlementOrder)) {
    invariant(decimal(document.net).plus(decimal(document.vat)).equals(decimal(document.gross)), `${document.number} does not add up`);
    const whole = reasonToExclude({ ...document, state }, key);
    if (whole !== undefined) {
      exclusions.push({ number: document.number, amount: document.gross, reason: whole });
      continue;
    }
    const away = decimal(disputed ?? '0');
    if (!away.isZero()) exclusions.push({ number: document.number, amount: amountText(away, key.currency), reason: 'disputed part' });
    const amount = decimal(document.gross).minus(away);
    if (!amount.isZero()) members.push({ ...document, amount: amountText(amount, key.currency) });
  }
  const net = sum(members.map(({ amount }) => decimal(amount)));
  const frozen = { id: input.id, key, version: input.version, members, exclusions, net: amountText(net, key.currency) };
  return {
    ...frozen,
    payer: net.isZero() ? 'nobody' : net.greaterThan(ZERO) ? 'they' : 'we',
    payment: amountText(net.abs(), key.currency),
    sha256: nettingHash({ key, members }),
  };
}

/** The hash of a set from either side: a party that sees the documents with its own signs gets the same one. Equal hashes are agreement. */
export function nettingHash(input: {
  key: NettingKey;
  members: readonly Pick<NettingMember, 'dueOn' | 'kind' | 'number' | 'amount'>[];
}): string {
  const { key, members } = input;
  const [first = '', second = ''] = [key.ourLei, key.counterpartyLei].toSorted();
  // Signs are those of the party with the smaller LEI, so that both sides hash the same text.
  const isTurned = key.ourLei !== first;
  const rows = members.map((member) => {
    const amount = decimal(member.amount).times(isTurned ? -1 : 1);
    return [member.dueOn, member.kind, member.number, amountText(amount, key.currency)].join('|');
  });
  const text = [first, second, key.agreementId, key.currency, key.dueOn, ...rows].join('\n');
  return createHash('sha256').update(text).digest('hex');
}

/** Open amount of a member, to which a receipt is allocated. */
export type AllocatedMember = { readonly number: string; readonly paid: DecimalText; readonly open: DecimalText };

/** Shares out a short receipt: interest first, then the oldest due, then the smallest number. What is over stays over. */
export function allocateReceipt(input: {
  received: DecimalText;
  currency: Currency;
  members: readonly Pick<NettingMember, 'number' | 'kind' | 'dueOn' | 'amount'>[];
}): { readonly allocated: readonly AllocatedMember[]; readonly over: DecimalText } {
  let left = decimal(input.received);
  const ordered = input.members.toSorted(
    (a, b) =>
      Number(b.kind === 'interest') - Number(a.kind === 'interest') || compareText(a.dueOn, b.dueOn) || compareText(a.number, b.number),
  );
  const allocated = ordered.map(({ number, amount }): AllocatedMember => {
    const owed = decimal(amount);
    const paid = owed.lessThan(left) ? owed : left;
    left = left.minus(paid);
    return { number, paid: amountText(paid, input.currency), open: amountText(owed.minus(paid), input.currency) };
  });
  return { allocated, over: amountText(left, input.currency) };
}

function reasonToExclude(document: Pick<NettingCandidate, 'state' | 'dueOn'>, key: NettingKey): string | undefined {
  if (document.dueOn !== key.dueOn) return `due on ${document.dueOn}`;
  return document.state === 'matched' ? undefined : document.state;
}

function bySettlementOrder(left: NettingCandidate, right: NettingCandidate): number {
  return (
    compareText(left.dueOn, right.dueOn) ||
    NETTING_MEMBER_KINDS.indexOf(left.kind) - NETTING_MEMBER_KINDS.indexOf(right.kind) ||
    compareText(left.number, right.number)
  );
}

/** By code units: document numbers are ASCII, so this is bytewise. */
function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
