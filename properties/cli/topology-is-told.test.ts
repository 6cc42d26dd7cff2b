/**
 * `relu-atlas topology` says what the library computes, as text, JSON and a file of cycles, and what is wrong in one line.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const CIRCLE = join(ROOT, 'fixtures/circle/relu_2-3-1.json');
const files = scratch();
afterAll(() => files.dispose());
/** max(|x|, |y|): its level sets are squares. Two outputs: x and y. */
const square = files.file(
  'square.json',
  JSON.stringify({
    format: 'relu-atlas-network',
    version: 1,
    inputs: 2,
    layers: [
      {
        weights: [
          [1, 0],
          [0, 1],
        ],
        bias: [0, 0],
        activation: 'abs',
      },
      {
        weights: [
          [1, 0],
          [0, 1],
        ],
        bias: [0, 0],
        activation: 'linear',
      },
    ],
  }),
);

describe('topology', () => {
  it('tells a closed boundary by one component and one loop, and writes the loop', async () => {
    const out = join(files.path, 'loops.json');
    const { code, stdout } = await atlas(['topology', CIRCLE, '--set', 'equal', '--json', '--generators', out]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ answer: 'topology', field: 'Q', betti: [1, 1, 0], ends: 'singular' });
    const { format, generators } = JSON.parse(readFileSync(out, 'utf8')) as {
      format: string;
      generators: { dimension: number; cells: { vertices: string[][] }[] }[];
    };
    expect(format).toBe('relu-atlas-generators');
    // A closed polygon: every corner is an end of two segments.
    const ends = generators
      .find(({ dimension }) => dimension === 1)!
      .cells.flatMap(({ vertices }) => vertices.map(String));
    for (const corner of new Set(ends)) expect(ends.filter((end) => end === corner)).toHaveLength(2);
  });

  it('tells classes and what they share', async () => {
    const betti = async (...args: string[]) => {
      const { stdout } = await atlas(['topology', square, '--box=-1,1', '--json', ...args]);
      return (JSON.parse(stdout) as { betti: number[] }).betti;
    };
    // |x| >= |y|: two wedges that meet in the origin; |x| = |y|: two lines that cross there.
    expect(await betti('--class', '0')).toEqual([1, 0, 0]);
    expect(await betti('--class', '0,1')).toEqual([1, 0, 0]);
    expect(await betti('--set', 'above', '--output', '0', '--level', '1/2')).toEqual([2, 0, 0]);
    expect(await betti('--set', 'all', '--borel-moore', '--field', 'Z')).toEqual([0, 0, 1]);
  });

  it.each([
    [['--class', '2'], '--output, --class: expected an output from 0 to 1, got 2; count from 0'],
    [['--output', '7'], '--output, --class: expected an output from 0 to 1, got 7; count from 0'],
    [['--class', '0,0'], 'expected different classes'],
    [['--class', '0', '--level', '1'], '--class: expected no --output, --level or --set beside it'],
    [['--field', 'X'], 'Expected Q, GF2 or Z.'],
  ])('%j is a mistake that one line names', async (options, text) => {
    const { code, stdout, stderr } = await atlas(['topology', square, '--box=-1,1', ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('internal error');
  });
});

describe('evidence', () => {
  it('is written, accepted, and refused when it is about another network or changed', async () => {
    const out = join(files.path, 'loop.json');
    expect((await atlas(['topology', CIRCLE, '--set', 'equal', '--field', 'Z', '--certificate', out])).code).toBe(0);
    const { code, stdout } = await atlas(['check', CIRCLE, out, '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ accepted: true, betti: [1, 1, 0], torsion: [[], [], []], answer: 'check' }),
    ]);
    expect((await atlas(['check', square, out])).stdout).toContain('refused');
    const changed = files.file('changed.json', readFileSync(out, 'utf8').replace('"betti":[1,1,0]', '"betti":[1,2,0]'));
    const refused = await atlas(['check', CIRCLE, changed]);
    expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('Betti numbers: expected 1,1,0')]);
    const cut = files.file('cut.json', readFileSync(out, 'utf8').slice(0, 200));
    const broken = await atlas(['check', CIRCLE, cut]);
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('expected whole JSON')]);
    const elsewhere = await atlas(['check', CIRCLE, out, '--box=-1,1']);
    expect([elsewhere.code, elsewhere.stdout]).toEqual([3, expect.stringContaining('about another domain')]);
  });
});

it.each([
  ['topology', '--certificate'],
  ['topology', '--generators'],
  ['facts', '--distribution'],
])('%s %s: one file holds what is found on one domain', async (command, option) => {
  const two = files.file(
    'two.vnnlib',
    '(declare-const X_0 Real)(declare-const X_1 Real)(assert (>= X_1 0))(assert (<= X_1 1))' +
      '(assert (or (and (>= X_0 0) (<= X_0 1)) (and (>= X_0 2) (<= X_0 3))))',
  );
  const out = join(files.path, `several${option}.json`);
  const { code, stderr } = await atlas([command, square, '--domain', two, option, out]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${option}: expected one domain for one file`);
  expect(existsSync(out)).toBe(false);
});
