import { invariant } from '../../errors/app-error.ts';
import type { FieldIssue } from '../../errors/app-error.ts';
import { addDays, businessDate, isBusinessDate, lastDayOf, monthOf, nextMonth } from '../../time/business-date.ts';
import type { BusinessDate, InstantText } from '../../time/business-date.ts';
import { addBusinessDays } from '../../time/calendar.ts';
import type { CalendarName } from '../../time/calendar.ts';
import { instantOfLocal, isInstantText, localDateOf } from '../../time/zone.ts';
import { RequestFields } from './request-fields.ts';

/**
 * What is reported: an order or trade on an organised market place, a bilateral contract with price and quantity, a framework or any
 * contract whose price or volume is open (Table 2), or an execution under one. Lifecycle events have the limit of their kind.
 */
export const REMIT_DEADLINE_KINDS = ['organised-market', 'bilateral', 'framework', 'execution'] as const;
export type RemitDeadlineKind = (typeof REMIT_DEADLINE_KINDS)[number];

export type RemitDeadlineInput = {
  readonly kind: RemitDeadlineKind;
  /** When the contract was concluded, or the lifecycle event happened: an instant, or the date in {@link REMIT_CLOCK}. */
  readonly concludedAt: InstantText | BusinessDate;
  /** For `execution`, and needed there: when price and quantity became final. */
  readonly fixedAt?: InstantText | BusinessDate;
  /** A bilateral contract that is the same as a product of a venue; only the old act had a limit of its own for it. */
  readonly lookAlike?: boolean;
};

export type RemitDeadline = {
  readonly dueOn: BusinessDate;
  /** The end of that day. */
  readonly dueAt: InstantText;
  readonly rule: string;
  readonly source: string;
};

type Limit = { readonly unit: 'businessDays' | 'months'; readonly count: number };

type DeadlineRule = {
  readonly id: string;
  readonly kind: RemitDeadlineKind;
  readonly lookAlike: boolean;
  /** First and last date of the event to which it applies, in {@link REMIT_CLOCK}; absent means without end. */
  readonly validFrom?: BusinessDate;
  readonly validTo?: BusinessDate;
  readonly limit: Limit;
  readonly source: string;
};

/**
 * Days are counted and end by this clock and calendar. ACER's worked case (29 April → 13 May 2026) counts 1 May, so holidays do not matter.
 * @source ACER Q&A on Implementing Regulation (EU) 2026/256, quoted by remitcloud.de: worked time limits
 */
export const REMIT_CLOCK: { readonly zone: string; readonly calendar: CalendarName } = { zone: 'Europe/Brussels', calendar: 'WEEKDAYS' };

/** @source Commission Implementing Regulation (EU) 2026/256, OJ L 9 April 2026: its definitions and time limits apply from this day */
const NEW_FROM = businessDate('2026-04-29');
/** @source as above, which repeals Implementing Regulation (EU) No 1348/2014 */
const OLD_TO = addDays(NEW_FROM, -1);
const OLD_ACT = 'Commission Implementing Regulation (EU) No 1348/2014 art. 7, repealed; applies to events up to 28 April 2026';
const NEW_ACT = 'Commission Implementing Regulation (EU) 2026/256, OJ L 9 April 2026; applies to events from 29 April 2026';

function oldRule(kind: RemitDeadlineKind, limit: Limit, options: { lookAlike: boolean } = { lookAlike: false }): DeadlineRule {
  const id = `remit.1348-2014.${kind}${options.lookAlike ? '.look-alike' : ''}`;
  return { id, kind, lookAlike: options.lookAlike, validTo: OLD_TO, limit, source: OLD_ACT };
}

function newRule(kind: RemitDeadlineKind, businessDays: number, lookAlike = false): DeadlineRule {
  const limit: Limit = { unit: 'businessDays', count: businessDays };
  return { id: `remit.2026-256.${kind}`, kind, lookAlike, validFrom: NEW_FROM, limit, source: NEW_ACT };
}

const ONE_MONTH: Limit = { unit: 'months', count: 1 };
const NEXT_BUSINESS_DAY: Limit = { unit: 'businessDays', count: 1 };

/**
 * Time limits by kind, the old act first. Lifecycle events have those of their kind.
 * @source Implementing Regulation (EU) No 1348/2014 art. 7, events up to 28 April 2026: next working day, look-alikes likewise, else one month
 * @source Implementing Regulation (EU) 2026/256, events from 29 April 2026: 2 working days on a venue, else 10
 */
