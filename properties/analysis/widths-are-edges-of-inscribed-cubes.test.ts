/**
 * Theorem. The width of a cell is the edge of the largest axis-parallel cube that fits in it, exactly: of intervals their length, of
 * rectangles the shorter side, of a corner cut off by x + y = 0 half its leg, of a strip c < a . x < d the number (d - c) / |a|_1. Twice
 * the inscribed radius in the maximum norm; cubes of any size fit into a cell that contains a full cone.
 *
 * Expected values are worked out by hand. For random networks the cube that is told lies in the cell, and in one dimension the widths
 * are the distances of the breakpoints that `segment` finds.
 *
 * Source: Boyd, Vandenberghe, Convex Optimization (2004), section 8.5.1, in the maximum norm: a . x over a cube is least at a corner.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { enumerateCells } from '../../src/analysis/cells/enumerate.js';
import { segmentPartition } from '../../src/analysis/function/segment.js';
import { cellWidths, WidthPrograms } from '../../src/analysis/geometry/widths.js';
import {
  add,
  compare,
  divide,
  formatRational,
  parseRational,
  type Rational,
  rational,
  subtract,
} from '../../src/exact/rational.js';
import { networkOfJson } from '../../src/formats/json/network.js';
import { box, type Domain, polytope, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';
import { mixedNetwork } from '../support/generators/networks.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

type Row = readonly (number | string)[];

/** One hidden layer with a crease per row (coefficients, then constant), which all enter the output. */
function creases(...rows: readonly Row[]): string {
  const hidden = {
    weights: rows.map((row) => row.slice(0, -1)),
    bias: rows.map((row) => row.at(-1)),
    activation: 'relu',
  };
  const output = { weights: [rows.map(() => 1)], bias: [0], activation: 'linear' };
  const inputs = rows[0]!.length - 1;
  return JSON.stringify({ format: 'relu-atlas-network', version: 1, inputs, layers: [hidden, output] });
}

const networkOf = (...rows: readonly Row[]): Network => networkOfJson(creases(...rows)).network;
const numbers = (texts: readonly string[]) => texts.map(parseRational);
const square = (inputs: number, lower = '-1', upper = '1') =>
  box(numbers(new Array<string>(inputs).fill(lower)), numbers(new Array<string>(inputs).fill(upper)));

function widths(network: Network, domain: Domain, thresholds: readonly string[] = []) {
  const report = cellWidths(network, domain, { thresholds: numbers(thresholds) });
  const { thinnest, unlimited, wider, cells } = report;
  return {
    cells,
    thinnest: thinnest && `${formatRational(thinnest.width)} x ${thinnest.cells}`,
    unlimited,
    wider: wider.map((one) => one.cells),
  };
}

describe('widths worked out by hand', () => {
  it('of intervals: breakpoints 0, 1/3 and 1/2 cut [-1, 1] into 1, 1/3, 1/6 and 1/2', () => {
    const network = networkOf([1, 0], [3, -1], [2, -1]);
    expect(widths(network, square(1), ['1/7', '1/6', '0.4', '1/2', '1'])).toEqual({
      cells: 4,
      thinnest: '1/6 x 1',
      unlimited: 0,
      wider: [4, 3, 2, 1, 0],
    });
  });

  it('of a lattice: x = -1/2, y = -2/3 cut the square into 1/2 x 1/3, 1/2 x 5/3, 3/2 x 1/3 and 3/2 x 5/3', () => {
    const network = networkOf([2, 0, 1], [0, 3, 2]);
    expect(widths(network, square(2), ['1/3', '1/2', '1.499', '1.5'])).toEqual({
      cells: 4,
      thinnest: '1/3 x 2',
      unlimited: 0,
      wider: [2, 1, 1, 0],
    });
  });

  it('of the lattice of n^3 cubes of edge 2/n', () => {
    for (const n of [2, 3]) {
      const cuts = Array.from({ length: n - 1 }, (_, k) =>
        [0, 1, 2].map((axis) => {
          const row: (number | string)[] = [0, 0, 0, `${n - 2 * (k + 1)}/${n}`];
          row[axis] = 1;
          return row;
        }),
      ).flat();
      expect(widths(networkOf(...cuts), square(3))).toMatchObject({
        cells: n ** 3,
        thinnest: `${formatRational(rational(2n, BigInt(n)))} x ${n ** 3}`,
      });
    }
  });

  it('of corners and strips: x + y = 0 leaves squares of edge 1, the strip up to 1/10 squares of edge 1/20', () => {
    expect(widths(networkOf([1, 1, 0]), square(2))).toMatchObject({ cells: 2, thinnest: '1 x 2' });
    expect(widths(networkOf([1, 1, 0], [1, 1, '-1/10']), square(2))).toMatchObject({ cells: 3, thinnest: '1/20 x 1' });
    // The simplex x, y, z >= 0, x + y + z <= 1 holds a cube of edge 1/3.
    expect(widths(networkOf([1, 1, 1, -1]), square(3, '0', '1'))).toMatchObject({ thinnest: '1/3 x 1' });
  });

  it('of unbounded cells: the strip 0 < x + y < 1 of the plane holds squares of edge 1/2, half planes of any size', () => {
    const strip = networkOf([1, 1, 0], [1, 1, -1]);
    expect(widths(strip, whole(2), ['1/2', '0.4'])).toEqual({
      cells: 3,
      thinnest: '1/2 x 1',
      unlimited: 2,
      wider: [2, 3],
    });
    expect(widths(networkOf([1, 0]), whole(1))).toMatchObject({ thinnest: undefined, unlimited: 2 });
  });

  it('of a polytope: its own rows count, and fixed inputs do not', () => {
    const triangle = polytope(2, [{ coefficients: numbers(['1', '1']), bound: parseRational('1') }], {
      box: square(2, '0', '1'),
    });
    expect(widths(networkOf([1, -1, 0]), triangle)).toMatchObject({ cells: 2, thinnest: '1/3 x 2' });
    const slice = box(numbers(['-1', '1/3']), numbers(['1', '1/3']));
    expect(widths(networkOf([1, 1, 0]), slice)).toMatchObject({ cells: 2, thinnest: '2/3 x 1' });
  });

  it('not of domains on which inputs depend on each other', () => {
    const line = polytope(2, [], {
      equalities: [{ coefficients: numbers(['1', '1']), bound: parseRational('0') }],
      box: square(2),
    });
    expect(() => widths(networkOf([1, 0, 0]), line)).toThrow(/widths: expected a domain with an interior/);
  });
});

