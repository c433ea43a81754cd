import type { FieldIssue } from '../errors/app-error.ts';
import { type SettlementMarket, deliveryDayStartMs, settlementMarketOf } from '../market/settlement-markets.ts';
import { decimal, isDecimalText } from '../money/decimal.ts';
import { addDays, daysBetween } from '../time/business-date.ts';
import { epochMsOf, instantText, isInstantText } from '../time/zone.ts';
import type { ShapeStep } from '../trade/trade-terms.ts';
import type { DeliveryTerms } from './delivery-intervals.ts';
import { hasProfile, profilesOf } from './delivery-spans.ts';

/** Thirty-five years: longer than any power purchase agreement, short enough to expand. */
export const DELIVERY_DAYS_MAX = 12_784;
/** More than ten years of quarter-hours. */
export const SHAPE_STEPS_MAX = 400_000;
/** A shape with a systematic mistake has it in every step: enough are named to see it. */
const SHAPE_ISSUES_MAX = 20;

const MS_PER_QUARTER_HOUR = 900_000;

/**
 * What is wrong with when and how much is delivered; empty where the terms can be expanded.
 * Fields are JSON pointers into the terms, e.g. `/shape/3/from`.
 */
export function deliveryIssues(terms: DeliveryTerms): readonly FieldIssue[] {
  const market = settlementMarketOf(terms.market);
  const issues = [...periodIssues(terms), ...profileIssues(market, terms)];
  if (terms.profile !== 'shaped') return [...issues, ...capacityIssues(terms)];
  return issues.length > 0 ? issues : shapeIssues(market, terms);
}

function periodIssues(terms: DeliveryTerms): readonly FieldIssue[] {
  const days = daysBetween(terms.deliveryStartDate, terms.deliveryEndDate) + 1;
  if (days < 1) {
    return [
      {
        field: '/deliveryEndDate',
        code: 'delivery.endBeforeStart',
        message: `Delivery ends on ${terms.deliveryEndDate}, before it starts on ${terms.deliveryStartDate}.`,
        fix: 'Give the last delivery day, which is included; for one day it is the same as the first.',
      },
    ];
  }
  if (days <= DELIVERY_DAYS_MAX) return [];
  return [
    {
      field: '/deliveryEndDate',
      code: 'delivery.tooLong',
      message: `Delivery lasts ${days} days; at most ${DELIVERY_DAYS_MAX} are taken.`,
      fix: 'Check the years of the delivery period.',
    },
  ];
}

function profileIssues(market: SettlementMarket, terms: DeliveryTerms): readonly FieldIssue[] {
  if (hasProfile(market, terms.profile)) return [];
  const known = profilesOf(market).map((profile) => `'${profile}'`);
  return [
    {
      field: '/profile',
      code: 'delivery.profileUnknownToMarket',
      message: `The market ${market.code} (${market.commodity}) has no profile '${terms.profile}'.`,
      fix: `Use ${known.join(', ')} or 'shaped'.`,
    },
  ];
}

function capacityIssues(terms: DeliveryTerms): readonly FieldIssue[] {
  const issues: FieldIssue[] = [];
  if (terms.shape !== undefined) {
    issues.push({
      field: '/shape',
      code: 'delivery.shapeNotAllowed',
      message: `A '${terms.profile}' profile has one capacity and no shape.`,
      fix: "Leave the shape out, or set the profile to 'shaped'.",
    });
  }
  const capacityMw = terms.capacityMw;
  if (capacityMw === undefined || !isDecimalText(capacityMw) || decimal(capacityMw).lessThanOrEqualTo(0)) {
    issues.push({
      field: '/capacityMw',
      code: 'delivery.capacityNotPositive',
      message: capacityMw === undefined ? 'The capacity is missing.' : `'${capacityMw}' is not a capacity above zero.`,
      fix: 'Give the constant power in MW as a decimal, e.g. "10". The direction says who delivers, never a sign.',
    });
  }
  return issues;
}

