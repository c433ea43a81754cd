import { assertNever } from '../../errors/app-error.ts';
import type { FieldIssue } from '../../errors/app-error.ts';
import type { MarketIndex } from '../../market/market-index.ts';
import type { Currency } from '../../money/currency.ts';
import { type Decimal, ZERO, decimal, sum } from '../../money/decimal.ts';
import { type Formula, indicesOf } from './formula.ts';
import { DIMENSIONLESS, type Unit, combine, factorToMwhPrice, parseUnit, unitText } from './unit.ts';

type Issue = Omit<FieldIssue, 'field'>;

/** Most decimals that `round` may keep. */
export const ROUND_PLACES_MAX = 12;

/**
 * What is wrong with a formula, found when the trade is captured: an unknown index, units that clash, a window that is still open when
 * the month is invoiced, a division by zero or by an index that may be zero, a result that is no price in the currency.
 */
export function formulaIssues(input: {
  formula: Formula;
  currency: Currency;
  indexOf: (name: string) => MarketIndex | undefined;
}): readonly Issue[] {
  const issues: Issue[] = [];
  const names = new Set<string>();
  for (const { name, window } of indicesOf(input.formula)) {
    if (input.indexOf(name) === undefined && !names.has(name)) issues.push(unknownIndex(name));
    names.add(name);
    if (window.kind === 'month' && window.lag < 0) {
      issues.push({
        code: 'formula.windowOpen',
        message: `${name}[M+${-window.lag}] is not known when the delivery month is invoiced.`,
        fix: 'Take the delivery month (M-0) or an earlier one.',
      });
    }
  }
  if (issues.length > 0) return issues;
  const checker = new Checker(input.indexOf);
  const unit = checker.unit(input.formula);
  if (checker.issues.length === 0 && unit !== undefined && factorToMwhPrice(unit, input.currency) === undefined) {
    checker.issues.push({
      code: 'formula.resultUnit',
      message: `The result is in ${unitText(unit)}, which is no price in ${input.currency}/MWh.`,
      fix: `Divide by a reference rate such as max(ECB_GBP[D], 0.01), or give numbers their unit, e.g. 2.15 ${input.currency}/MWh.`,
    });
  }
  return checker.issues;
}

/** The unit of a checked formula; undefined where it is made of bare numbers, which count as the price itself. */
export function unitOfFormula(formula: Formula, indexOf: (name: string) => MarketIndex | undefined): Unit | undefined {
  return new Checker(indexOf).unit(formula);
}

class Checker {
  readonly issues: Issue[] = [];
  readonly #indexOf: (name: string) => MarketIndex | undefined;

  constructor(indexOf: (name: string) => MarketIndex | undefined) {
    this.#indexOf = indexOf;
  }

  /** Undefined for bare numbers, which take any unit. */
  unit(formula: Formula): Unit | undefined {
    switch (formula.kind) {
      case 'number':
        return formula.unit === undefined ? undefined : parseUnit(formula.unit);
      case 'index':
        return parseUnit(this.#indexOf(formula.name)?.unit ?? '');
      case 'negate':
        return this.unit(formula.of);
      case 'binary':
        return this.#binary(formula);
      case 'call':
        return this.#call(formula);
      default:
        return assertNever(formula);
    }
  }

  #binary(formula: Extract<Formula, { kind: 'binary' }>): Unit | undefined {
    const [left, right] = [this.unit(formula.left), this.unit(formula.right)];
    if (formula.operator === '+' || formula.operator === '-') return this.#same([left, right]);
    if (formula.operator === '/') this.#checkDivisor(formula.right);
    if (left === undefined && right === undefined) return undefined;
    return combine(left ?? DIMENSIONLESS, right ?? DIMENSIONLESS, formula.operator === '*' ? 1 : -1);
  }

