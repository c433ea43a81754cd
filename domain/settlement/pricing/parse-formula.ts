import type { FieldIssue } from '../../errors/app-error.ts';
import { isDecimalText } from '../../money/decimal.ts';
import { FORMULA_FUNCTIONS, type Formula, type FormulaWindow } from './formula.ts';
import { parseUnit } from './unit.ts';

/** Longer formulas are no contract's. */
const FORMULA_LENGTH_MAX = 2_000;
const DEPTH_MAX = 40;
const LAG_MONTHS_MAX = 24;

export type FormulaParsing =
  | { readonly kind: 'parsed'; readonly formula: Formula }
  | { readonly kind: 'refused'; readonly issue: Omit<FieldIssue, 'field'> };

/**
 * Reads a price formula: `expr = term {(+|-) term}; term = factor {(*|/) factor}; factor = number unit? | index[window] |
 * min|max|avg|round|clamp(…) | (expr) | -factor`, with `window = interval | H | D | M-n | X-Y-Z@JAN|OCT`. Without a window an index is
 * taken per interval; a name with blanks stands in single quotes. Names and units are checked by `formulaIssues`.
 *
 * @example parseFormula('round(2.150 + 0.70*TTF_MA[6-0-1@JAN] + 0.30*TTF_MA[3-1-3@JAN], 3)')
 */
export function parseFormula(text: string): FormulaParsing {
  if (text.length > FORMULA_LENGTH_MAX) {
    return refused('formula.tooLong', `The formula has more than ${FORMULA_LENGTH_MAX} characters.`, 'Split the price.');
  }
  const parser = new FormulaParser(text);
  try {
    return { kind: 'parsed', formula: parser.whole() };
  } catch (error) {
    if (error instanceof FormulaSyntaxError) return refused(error.code, error.message, error.fix);
    throw error;
  }
}

class FormulaSyntaxError extends Error {
  readonly code: string;
  readonly fix: string;
  constructor(input: { code: string; message: string; fix: string }) {
    super(input.message);
    this.code = input.code;
    this.fix = input.fix;
  }
}

class FormulaParser {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Formula {
    const formula = this.#expression();
    if (this.#at < this.#text.length) throw this.#unexpected('an operator or the end');
    return formula;
  }

  #expression(): Formula {
    let left = this.#term();
    for (let sign = this.#take(/[+-]/y); sign !== undefined; sign = this.#take(/[+-]/y)) {
      left = { kind: 'binary', operator: sign === '+' ? '+' : '-', left, right: this.#term() };
    }
    return left;
  }

  #term(): Formula {
    let left = this.#factor();
    for (let sign = this.#take(/[*×/÷]/y); sign !== undefined; sign = this.#take(/[*×/÷]/y)) {
      left = { kind: 'binary', operator: sign === '*' || sign === '×' ? '*' : '/', left, right: this.#factor() };
    }
    return left;
  }

  #factor(): Formula {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new FormulaSyntaxError({
        code: 'formula.tooDeep',
        message: `The formula is nested more than ${DEPTH_MAX} deep.`,
        fix: 'Write it with fewer parentheses.',
      });
    }
    try {
      return this.#innerFactor();
    } finally {
      this.#depth -= 1;
    }
  }

  #innerFactor(): Formula {
    if (this.#take(/-/y) !== undefined) return { kind: 'negate', of: this.#factor() };
    if (this.#take(/\(/y) !== undefined) {
      const inside = this.#expression();
      this.#expect(/\)/y, "')'");
      return inside;
    }
    const number = this.#take(/\d+(?:\.\d+)?/y);
    if (number !== undefined) return this.#number(number);
    const called = this.#take(/[a-z]+(?=\s*\()/y);
    if (called !== undefined) return this.#call(called);
    const quoted = this.#take(/'[^'\n]{1,60}'/y)?.slice(1, -1);
    const name = quoted ?? this.#take(/[A-Za-z][\w.:-]*(?=\s*\[)|[A-Za-z][\w.:]*/y);
    if (name === undefined) throw this.#unexpected('a number, an index or a parenthesis');
    if (this.#take(/\[/y) === undefined) return { kind: 'index', name, window: { kind: 'interval' } };
    const written = this.#take(/[^\]]*/y) ?? '';
    this.#expect(/\]/y, "']'");
    return { kind: 'index', name, window: this.#window(written.trim()) };
  }

  #number(value: string): Formula {
    if (!isDecimalText(value)) throw this.#unexpected('a plain decimal');
    const before = this.#at;
    const unit = this.#take(/[A-Za-z]+(?:\/[A-Za-z]+)?(?![\w[(])/y);
    if (unit !== undefined && parseUnit(unit) !== undefined) return { kind: 'number', value, unit };
    this.#at = before;
    return { kind: 'number', value };
  }

  #call(text: string): Formula {
    const name = FORMULA_FUNCTIONS.find((known) => known === text);
    if (name === undefined) {
      throw new FormulaSyntaxError({
        code: 'formula.unknownFunction',
        message: `There is no function '${text}'.`,
        fix: `Use ${FORMULA_FUNCTIONS.join(', ')}.`,
      });
    }
    this.#expect(/\(/y, "'('");
    const args = [this.#expression()];
    while (this.#take(/,/y) !== undefined) args.push(this.#expression());
    this.#expect(/\)/y, "')'");
    return { kind: 'call', name, args };
  }

  #window(text: string): FormulaWindow {
    if (text === 'interval' || text === '') return { kind: 'interval' };
    if (text === 'H') return { kind: 'hour' };
    if (text === 'D') return { kind: 'day' };
    const month = /^M(?:([+-])(\d{1,2}))?$/.exec(text);
    if (month !== null) {
      const lag = Number(month[2] ?? '0') * (month[1] === '+' ? -1 : 1);
      if (lag <= LAG_MONTHS_MAX) return { kind: 'month', lag };
    }
    const block = /^(\d{1,2})-(\d{1,2})-(\d{1,2})(?:@(JAN|OCT))?$/.exec(text);
    const [months, gap, valid] = [Number(block?.[1]), Number(block?.[2]), Number(block?.[3])];
    if (block !== null && months >= 1 && months <= LAG_MONTHS_MAX && gap <= LAG_MONTHS_MAX && valid >= 1 && 12 % valid === 0) {
      return { kind: 'block', months, gap, valid, anchorMonth: block[4] === 'OCT' ? 10 : 1 };
    }
    throw new FormulaSyntaxError({
      code: 'formula.window',
      message: `'${text}' is no window.`,
      fix: `Write interval, H, D, M-n up to ${LAG_MONTHS_MAX} or X-Y-Z@JAN or @OCT, Z a divisor of 12.`,
    });
  }

  #take(pattern: RegExp): string | undefined {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1;
    return match;
  }

  #expect(pattern: RegExp, words: string): void {
    if (this.#take(pattern) === undefined) throw this.#unexpected(words);
  }

  #unexpected(words: string): FormulaSyntaxError {
    const found = this.#at < this.#text.length ? `'${this.#text.slice(this.#at, this.#at + 12)}'` : 'the end';
    return new FormulaSyntaxError({
      code: 'formula.syntax',
      message: `At position ${this.#at + 1} there is ${found} where ${words} should stand.`,
      fix: 'Write e.g. 2.15 + 0.7*TTF_MA[6-0-1@JAN] or clamp(DE_DA[interval] + 0.75, 20, 45).',
    });
  }
}

function refused(code: string, message: string, fix: string): FormulaParsing {
  return { kind: 'refused', issue: { code, message, fix } };
}
