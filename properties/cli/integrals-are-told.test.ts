/**
 * `relu-atlas facts --integral`, `sample` and `formula` say what the library computes, write files whole, and tell what is wrong in one line.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const CIRCLE = join(ROOT, 'fixtures/circle/relu_2-3-1.json');
const files = scratch();
afterAll(() => files.dispose());
/** |x|, on its own domain [-1, 3]. */
const fold = files.file(
  'fold.json',
  JSON.stringify({
    format: 'relu-atlas-network',
    version: 1,
    inputs: 1,
    layers: [{ weights: [[1]], bias: [0], activation: 'abs' }],
    domain: { box: [[-1, 3]] },
  }),
);

describe('facts --integral', () => {
  it('tells integrals, mean, variance, probabilities and the volumes of classes', async () => {
    const { code, stdout } = await atlas(['facts', fold, '--integral', '--below', '1/2,1', '--json', '-q']);
    expect(code).toBe(0);
    // |x| on [-1, 3]: 1/2 + 9/2; of the square (1 + 27) / 3
    expect((JSON.parse(stdout) as { integral: object }).integral).toEqual({
      volume: 4,
      outputs: [
        {
          integral: 5,
          square: '28/3',
          gradient: 4,
          gradientSquare: 4,
          mean: 1.25,
          variance: '37/48',
          below: [
            { at: 0.5, probability: 0.25 },
            { at: 1, probability: 0.5 },
          ],
        },
      ],
      classes: [0, 4],
    });
    expect((await atlas(['facts', fold, '--integral', '-q'])).stdout).toContain(
      'mean 0               1.25 = 5/4; variance',
    );
  });

  it('writes distribution functions', async () => {
    const out = join(files.path, 'law.json');
    expect((await atlas(['facts', fold, '--distribution', out, '-q'])).code).toBe(0);
    const { format, outputs } = JSON.parse(readFileSync(out, 'utf8')) as { format: string; outputs: object[][] };
    expect(format).toBe('relu-atlas-distribution');
    // F rises with the slope 1/2 up to 1, then with 1/4 up to 3.
    expect(outputs).toEqual([
      [
        { knot: 0, power: 1, coefficient: 0.5 },
        { knot: 1, power: 1, coefficient: -0.25 },
        { knot: 3, power: 1, coefficient: -0.25 },
      ],
    ]);
    const over = await atlas(['facts', fold, '--distribution', fold, '-q']);
    expect([over.code, over.stderr]).toEqual([2, expect.stringContaining('--distribution')]);
  });

  it('refuses R^d', async () => {
    const { code, stderr } = await atlas(['facts', fold, '--whole', '--integral', '-q']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('expected a bounded domain')]);
  });
});

describe('sample', () => {
  it('prints and writes points, the same for the same seed', async () => {
    const ask = (...args: string[]) => atlas(['sample', CIRCLE, '--count', '5', '-q', ...args]);
    const { stdout } = await ask('--seed', '3');
    expect(stdout.trim().split('\n')).toHaveLength(5);
    expect((await ask('--seed', '3')).stdout).toBe(stdout);
    expect((await ask('--seed', '4')).stdout).not.toBe(stdout);
    const out = join(files.path, 'points.json');
    expect((await ask('--seed', '3', '--format', 'json', '--out', out)).code).toBe(0);
    const { points, cells } = JSON.parse(readFileSync(out, 'utf8')) as { points: unknown[][]; cells: number[] };
    expect([points.length, cells.length]).toEqual([5, 5]);
    expect((await ask('--exact', '--seed', '3')).stdout.split(/[\n,]/)[0]).toBe(points[0]![0]);
  });

  it.each([
    [['--cell', '0', '--class', '1'], 2, 'expected one of them'],
    [['--class', '7'], 2, 'from 0 to 1, got 7'],
    [['--cell', '700'], 2, 'expected a part of the domain with interior'],
    [['--count', 'many'], 2, 'Expected a whole number'],
    [['--whole'], 2, 'expected a bounded domain'],
  ])('%j is refused', async (options, status, message) => {
    const { code, stderr } = await atlas(['sample', CIRCLE, ...options]);
    expect(code).toBe(status);
    expect(stderr).toContain(message);
  });
});

describe('formula', () => {
  it.each([
    ['latex', '\\begin{cases}'],
    ['sympy', 'y = [y0]'],
    ['smtlib', '(set-logic QF_LRA)'],
    ['lp', 'Subject To'],
    ['mps', 'ENDATA'],
    ['minizinc', 'solve minimize y0;'],
  ])('says it in %s', async (language, part) => {
    const { code, stdout } = await atlas(['formula', fold, '--language', language, '-q']);
    expect(code).toBe(0);
    expect(stdout).toContain(part);
  });

  it('of the smaller network, as JSON, and what is wrong', async () => {
    const dead = ['--box=1,2', '--simplified', '--language', 'sympy', '--json'];
    const { text, answer } = JSON.parse((await atlas(['formula', fold, ...dead])).stdout) as Record<string, string>;
    expect([answer, text!.includes('Max(')]).toEqual(['formula', false]);
    const wrong = await atlas(['formula', fold, '--language', 'lp', '--objective', 'max,4']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('from 0 to 0, got 4')]);
    const none = await atlas(['formula', fold]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('--language')]);
  });
});