describe('random networks', () => {
  const corners = (center: readonly Rational[], half: Rational) =>
    Array.from({ length: 2 ** center.length }, (_, k) =>
      center.map((c, i) => ((k >> i) & 1 ? add(c, half) : subtract(c, half))),
    );

  it('the cube that is told lies in the cell: at its corners no neuron has the other sign', () => {
    holds(
      fc.property(mixedNetwork({ inputs: 2, widths: [4, 3], outputs: 1 }), (network) => {
        const domain = square(2);
        enumerateCells(network, domain, (cell) => {
          const { width, center } = new WidthPrograms(cell.problem).widthOf(cell)!;
          expect(width.numerator > 0n).toBe(true);
          for (const corner of corners(center, divide(width, rational(2n)))) {
            expect(corner.every((x) => compare(x, rational(-1n)) >= 0 && compare(x, rational(1n)) <= 0)).toBe(true);
            const { pattern } = evaluateExact(network, corner);
            for (const { layer, neuron, side } of cell.splits)
              expect(pattern[layer]![neuron]! * side).toBeGreaterThanOrEqual(0);
          }
        });
      }),
      { seed: 1801, runs: 12 },
    );
  });

  it('in one dimension widths are distances of breakpoints', () => {
    holds(
      fc.property(mixedNetwork({ inputs: 1, widths: [4, 4], outputs: 1 }), (network) => {
        const found: string[] = [];
        enumerateCells(network, square(1), (cell) => {
          found.push(formatRational(new WidthPrograms(cell.problem).widthOf(cell)!.width));
        });
        const { breakpoints } = segmentPartition(network, numbers(['-1']), numbers(['1']));
        const lengths = breakpoints
          .slice(1)
          .map((t, k) => formatRational(divide(subtract(t, breakpoints[k]!), rational(1n, 2n))));
        expect(found.sort()).toEqual(lengths.sort());
      }),
      { seed: 1802, runs: 20 },
    );
  });
});

describe('on the command line', () => {
  const net = files.file('lattice.json', creases([2, 0, 1], [0, 3, 2]));
  const at = [net, '--box=-1,1', '--json'];
  const thinnest = { width: '1/3', cells: 2 };

  it('count, with several threads too, and regions', async () => {
    for (const more of [['count', '--workers=1'], ['count', '--workers=2'], ['regions']]) {
      const { stdout, code } = await atlas([...more, ...at, '--wider-than=1/3,0.5', '--wider-than=2']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).widths).toMatchObject({
        thinnest,
        unlimited: 0,
        widerThan: [
          { width: '1/3', cells: 2 },
          { width: 0.5, cells: 1 },
          { width: 2, cells: 0 },
        ],
      });
    }
    const text = (await atlas(['count', net, '--box=-1,1', '--widths'])).stdout;
    expect(text).toMatch(/^thinnest +1\/3 wide \(exact\), 2 cells, around -5\/6, -5\/6$/m);
    expect(text).toMatch(/^wider than 0\.1 +4 cells, all$/m);
  });

  it('partition writes the width of every cell', async () => {
    const out = `${files.path}/cells.jsonl`;
    expect((await atlas(['partition', net, '--box=-1,1', '--fields=width', '--out', out])).code).toBe(0);
    const { readFileSync } = await import('node:fs');
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).width).sort()).toEqual(['1/3', '1/3', 0.5, 1.5].sort());
  });

  it('what is no width is refused', async () => {
    for (const wrong of ['-1', 'x', '']) {
      const outcome = await atlas(['count', net, '--box=-1,1', `--wider-than=${wrong}`]);
      expect(outcome).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/widths of at least 0/) });
    }
  });
});
