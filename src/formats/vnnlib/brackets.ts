/**
 * Shapes and indices of VNN-LIB 2.0, which may be written with and without blanks: X[0,1], X [0, 1].
 */
import type { Sexpr } from './sexpr.js';
import { problem } from './terms.js';

/** The text of an atom; empty for anything else. */
export const atomText = (expression: Sexpr | undefined) => (expression?.kind === 'atom' ? expression.text : '');

const mayBracket = (item: Sexpr) =>
  item.kind === 'atom' && !item.text.startsWith('"') && (item.text.includes('[') || item.text.includes(']'));

/**
 * The items with every bracket as one atom without blanks: `attached` to the atom before it (X[0,1], an element) or `apart`
 * (real and [0,1], a shape).
 *
 * @throws FormatError for brackets that do not match
 */
export function bracketed(items: readonly Sexpr[], how: 'attached' | 'apart'): readonly Sexpr[] {
  if (!items.some(mayBracket)) return items;
  const result: Sexpr[] = [];
  let open: string | undefined;
  for (const item of items) {
    if (item.kind === 'list' || item.text.startsWith('"')) {
      if (open !== undefined) throw problem(item, 'expected "]" before');
      result.push(item);
      continue;
    }
    const { line } = item;
    for (const piece of item.text.split(/([[\]])/).filter((text) => text !== '')) {
      if (piece === '[') {
        if (open !== undefined) throw problem(item, 'expected "]" before another "["');
        open = '[';
      } else if (open === undefined) {
        if (piece === ']') throw problem(item, 'expected "[" before "]"');
        result.push({ kind: 'atom', text: piece, line });
      } else if (piece === ']') {
        const last = how === 'attached' ? result.pop() : undefined;
        if (how === 'attached' && last?.kind !== 'atom') throw problem(item, 'expected a variable before the index');
        result.push({ kind: 'atom', text: `${atomText(last)}${open}]`, line });
        open = undefined;
      } else {
        // Two numbers without a comma stay apart: [1 4] is no index.
        open += /\d$/.test(open) && /^\d/.test(piece) ? ` ${piece}` : piece;
      }
    }
  }
  if (open !== undefined) throw problem(items.at(-1)!, 'expected "]"');
  return result;
}
