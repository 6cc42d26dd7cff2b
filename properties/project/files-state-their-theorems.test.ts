/**
 * Every file of properties/ begins with what it states, so that reports/theorems.md can quote it; what calls itself a theorem
 * names its source; cases are seeded; and the report does not call held what was skipped or failed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { docstringOf } from '../support/reporting/docstring.js';
import { reportOf, type Theorem } from '../support/reporting/theorems.js';

const HERE = fileURLToPath(new URL('../', import.meta.url));
const FILES = readdirSync(HERE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));

describe('a statement stands at the beginning of', () => {
  it.each(FILES)('%s', (file) => {
    const { statement, source, isTheorem } = docstringOf(readFileSync(HERE + file, 'utf8'));
    expect(statement.join(' ').length).toBeGreaterThan(20);
    if (isTheorem) expect(source?.length).toBeGreaterThan(10);
  });
});

it('properties run through holds, which seeds them and tells how to replay them', () => {
  const bare = FILES.filter((file) => /\bfc\.assert\(/.test(readFileSync(HERE + file, 'utf8')));
  expect(bare).toEqual([]);
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

describe('the report says of a file', () => {
  const ran: Theorem = {
    name: 'sums-add-up',
    statement: ['Sums add up.'],
    source: 'Euclid',
    isTheorem: true,
    properties: 3,
    skipped: 0,
    failed: [],
    cases: 1200,
    seeds: [7],
    seconds: 0.25,
  };
  it.each<[string, Partial<Theorem>, string, RegExp]>([
    ['that it holds', {}, '| 3 | 1,200 | 7 | 0.3 | holds |', /: all hold\.$/m],
    ['what was skipped', { skipped: 1 }, '| holds, 1 of 3 skipped |', /1 properties skipped: the others hold\.$/m],
    ['that all was skipped', { skipped: 3, cases: 0 }, '| 3 |  | 7 | 0.3 | skipped, all 3 |', /3 properties skipped/],
    ['that it fails', { skipped: 1, failed: ['one'] }, '| FAILS: 1 of 3 |', /: 1 file FAILS\.$/m],
  ])('%s', (_, change, row, summary) => {
    const report = reportOf([{ ...ran, ...change }], false);
    expect(report).toContain(row);
    expect(report).toMatch(summary);
    expect(report).toContain('*Source:* Euclid');
    for (const title of change.failed ?? []) expect(report).toContain(`- **fails:** ${title}`);
  });
});
