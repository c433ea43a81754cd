import { decimal } from '../../money/decimal.ts';
import type { DecimalText } from '../../money/decimal.ts';
import { addDays } from '../../time/business-date.ts';
import { epochMsOf, epochMsOfLocal, instantText, localTimeOf } from '../../time/zone.ts';
import type { LocalTimeText, ZoneName } from '../../time/zone.ts';
import type { ShapeStep, TradeTerms } from '../../trade/trade-terms.ts';

/** What of a trade says whether it is a block. */
export type BlockTerms = Pick<TradeTerms, 'commodity' | 'profile' | 'shape' | 'deliveryStartDate' | 'deliveryEndDate'>;

/** One run without a gap inside a day, by the local clock; `24:00:00` is its end. */
export type LocalWindow = { readonly from: LocalTimeText; readonly to: LocalTimeText };

/** Constant power in one run of a day: an hour, a quarter-hour or several hours, as venues list them. */
export type HourBlock = LocalWindow & { readonly quantityMw: DecimalText };

const MS_PER_DAY = 86_400_000;

/**
 * The block that a shaped power trade comes to; undefined where its power changes, where it has a gap, or where it has more than one
 * day. A block has one quantity, field 40, and load type BH; any other shape has its quantities by interval, fields 54 to 57.
 *
 * @source ACER TRUM v6.0 fields 40, 52 and 54 (BH: hour or block of hours; SH: shaped)
 */
export function hourBlockOf(terms: BlockTerms, zone: ZoneName): HourBlock | undefined {
  const [first, ...others] = terms.shape ?? [];
  const windows = deliveryWindowsOf(terms, zone);
  const [window] = windows ?? [];
  if (first === undefined || window === undefined || windows?.length !== 1) return undefined;
  const power = decimal(first.quantityMw);
  if (others.some(({ quantityMw }) => !decimal(quantityMw).equals(power))) return undefined;
  return { ...window, quantityMw: first.quantityMw };
}

/**
 * The runs of a shaped power trade inside its one day, in order; undefined for more days than one, for gas, and on the two days of the
 * clock change, whose local times are not unique.
 */
export function deliveryWindowsOf(terms: BlockTerms, zone: ZoneName): readonly LocalWindow[] | undefined {
  const { commodity, profile, shape = [], deliveryStartDate: date } = terms;
  if (commodity !== 'power' || profile !== 'shaped' || date !== terms.deliveryEndDate) return undefined;
  const dayStartMs = epochMsOfLocal({ date, time: '00:00:00', zone });
  const dayEndMs = epochMsOfLocal({ date: addDays(date, 1), time: '00:00:00', zone });
  if (dayEndMs - dayStartMs !== MS_PER_DAY) return undefined;
  return runsOf(shape).map(({ fromMs, toMs }) => ({
    from: localTimeOf({ instant: instantText(fromMs), zone }),
    to: toMs === dayEndMs ? '24:00:00' : localTimeOf({ instant: instantText(toMs), zone }),
  }));
}

function runsOf(shape: readonly ShapeStep[]): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const runs: { fromMs: number; toMs: number }[] = [];
  for (const step of shape) {
    const [fromMs, toMs] = [epochMsOf(step.from), epochMsOf(step.to)];
    const last = runs.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else runs.push({ fromMs, toMs });
  }
  return runs;
}