  #call(formula: Extract<Formula, { kind: 'call' }>): Unit | undefined {
    const { name, args } = formula;
    const arity = ARITY[name];
    if (args.length < arity.min || args.length > arity.max) {
      this.issues.push({
        code: 'formula.arguments',
        message: `${name} has ${args.length} arguments.`,
        fix: arity.words,
      });
      return undefined;
    }
    if (name === 'round') {
      const places = args[1];
      const count = places?.kind === 'number' && places.unit === undefined ? Number(places.value) : Number.NaN;
      if (!Number.isInteger(count) || count < 0 || count > ROUND_PLACES_MAX) {
        const fix = `Round to a whole number of decimals from 0 to ${ROUND_PLACES_MAX}, e.g. round(DE_DA, 3).`;
        this.issues.push({ code: 'formula.roundPlaces', message: 'The second argument of round is no count of decimals.', fix });
      }
      return args[0] === undefined ? undefined : this.unit(args[0]);
    }
    if (name === 'clamp') {
      const [low, high] = [args[1], args[2]].map((bound) => (bound === undefined ? undefined : lowerBound(bound)));
      if (low !== undefined && high !== undefined && args[2]?.kind === 'number' && low.greaterThan(high)) {
        const fix = 'Write clamp(price, floor, cap) with floor below cap.';
        this.issues.push({ code: 'formula.clampOrder', message: 'The floor of clamp lies above its cap.', fix });
      }
    }
    return this.#same(args.map((argument) => this.unit(argument)));
  }

  #same(units: readonly (Unit | undefined)[]): Unit | undefined {
    const given = units.filter((unit) => unit !== undefined);
    const texts = [...new Set(given.map(unitText))];
    if (texts.length > 1) {
      this.issues.push({
        code: 'formula.unitClash',
        message: `${texts.join(' and ')} cannot be added or compared.`,
        fix: 'Bring both to one unit with a factor that carries its unit.',
      });
    }
    return given[0];
  }

  #checkDivisor(divisor: Formula): void {
    const hasIndex = !indicesOf(divisor).next().done;
    const bound = hasIndex ? lowerBound(divisor) : constantOf(divisor);
    if (!hasIndex && bound !== undefined && !bound.isZero()) return;
    if (hasIndex && bound?.greaterThan(0) === true) return;
    this.issues.push(
      hasIndex
        ? {
            code: 'formula.unguardedDivision',
            message: 'A division by an index that may be zero.',
            fix: 'Guard it with a positive floor, e.g. max(ECB_GBP[D], 0.01).',
          }
        : { code: 'formula.divisionByZero', message: 'The formula divides by zero.', fix: 'Correct the divisor.' },
    );
  }
}

const ARITY: Readonly<Record<Extract<Formula, { kind: 'call' }>['name'], { min: number; max: number; words: string }>> = {
  min: { min: 2, max: 20, words: 'min takes two values or more.' },
  max: { min: 2, max: 20, words: 'max takes two values or more.' },
  avg: { min: 1, max: 20, words: 'avg takes one value or more.' },
  round: { min: 2, max: 2, words: 'Write round(price, decimals).' },
  clamp: { min: 3, max: 3, words: 'Write clamp(price, floor, cap).' },
};

/** The value of an expression without indices; undefined where it divides by zero. */
function constantOf(formula: Formula): Decimal | undefined {
  switch (formula.kind) {
    case 'number':
      return decimal(formula.value);
    case 'index':
      return undefined;
    case 'negate':
      return constantOf(formula.of)?.negated();
    case 'binary': {
      const [left, right] = [constantOf(formula.left), constantOf(formula.right)];
      if (left === undefined || right === undefined) return undefined;
      if (formula.operator === '/') return right.isZero() ? undefined : left.dividedBy(right);
      return formula.operator === '+' ? left.plus(right) : formula.operator === '-' ? left.minus(right) : left.times(right);
    }
    case 'call': {
      const values = formula.args.map(constantOf);
      const known = values.filter((value) => value !== undefined);
      return known.length === values.length ? applyFunction(formula.name, known) : undefined;
    }
    default:
      return assertNever(formula);
  }
}

/** A value that the expression never falls below; undefined where none is known. */
function lowerBound(formula: Formula): Decimal | undefined {
  if (indicesOf(formula).next().done) return constantOf(formula);
  if (formula.kind === 'binary') {
    const [left, right] = [lowerBound(formula.left), lowerBound(formula.right)];
    if (left === undefined || right === undefined) return undefined;
    if (formula.operator === '+') return left.plus(right);
    return formula.operator === '*' && !left.isNegative() && !right.isNegative() ? left.times(right) : undefined;
  }
  if (formula.kind !== 'call') return undefined;
  const bounds = formula.args.map(lowerBound);
  const known = bounds.filter((bound) => bound !== undefined);
  if (formula.name === 'max') return known.length === 0 ? undefined : applyFunction('max', known);
  if (formula.name === 'clamp')
    return bounds[1] === undefined || bounds[2] === undefined ? undefined : applyFunction('min', [bounds[1], bounds[2]]);
  return known.length === bounds.length ? applyFunction(formula.name, known) : undefined;
}

/** Applies a function to values in the order of its arguments. */
export function applyFunction(name: Extract<Formula, { kind: 'call' }>['name'], values: readonly Decimal[]): Decimal {
  const [first = ZERO, second = ZERO, third = ZERO] = values;
  switch (name) {
    case 'min':
      return values.reduce((least, value) => (value.lessThan(least) ? value : least), first);
    case 'max':
      return values.reduce((most, value) => (value.greaterThan(most) ? value : most), first);
    case 'avg':
      return sum(values).dividedBy(values.length);
    case 'round':
      return first.toDecimalPlaces(second.toNumber());
    case 'clamp':
      return first.lessThan(second) ? second : first.greaterThan(third) ? third : first;
    default:
      return assertNever(name);
  }
}

function unknownIndex(name: string): Issue {
  return {
    code: 'formula.unknownIndex',
    message: `There is no index '${name}'.`,
    fix: `Use a known one such as DE_DA, TTF_EGSI or EUA, declare '${name}' under indices, or send a fixing of it.`,
  };
}
