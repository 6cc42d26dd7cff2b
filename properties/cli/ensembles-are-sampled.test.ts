/**
 * `relu-atlas expect` counts each network of a sample exactly: the numbers are those of the networks alone, the same for any number of threads, and
 * its intervals are Student's.
 *
 * Source: Hanin, Rolnick 2019, Deep ReLU networks have surprisingly few activation patterns; Abramowitz, Stegun 1964, table 26.10.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countCells } from '../../src/engines/index.js';
import { cube } from '../../src/network/index.js';
import { drawNetwork, type Ensemble, studentPoint, summaryOf } from '../../src/sampling/index.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());
const OPTIONS = ['expect', '--shape=2-6-5-1', '--box=-1,1', '--samples=20', '--seed=7', '--json'];

describe('expect', () => {
  it('counts what a count of each network counts', async () => {
    const { code, stdout } = await atlas([...OPTIONS, '--workers=1']);
    expect(code).toBe(0);
    const ensemble: Ensemble = { shape: [2, 6, 5, 1], initialisation: 'he', bias: 0.5, seed: 7 };
    const counts = Array.from({ length: 20 }, (_, k) => countCells(drawNetwork(ensemble, k), cube(2, -1, 1)).cells);
    const report = JSON.parse(stdout) as { cells: object; neurons: number; scale: number };
    expect(report.cells).toEqual(summaryOf(counts));
    // (11 neurons)^2 / 2! times the area 4.
    expect(report).toMatchObject({ answer: 'expect', neurons: 11, scale: 242, samples: 20 });
  });

  it('says the same with any number of threads, and draws it', async () => {
    const out = join(files.path, 'cells.svg');
    const one = JSON.parse((await atlas([...OPTIONS, '--workers=1'])).stdout);
    const two = JSON.parse((await atlas([...OPTIONS, '--workers=2', '--out', out])).stdout);
    expect({ ...two, seconds: 0 }).toEqual({ ...one, seconds: 0 });
    const svg = readFileSync(out, 'utf8');
    expect(svg).toMatch(/^<svg xmlns/);
    // Bars are as high as there are networks in all.
    expect(svg).toContain('cells of 20 networks, seed 7');
  });

  it('takes the scale and the bounds in the inputs that are free', async () => {
    const { stdout } = await atlas(['expect', '--shape=3-4-4-1', '--box=0,1x0,2x1,1', '--samples=3', '--json']);
    // (8 neurons)^2 / 2! times the area 2; lines of two inputs, in two layers of 4: (1 + 4 + 6)^2.
    expect(JSON.parse(stdout)).toMatchObject({ scale: 64, bounds: { montufar2017Upper: '121' } });
  });

  it.each([
    [['--shape=2-6-5-1', '--box=-inf,inf'], /--box: expected finite bounds, got "-inf,inf"; write --box=-1,1/],
    [['--shape=2-6-5-1', '--box=-1,1', '--init=uniform', '--bias=1'], /--bias: is of --init he/],
    [['--shape=2-1'], /--shape/],
    [['--shape=2-6-5-1', '--box=1,0'], /box/],
    [['--shape=2-6-5-1', '--box=-1,1', '--samples=1'], /--samples/],
    [['--shape=2-6-5-1', '--box=-1,1', '--out=cells.png'], /--out: expected a name that ends in .svg/],
  ])('complains about %j', async (options, message) => {
    const { code, stderr } = await atlas(['expect', ...options]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

it('networks that do not differ give no interval', async () => {
  // Three kinks in an interval so short that none of five networks has one there.
  const { stdout } = await atlas(['expect', '--shape=1-3-1', '--box=1,1.000000001', '--samples=5']);
  expect(stdout).toMatch(/^cells +1 in each network$/m);
  expect(stdout).not.toMatch(/^cells.*confidence/m);
});

describe('confidence intervals', () => {
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [5, 2.57058],
    [9, 2.26216],
    [30, 2.04227],
    [1000, 1.96234],
  ])("the point of Student's t with %i degrees of freedom", (freedom, point) => {
    expect(Math.abs(studentPoint(freedom) / point - 1)).toBeLessThan(
      freedom < 3 ? 2 ** -16 : freedom < 9 ? 2 ** -9 : 2 ** -14,
    );
  });

  it('a sample by hand', () => {
    // Mean 3, deviation sqrt(10 / 4), half width 2.776 sqrt(2.5 / 5).
    const { mean, deviation, low, high, least, most } = summaryOf([1, 2, 3, 4, 5]);
    expect([mean, least, most]).toEqual([3, 1, 5]);
    expect(deviation).toBe(Math.sqrt(2.5));
    expect(high - mean).toBeCloseTo(2.776 * Math.sqrt(0.5), 1);
    expect(mean - low).toBeCloseTo(high - mean, 10);
  });
});
