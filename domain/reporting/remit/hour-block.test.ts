import { describe, expect, it } from 'vitest';
import { businessDate } from '../../time/business-date.ts';
import type { ShapeStep } from '../../trade/trade-terms.ts';
import { type BlockTerms, deliveryWindowsOf, hourBlockOf } from './hour-block.ts';

const BERLIN = 'Europe/Berlin';
const step = (from: string, to: string, quantityMw = '5'): ShapeStep => ({ from, to, quantityMw });

function shaped(date: string, shape: readonly ShapeStep[], more: Partial<BlockTerms> = {}): BlockTerms {
  const day = businessDate(date);
  return { commodity: 'power', profile: 'shaped', shape, deliveryStartDate: day, deliveryEndDate: day, ...more };
}

describe('a block of hours', () => {
  it('is one run of equal power in a day, by the local clock, up to its end', () => {
    const steps = [step('2026-10-03T22:00:00Z', '2026-10-04T12:00:00Z', '5'), step('2026-10-04T12:00:00Z', '2026-10-04T22:00:00Z', '5.0')];
    expect(hourBlockOf(shaped('2026-10-04', steps), BERLIN)).toEqual({ from: '00:00:00', to: '24:00:00', quantityMw: '5' });
    const quarter = [step('2026-10-04T12:15:00+02:00', '2026-10-04T12:30:00+02:00')];
    expect(hourBlockOf(shaped('2026-10-04', quarter), BERLIN)).toMatchObject({ from: '12:15:00', to: '12:30:00' });
  });

  it.each([
    [
      'power that changes',
      shaped('2026-10-04', [
        step('2026-10-04T08:00:00Z', '2026-10-04T09:00:00Z'),
        step('2026-10-04T09:00:00Z', '2026-10-04T10:00:00Z', '6'),
      ]),
    ],
    [
      'a gap',
      shaped('2026-10-04', [step('2026-10-04T08:00:00Z', '2026-10-04T09:00:00Z'), step('2026-10-04T10:00:00Z', '2026-10-04T11:00:00Z')]),
    ],
    [
      'more than a day',
      shaped('2026-10-04', [step('2026-10-04T08:00:00Z', '2026-10-05T09:00:00Z')], { deliveryEndDate: businessDate('2026-10-05') }),
    ],
    ['a day of 25 hours, where 02:30 comes twice', shaped('2026-10-25', [step('2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z')])],
    ['gas', shaped('2026-10-04', [step('2026-10-04T08:00:00Z', '2026-10-04T09:00:00Z')], { commodity: 'gas' })],
    ['a profile of the calendar', shaped('2026-10-04', [], { profile: 'base' })],
  ])('is not %s', (_name, terms) => {
    expect(hourBlockOf(terms, BERLIN)).toBeUndefined();
  });
});

it('gives the runs of a day in order, neighbours joined', () => {
  const steps = [
    step('2026-10-04T08:00:00Z', '2026-10-04T09:00:00Z', '1'),
    step('2026-10-04T09:00:00Z', '2026-10-04T10:00:00Z', '2'),
    step('2026-10-04T20:00:00Z', '2026-10-04T22:00:00Z', '1'),
  ];
  expect(deliveryWindowsOf(shaped('2026-10-04', steps), BERLIN)).toEqual([
    { from: '10:00:00', to: '12:00:00' },
    { from: '22:00:00', to: '24:00:00' },
  ]);
});