function shapeIssues(market: SettlementMarket, terms: DeliveryTerms): readonly FieldIssue[] {
  const steps = terms.shape ?? [];
  const issues: FieldIssue[] = [];
  if (terms.capacityMw !== undefined) {
    issues.push({
      field: '/capacityMw',
      code: 'delivery.capacityNotAllowed',
      message: "A 'shaped' profile has its power in the steps.",
      fix: 'Leave capacityMw out.',
    });
  }
  if (steps.length === 0 || steps.length > SHAPE_STEPS_MAX) {
    issues.push({
      field: '/shape',
      code: steps.length === 0 ? 'delivery.shapeMissing' : 'delivery.shapeTooLong',
      message: `A 'shaped' profile has 1 to ${SHAPE_STEPS_MAX} steps, not ${steps.length}.`,
      fix: 'List the steps {from, to, quantityMw} in order of time.',
    });
    return issues;
  }
  const periodStartMs = deliveryDayStartMs(market, terms.deliveryStartDate);
  const periodEndMs = deliveryDayStartMs(market, addDays(terms.deliveryEndDate, 1));
  let previousEndMs = periodStartMs;
  for (const [index, step] of steps.entries()) {
    const found = stepIssues({ field: `/shape/${index}`, step, previousEndMs, isFirst: index === 0, periodStartMs, periodEndMs });
    issues.push(...found);
    if (issues.length >= SHAPE_ISSUES_MAX) break;
    if (isInstantText(step.to)) previousEndMs = Math.max(previousEndMs, epochMsOf(step.to));
  }
  if (issues.length === 0 && steps.every(({ quantityMw }) => decimal(quantityMw).isZero())) {
    issues.push({
      field: '/shape',
      code: 'delivery.nothingDelivered',
      message: 'Every step has a quantity of zero: nothing would be delivered.',
      fix: 'Give at least one step its power in MW; leave out the hours without delivery.',
    });
  }
  return issues;
}

type StepContext = {
  readonly field: string;
  readonly step: ShapeStep;
  readonly previousEndMs: number;
  readonly isFirst: boolean;
  readonly periodStartMs: number;
  readonly periodEndMs: number;
};

function stepIssues(context: StepContext): readonly FieldIssue[] {
  const { field, step } = context;
  const issues: FieldIssue[] = [];
  if (!isDecimalText(step.quantityMw) || decimal(step.quantityMw).isNegative()) {
    issues.push({
      field: `${field}/quantityMw`,
      code: 'delivery.quantityNegative',
      message: `'${step.quantityMw}' is not a quantity of zero or more.`,
      fix: 'Give the power of the step in MW as a decimal, e.g. "12.5". The direction says who delivers, never a sign.',
    });
  }
  const borders = (['from', 'to'] as const).flatMap((end) => borderIssues(`${field}/${end}`, step[end]));
  if (borders.length > 0) return [...issues, ...borders];
  return [...issues, ...orderIssues(context)];
}

function borderIssues(field: string, text: string): readonly FieldIssue[] {
  if (!isInstantText(text)) {
    return [
      {
        field,
        code: 'delivery.instantInvalid',
        message: `'${text}' is not an instant.`,
        fix: 'Write it with seconds and with Z or an offset, e.g. 2027-01-01T00:00:00+01:00.',
      },
    ];
  }
  if (epochMsOf(text) % MS_PER_QUARTER_HOUR === 0) return [];
  return [
    {
      field,
      code: 'delivery.offQuarterHour',
      message: `${text} is not on a quarter-hour.`,
      fix: 'Steps begin and end at minute 00, 15, 30 or 45, the market time unit.',
    },
  ];
}

function orderIssues(context: StepContext): readonly FieldIssue[] {
  const { field, step } = context;
  const [fromMs, toMs] = [epochMsOf(step.from), epochMsOf(step.to)];
  if (toMs <= fromMs) {
    return [
      {
        field: `${field}/to`,
        code: 'delivery.stepEmpty',
        message: `The step ends at ${step.to}, not after its start at ${step.from}.`,
        fix: 'Give the end of the step, which is not included.',
      },
    ];
  }
  if (fromMs < context.periodStartMs || toMs > context.periodEndMs) {
    const [start, end] = [instantText(context.periodStartMs), instantText(context.periodEndMs)];
    return [
      {
        field: `${field}/${fromMs < context.periodStartMs ? 'from' : 'to'}`,
        code: 'delivery.outsidePeriod',
        message: `The step lies outside the delivery period ${start} to ${end}.`,
        fix: 'Correct the step, or the first and last delivery day. Delivery days follow the clock of the market.',
      },
    ];
  }
  if (context.isFirst || fromMs >= context.previousEndMs) return [];
  return [
    {
      field: `${field}/from`,
      code: 'delivery.stepsOverlap',
      message: `The step begins at ${step.from}, before the one listed before it ends at ${instantText(context.previousEndMs)}.`,
      fix: 'List the steps in order of time, without overlap. In the repeated hour of October write the offset.',
    },
  ];
}
