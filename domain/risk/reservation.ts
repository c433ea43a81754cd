import { type DecimalText, decimal, decimalText } from '../money/decimal.ts';
import type { LimitAsk } from './limit.ts';

/** The part of a limit that one trade version holds (in flight) or uses (booked). */
export type Reservation = LimitAsk;

/** A change of one limit: added to `used` and `reserved`; either may be below zero. */
export type LimitDelta = { readonly limitId: string; readonly used: DecimalText; readonly reserved: DecimalText };

/** Takes what a version asks while it is in flight. */
export function reserveDeltas(asks: readonly LimitAsk[]): readonly LimitDelta[] {
  return asks.map(({ limitId, held }) => ({ limitId, used: '0', reserved: held }));
}

/** Gives back what a version holds; it was never booked, so nothing is used. */
export function releaseDeltas(held: readonly Reservation[]): readonly LimitDelta[] {
  return held.map(({ limitId, held: part }) => ({ limitId, used: '0', reserved: negated(part) }));
}

/**
 * Turns what a version holds into use, in place of what the version booked before it used: limits that only the earlier one concerned
 * are freed. One delta a limit, in the order of limit ids.
 */
export function confirmDeltas(input: { held: readonly Reservation[]; previous: readonly Reservation[] }): readonly LimitDelta[] {
  const heldByLimit = new Map(input.held.map((reservation) => [reservation.limitId, reservation]));
  const previousByLimit = new Map(input.previous.map((reservation) => [reservation.limitId, reservation]));
  const ids = [...new Set([...heldByLimit.keys(), ...previousByLimit.keys()])].toSorted();
  return ids.map((limitId) => {
    const next = heldByLimit.get(limitId);
    const before = previousByLimit.get(limitId);
    const used = decimal(next?.amount ?? '0').minus(decimal(before?.amount ?? '0'));
    return { limitId, used: decimalText(used), reserved: negated(next?.held ?? '0') };
  });
}

function negated(text: DecimalText): DecimalText {
  return decimalText(decimal(text).negated());
}
