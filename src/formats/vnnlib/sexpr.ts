/**
 * S-expressions, the syntax of VNN-LIB 1.0 and SMT-LIB: atoms and parenthesised lists; `;` starts a comment.
 */
import { FormatError } from '../input/error.js';

/** A word or a number, or a list, with the line it starts in. */
export type Sexpr =
  | { readonly kind: 'atom'; readonly text: string; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly Sexpr[]; readonly line: number };

/** Real properties nest about five deep. */
const MAX_DEPTH = 200;
/** Bounds the memory: an expression takes about a hundred bytes. */
const MAX_EXPRESSIONS = 2 ** 22;

/** White space, comments, parentheses, |quoted symbols|, strings, words; anything else cannot occur. */
const TOKEN = /(\s+|;[^\n]*)|([()])|(\|[^|]*\||"(?:[^"]|"")*"|[^\s();"|]+)/y;

interface OpenList {
  readonly items: Sexpr[];
  readonly line: number;
}

function countLines(text: string): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) count++;
  return count;
}

/**
 * The expressions of a text.
 *
 * @throws FormatError naming the line, for unbalanced parentheses and for absurd depth or size
 */
export function parseSexprs(text: string): readonly Sexpr[] {
  const open: OpenList[] = [{ items: [], line: 1 }];
  let line = 1;
  let expressions = 0;
  const token = new RegExp(TOKEN);
  for (let position = 0; position < text.length; position = token.lastIndex) {
    const match = token.exec(text);
    if (match === null) throw new FormatError(`line ${line}`, 'a quoted symbol or string has no end; close it');
    const [whole, blank, parenthesis, word] = match;
    if (parenthesis === '(') open.push({ items: [], line });
    else if (parenthesis === ')') close(open, line);
    else if (word !== undefined) open.at(-1)!.items.push({ kind: 'atom', text: word, line });
    if (blank === undefined) {
      if (++expressions > MAX_EXPRESSIONS)
        throw new FormatError(`line ${line}`, 'too many expressions; split the file');
      if (open.length > MAX_DEPTH) throw new FormatError(`line ${line}`, `nested deeper than ${MAX_DEPTH}; flatten it`);
    }
    line += countLines(whole);
  }
  if (open.length > 1)
    throw new FormatError(`line ${open.at(-1)!.line}`, 'this "(" is never closed; the file is truncated');
  return open[0]!.items;
}

function close(open: OpenList[], line: number) {
  if (open.length === 1) throw new FormatError(`line ${line}`, 'this ")" closes nothing; remove it');
  const list = open.pop()!;
  open.at(-1)!.items.push({ kind: 'list', items: list.items, line: list.line });
}

/** The text of an expression, shortened, for messages. */
export function showSexpr(expression: Sexpr): string {
  const parts: string[] = [];
  let length = 0;
  const walk = (node: Sexpr) => {
    if (length > 80) return;
    if (node.kind === 'atom') {
      parts.push(node.text.slice(0, 40));
      length += parts.at(-1)!.length + 1;
      return;
    }
    parts.push('(');
    node.items.forEach(walk);
    parts.push(')');
  };
  walk(expression);
  const text = parts.join(' ').replaceAll('( ', '(').replaceAll(' )', ')');
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}
