import type { FieldIssue } from '../../errors/app-error.ts';
import { normalCumulative, normalDensity } from './distributions.ts';

/**
 * A European option on a forward. Rates and the time to expiry are a year's, continuously compounded; `volatility` is a share a year under
 * Black-76 and currency a unit a square-root year under Bachelier.
 */
export type ForwardOption = {
  readonly kind: 'call' | 'put';
  readonly forward: number;
  readonly strike: number;
  readonly timeYears: number;
  readonly volatility: number;
  readonly rate: number;
};

/** Price in currency a unit; delta and gamma by the forward, vega by 1.00 of volatility, theta by one year of passing time, rho by 1.00 of rate. */
export type OptionValue = { price: number; delta: number; gamma: number; vega: number; theta: number; rho: number };

export type OptionAnswer = { ok: true; value: OptionValue } | { ok: false; issues: FieldIssue[] };

/** Black-76; refuses a forward or strike of zero or less, for which Bachelier stands. @source Black 1976, The pricing of commodity contracts */
export function blackOption(option: ForwardOption): OptionAnswer {
  const issues = commonIssues(option);
  for (const field of ['forward', 'strike'] as const) {
    if (option[field] <= 0)
      issues.push({
        field: `/${field}`,
        code: 'risk.option.notPositive',
        message: `Black-76 has no value at a ${field} of ${option[field]}`,
        fix: 'Price it by Bachelier, whose volatility is in currency a unit.',
      });
  }
  if (issues.length > 0) return { ok: false, issues };
  const { forward, strike, timeYears, volatility } = option;
  const spread = volatility * Math.sqrt(timeYears);
  if (spread === 0) return { ok: true, value: certainValue(option) };
  const d1 = Math.log(forward / strike) / spread + spread / 2;
  const sign = option.kind === 'call' ? 1 : -1;
  const near = normalCumulative(sign * d1);
  const far = normalCumulative(sign * (d1 - spread));
  const discount = Math.exp(-option.rate * timeYears);
  const price = discount * sign * (forward * near - strike * far);
  const density = discount * normalDensity(d1);
  return {
    ok: true,
    value: {
      price,
      delta: discount * sign * near,
      gamma: density / (forward * spread),
      vega: forward * density * Math.sqrt(timeYears),
      theta: option.rate * price - (forward * density * volatility) / (2 * Math.sqrt(timeYears)),
      rho: -timeYears * price,
    },
  };
}

/** Bachelier's normal model: forward and strike may be negative. @source Bachelier 1900, Théorie de la spéculation */
export function bachelierOption(option: ForwardOption): OptionAnswer {
  const issues = commonIssues(option);
  if (issues.length > 0) return { ok: false, issues };
  const { forward, strike, timeYears, volatility } = option;
  const spread = volatility * Math.sqrt(timeYears);
  if (spread === 0) return { ok: true, value: certainValue(option) };
  const d = (forward - strike) / spread;
  const sign = option.kind === 'call' ? 1 : -1;
  const weight = normalCumulative(sign * d);
  const discount = Math.exp(-option.rate * timeYears);
  const density = discount * normalDensity(d);
  const price = discount * sign * (forward - strike) * weight + spread * density;
  return {
    ok: true,
    value: {
      price,
      delta: discount * sign * weight,
      gamma: density / spread,
      vega: density * Math.sqrt(timeYears),
      theta: option.rate * price - (density * volatility) / (2 * Math.sqrt(timeYears)),
      rho: -timeYears * price,
    },
  };
}

/** What is left without time or volatility: the discounted intrinsic value. */
function certainValue({ kind, forward, strike, timeYears, rate }: ForwardOption): OptionValue {
  const sign = kind === 'call' ? 1 : -1;
  const discount = Math.exp(-rate * timeYears);
  const isInside = sign * (forward - strike) > 0;
  const price = isInside ? discount * sign * (forward - strike) : 0;
  return { price, delta: isInside ? sign * discount : 0, gamma: 0, vega: 0, theta: rate * price, rho: -timeYears * price };
}

function commonIssues(option: ForwardOption): FieldIssue[] {
  const issues: FieldIssue[] = [];
  for (const field of ['forward', 'strike', 'timeYears', 'volatility', 'rate'] as const) {
    const value = option[field];
    const mayBeNegative = field === 'forward' || field === 'strike' || field === 'rate';
    if (!Number.isFinite(value) || (!mayBeNegative && value < 0))
      issues.push({
        field: `/${field}`,
        code: 'risk.option.number',
        message: `${field} is ${value}`,
        fix: mayBeNegative ? 'Give a finite number.' : 'Give a finite number of at least 0.',
      });
  }
  return issues;
}