const DEADLINE_RULES: readonly DeadlineRule[] = [
  oldRule('organised-market', NEXT_BUSINESS_DAY),
  oldRule('bilateral', ONE_MONTH),
  oldRule('bilateral', NEXT_BUSINESS_DAY, { lookAlike: true }),
  oldRule('framework', ONE_MONTH),
  oldRule('execution', ONE_MONTH),
  newRule('organised-market', 2),
  newRule('bilateral', 10),
  newRule('bilateral', 10, true),
  newRule('framework', 10),
  newRule('execution', 10),
];

/**
 * The last day on which an event may be reported, by the act in force on its date. An execution counts from `fixedAt`.
 *
 * @source Implementing Regulation (EU) 2026/256; Implementing Regulation (EU) No 1348/2014 art. 7 for events up to 28 April 2026
 */
export function remitDeadline(input: RemitDeadlineInput): RemitDeadline {
  const { kind, lookAlike = false } = input;
  const from = kind === 'execution' ? input.fixedAt : input.concludedAt;
  invariant(from !== undefined, 'an execution counts from fixedAt');
  const eventOn = dateOf(from);
  const rule = DEADLINE_RULES.find(
    (candidate) => candidate.kind === kind && candidate.lookAlike === (lookAlike && kind === 'bilateral') && isInForce(candidate, eventOn),
  );
  invariant(rule !== undefined, `no REMIT time limit for ${kind} on ${eventOn}`);
  const dueOn = limitFrom(eventOn, rule.limit);
  const dueAt = instantOfLocal({ date: dueOn, time: '24:00:00', zone: REMIT_CLOCK.zone });
  return { dueOn, dueAt, rule: rule.id, source: rule.source };
}

export type DeadlineAnswer =
  | ({ readonly kind: 'deadline' } & RemitDeadline)
  | { readonly kind: 'refused'; readonly issues: readonly FieldIssue[] };

/** Answers `energyopti deadline` for `{regime: "REMIT", kind, concludedAt, fixedAt?, lookAlike?}`. Unknown fields are refused. */
export function deadlineRequest(request: unknown): DeadlineAnswer {
  const issues: FieldIssue[] = [];
  const fields = new RequestFields({ json: request, path: '', issues });
  const moment = { test: isMoment, code: 'field.instant', fix: 'Give an instant with Z or an offset, or a date YYYY-MM-DD.' };
  fields.oneOf('regime', { required: true, values: ['REMIT'] });
  const kind = fields.oneOf('kind', { required: true, values: REMIT_DEADLINE_KINDS });
  const concludedAt = fields.textOf('concludedAt', { required: kind !== 'execution', ...moment });
  const fixedAt = fields.textOf('fixedAt', { required: kind === 'execution', ...moment });
  const lookAlike = fields.flag('lookAlike') ?? false;
  if (fixedAt !== undefined && concludedAt !== undefined && dateOf(fixedAt) < dateOf(concludedAt)) {
    fields.add('fixedAt', {
      code: 'field.reversed',
      message: 'Fixed before the contract was concluded.',
      fix: 'Give the later instant here.',
    });
  }
  if (lookAlike && kind !== 'bilateral' && kind !== undefined) {
    fields.add('lookAlike', { code: 'field.notHere', message: 'Only a bilateral contract can be a look-alike.', fix: 'Leave it out.' });
  }
  fields.refuseUnknown();
  const startsAt = concludedAt ?? fixedAt;
  if (issues.length > 0 || kind === undefined || startsAt === undefined) return { kind: 'refused', issues };
  return { kind: 'deadline', ...remitDeadline({ kind, concludedAt: startsAt, lookAlike, ...(fixedAt === undefined ? {} : { fixedAt }) }) };
}

function isMoment(text: string): boolean {
  return isBusinessDate(text) || (isInstantText(text) && isBusinessDate(localDateText(text)));
}

/** `localDateOf` throws for years that a business date does not reach. */
function localDateText(instant: InstantText): string {
  const year = Number(instant.slice(0, 4));
  return year > 1900 && year < 2199 ? localDateOf({ instant, zone: REMIT_CLOCK.zone }) : '';
}

function dateOf(moment: InstantText | BusinessDate): BusinessDate {
  return isBusinessDate(moment) ? moment : localDateOf({ instant: moment, zone: REMIT_CLOCK.zone });
}

function isInForce(rule: DeadlineRule, date: BusinessDate): boolean {
  return (rule.validFrom === undefined || rule.validFrom <= date) && (rule.validTo === undefined || date <= rule.validTo);
}

function limitFrom(date: BusinessDate, limit: Limit): BusinessDate {
  if (limit.unit === 'businessDays') return addBusinessDays({ calendar: REMIT_CLOCK.calendar, from: date, days: limit.count });
  let month = monthOf(date);
  for (let count = 0; count < limit.count; count += 1) month = nextMonth(month);
  const sameDay = `${month}-${date.slice(8)}`;
  return isBusinessDate(sameDay) ? sameDay : lastDayOf(month);
}
