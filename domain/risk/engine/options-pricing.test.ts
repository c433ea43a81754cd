import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bachelierOption, blackOption } from './options-pricing.ts';
import type { ForwardOption, OptionAnswer, OptionValue } from './options-pricing.ts';

const put: ForwardOption = { kind: 'put', forward: 20, strike: 20, timeYears: 4 / 12, volatility: 0.25, rate: 0.09 };
const negative: ForwardOption = { kind: 'call', forward: -3, strike: 0, timeYears: 0.25, volatility: 20, rate: 0.02 };

describe('options on forwards', () => {
  it('prices Hull’s put on crude oil futures at 1.12 by Black-76', () => {
    // Hull, Options, Futures and Other Derivatives, example of Black's model: N(-d1) = 0.4712, N(-d2) = 0.5288, price 1.12.
    const value = valueOf(blackOption(put));
    expect(value.price).toBeCloseTo(1.12, 2);
    expect(-value.delta * Math.exp(0.09 / 3)).toBeCloseTo(0.4712, 4);
  });

  it('prices an at-the-money option by Bachelier at sigma sqrt(T / 2 pi), discounted', () => {
    const value = valueOf(bachelierOption({ ...negative, strike: -3, rate: 0 }));
    expect(value.price).toBeCloseTo(20 * Math.sqrt(0.25 / (2 * Math.PI)), 12);
    expect(value.delta).toBeCloseTo(0.5, 14);
  });

  it.each([
    ['Black-76', blackOption, put],
    ['Black-76', blackOption, { ...put, kind: 'call' as const, strike: 23 }],
    ['Bachelier', bachelierOption, negative],
    ['Bachelier', bachelierOption, { ...negative, kind: 'put' as const, forward: 12 }],
  ])('gives the greeks of %s as the slopes of its price', (_, price, option) => {
    const at = (change: Partial<ForwardOption>) => valueOf(price({ ...option, ...change })).price;
    const value = valueOf(price(option));
    const h = 1e-4;
    const slope = (field: 'forward' | 'timeYears' | 'volatility' | 'rate') =>
      (at({ [field]: option[field] + h }) - at({ [field]: option[field] - h })) / (2 * h);
    expect(value.delta).toBeCloseTo(slope('forward'), 6);
    expect(value.vega).toBeCloseTo(slope('volatility'), 5);
    expect(value.theta).toBeCloseTo(-slope('timeYears'), 5);
    expect(value.rho).toBeCloseTo(slope('rate'), 6);
    const wide = 1e-2;
    const bend = (at({ forward: option.forward + wide }) - 2 * value.price + at({ forward: option.forward - wide })) / wide ** 2;
    expect(value.gamma).toBeCloseTo(bend, 4);
  });

  it('keeps put-call parity: call - put = discounted (forward - strike)', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (forward, strike, timeYears, volatility) => {
          const terms = { forward, strike, timeYears, volatility, rate: 0.03 };
          for (const price of [blackOption, bachelierOption]) {
            const call = valueOf(price({ ...terms, kind: 'call' })).price;
            const other = valueOf(price({ ...terms, kind: 'put' })).price;
            expect(call - other).toBeCloseTo(Math.exp(-0.03 * timeYears) * (forward - strike), 9);
          }
        },
      ),
    );
  });

  it('refuses a negative forward under Black-76, and sends the caller to Bachelier', () => {
    expect(blackOption({ ...put, forward: -36.98 })).toMatchObject({
      ok: false,
      issues: [{ field: '/forward', code: 'risk.option.notPositive', fix: expect.stringContaining('Bachelier') }],
    });
  });

  it('refuses what is no finite number, and negative time or volatility', () => {
    const answer = bachelierOption({ ...negative, volatility: -1, timeYears: Number.NaN });
    expect(answer).toMatchObject({ ok: false, issues: [{ field: '/timeYears' }, { field: '/volatility' }] });
  });
});

function valueOf(answer: OptionAnswer): OptionValue {
  if (!answer.ok) throw new Error(JSON.stringify(answer.issues));
  return answer.value;
}
