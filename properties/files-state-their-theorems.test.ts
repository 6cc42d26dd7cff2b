/**
 * Every file of properties/ begins with what it states, so that reports/theorems.md can quote it; what calls itself a theorem
 * names its source.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { docstringOf } from './reporting/docstring.js';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const FILES = readdirSync(HERE).filter((file) => file.endsWith('.test.ts'));

describe('a statement stands at the beginning of', () => {
  it.each(FILES)('%s', (file) => {
    const { statement, source, isTheorem } = docstringOf(readFileSync(HERE + file, 'utf8'));
    expect(statement.join(' ').length).toBeGreaterThan(20);
    if (isTheorem) expect(source?.length).toBeGreaterThan(10);
  });
});

it('a docstring is read by paragraphs: the statement without its word, the source apart', () => {
  const text =
    '/**\n * Theorem. One thing\n * is another.\n *\n * Because x * y = z.\n *\n * Source: Somebody 1900,\n * page 1.\n */\ncode';
  expect(docstringOf(text)).toEqual({
    statement: ['One thing is another.', 'Because x * y = z.'],
    source: 'Somebody 1900, page 1.',
    isTheorem: true,
  });
  expect(docstringOf('/** Plain. */').isTheorem).toBe(false);
  expect(docstringOf('code').statement).toEqual([]);
});
