import type { DecimalText } from '../../money/decimal.ts';

/**
 * Over which time an index is taken. `interval`: at the quarter-hour; `hour`: mean of its hour; `day`: mean of its delivery day;
 * `month`: mean of the delivery month minus `lag`; `block`: X-Y-Z, mean of the means of X months that end Y months before the block of
 * Z months in which delivery lies, blocks counted from `anchorMonth` (1 or 10).
 */
export type FormulaWindow =
  | { readonly kind: 'interval' }
  | { readonly kind: 'hour' }
  | { readonly kind: 'day' }
  | { readonly kind: 'month'; readonly lag: number }
  | { readonly kind: 'block'; readonly months: number; readonly gap: number; readonly valid: number; readonly anchorMonth: 1 | 10 };

export const FORMULA_FUNCTIONS = ['min', 'max', 'avg', 'round', 'clamp'] as const;
export type FormulaFunction = (typeof FORMULA_FUNCTIONS)[number];
export type FormulaOperator = '+' | '-' | '*' | '/';

/** A price as data. A number without a unit takes the unit of what it is added to, and counts as a bare factor in a product. */
export type Formula =
  | { readonly kind: 'number'; readonly value: DecimalText; readonly unit?: string }
  | { readonly kind: 'index'; readonly name: string; readonly window: FormulaWindow }
  | { readonly kind: 'negate'; readonly of: Formula }
  | { readonly kind: 'binary'; readonly operator: FormulaOperator; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'call'; readonly name: FormulaFunction; readonly args: readonly Formula[] };

/** Every index that a formula names, with its window. */
export function* indicesOf(formula: Formula): Generator<Extract<Formula, { kind: 'index' }>> {
  switch (formula.kind) {
    case 'number':
      return;
    case 'index':
      yield formula;
      return;
    case 'negate':
      yield* indicesOf(formula.of);
      return;
    case 'binary':
      yield* indicesOf(formula.left);
      yield* indicesOf(formula.right);
      return;
    case 'call':
      for (const argument of formula.args) yield* indicesOf(argument);
  }
}
