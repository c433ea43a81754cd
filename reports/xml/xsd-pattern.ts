/** What XSD means by `\w`: everything but punctuation, separators and control characters. */
const WORD = '[^\\p{P}\\p{Z}\\p{C}]';

/**
 * Compiles a pattern of XML Schema Part 2 appendix F to a JavaScript expression that matches the whole value.
 * Differences handled: implicit anchors, `^` and `$` as plain characters, `\d` and `\w` over all of Unicode, `.` without CR and LF.
 * Throws on what no schema of ours uses (`\i`, `\c`, class subtraction), so that nothing is ever matched wrongly.
 */
export function compileXsdPattern(pattern: string): RegExp {
  let out = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      at += 1;
      out += translateEscape({ letter: pattern.charAt(at), inClass, pattern });
    } else if (inClass) {
      if (character === '[') throw new Error(`pattern '${pattern}' uses class subtraction`);
      if (character === ']') inClass = false;
      out += character;
    } else if (character === '[') {
      inClass = true;
      out += character;
      if (pattern[at + 1] === '^') {
        out += '^';
        at += 1;
      }
    } else if (character === '^' || character === '$') {
      out += `\\${character}`;
    } else {
      out += character === '.' ? '[^\\n\\r]' : character;
    }
  }
  return new RegExp(`^(?:${out})$`, 'u');
}

function translateEscape(input: { letter: string; inClass: boolean; pattern: string }): string {
  const { letter, inClass, pattern } = input;
  switch (letter) {
    case 'd':
      return '\\p{Nd}';
    case 'w':
      if (inClass) throw new Error(`pattern '${pattern}' has \\w inside a class`);
      return WORD;
    case 's':
      return inClass ? ' \\t\\n\\r' : '[ \\t\\n\\r]';
    case 'n':
    case 'r':
    case 't':
      return `\\${letter}`;
    default:
      if (/[A-Za-z0-9]/.test(letter)) throw new Error(`pattern '${pattern}' uses \\${letter}`);
      return /[\\|.?*+(){}[\]^$/-]/.test(letter) && (inClass || letter !== '-') ? `\\${letter}` : letter;
  }
}
