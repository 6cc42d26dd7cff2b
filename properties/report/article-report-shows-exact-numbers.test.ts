/**
 * The article report shows what is true: its numbers agree with closed forms, brute force, dense sampling in doubles and the
 * tables of the fixtures; every picture has words; the committed page is the page that the code writes.
 *
 * Closed forms: on [u, v] the chord of exp is farthest from it where the derivative is the chord's slope s, at ln s; chords of
 * x^2 of width h miss it by h^2 / 4; k folds make 2^k pieces. A sample of |f - chord| in doubles is a lower bound for its
 * supremum up to rounding, and on a grid of step d it misses it by at most d^2 / 8 max |f''|.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readTheoryInput } from '../../src/cli/report/theory-files.js';
import {
  add,
  compare,
  divide,
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { cube } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { LINEAR, type Network, RELU } from '../../src/network/network.js';
import { tanhBrackets } from '../../src/report/theory/circle.js';
import { commonPoint, exampleStack, ringPoints } from '../../src/report/theory/collapse.js';
import { creaseExamples } from '../../src/report/theory/creases.js';
import { deadExample, neuronRanges } from '../../src/report/theory/dead.js';
import { degenerateExample, degenerateFacts } from '../../src/report/theory/degenerate.js';
import { theoryPage } from '../../src/report/theory/page.js';
import { theorySections } from '../../src/report/theory/report.js';
import { scaledBy, sumOf, sumOfVectors } from '../../src/theory/rational-vectors.js';
import { shiftBias } from '../../src/theory/symmetries.js';
import { score } from '../../src/theory/train.js';
import { boundaryOf } from '../support/engines/boundary.js';
import { bruteForcePartition } from '../support/references/brute-force.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const input = await readTheoryInput();
const sections = theorySections(input);
const sectionOf = (id: string) => sections.find((section) => section.id === id)!;
/** The rows of a section's k-th table, as shown. */
const rowsOf = (id: string, k: number) => sectionOf(id).tables[k]!.rows;
const text = (values: readonly Rational[]) => values.map(formatRational).join(' ');

describe('the page', () => {
  it('is the committed one, to the byte (npm run report writes it)', () => {
    expect(theoryPage(sections)).toBe(readFileSync(`${ROOT}reports/theory.html`, 'utf8'));
  });

  it('states every claim of the article with its hypotheses, its source and property files that exist', () => {
    const ids = ['collapse', 'hinges', 'approximation', 'extrapolation', 'circle', 'corners', 'gradients', 'dead'];
    expect(sections.map(({ id }) => id)).toEqual([...ids, 'folding', 'counting']);
    for (const { claim, hypotheses, source, properties, tables } of sections) {
      for (const words of [claim, hypotheses, source]) expect(words.length).toBeGreaterThan(20);
      expect(properties.length).toBeGreaterThan(0);
      for (const file of properties) expect(existsSync(`${ROOT}properties/${file}`)).toBe(true);
      expect(tables.length).toBeGreaterThan(0);
    }
  });

  it('says every picture in words, draws only finite places, and fetches nothing', () => {
    const pictures = sections.flatMap((section) => section.pictures);
    for (const { svg } of pictures) {
      expect(/^<svg[^>]* role="img"/.test(svg) && /^<svg[^>]* aria-label="[^"]{20,}"/.test(svg)).toBe(true);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
    }
    const page = theoryPage(sections);
    expect(page.match(/<svg/g)!.length).toBe(pictures.length);
    expect(page).not.toMatch(/<script|<link|<img|url\(|@import| src=/);
    // SVG names its namespace at most; nothing else looks like an address.
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:/);
  });
});

describe('linear stacks', () => {
  it('have one cell and the map that their values at three points determine; with ReLU brute force finds as many cells', () => {
    const [[, linearCells, linearMaps], [, reluCells, reluMaps]] = rowsOf('collapse', 0) as [unknown[], unknown[]];
    expect([linearCells, linearMaps]).toEqual([1, 1]);
    const { cells } = bruteForcePartition(exampleStack(RELU), cube(2, -2, 2));
    expect(reluCells).toBe(cells.length);
    expect(reluMaps).toBe(new Set(cells.map(({ map }) => map.map(text).join(';'))).size);
    const at = (x: bigint, y: bigint) => evaluateExact(exampleStack(LINEAR), [rational(x), rational(y)]).output[0]!;
    const constant = at(0n, 0n);
    const map = [subtract(at(1n, 0n), constant), subtract(at(0n, 1n), constant), constant];
    const shown = String(rowsOf('collapse', 1)[0]![0])
      .replaceAll('−', '-')
      .replaceAll(/([+-]) /g, '$1');
    expect(shown.replaceAll('+', '')).toBe(
      `${formatRational(map[0]!)} x ${formatRational(map[1]!)} y ${formatRational(map[2]!)}`,
    );
  });

  it('cannot separate the ring: both classes average to the point shown, with convex weights', () => {
    const points = ringPoints();
    const { common, convex } = commonPoint(points);
    for (const positive of [true, false]) {
      const members = points.flatMap((p, i) => (p.positive === positive ? [{ ...p, weight: convex[i]! }] : []));
      expect(members.every(({ weight }) => compare(weight, ZERO) >= 0)).toBe(true);
      expect(formatRational(sumOf(members.map(({ weight }) => weight)))).toBe('1');
      const mean = members.map(({ point, weight }) => scaledBy(weight, point)).reduce(sumOfVectors);
      expect(text(mean)).toBe(text(common));
    }
    expect(rowsOf('collapse', 2)[0]!.at(-1)).toBe('(1/2, 1/2)');
  });
});

it('every hinge has two cells, whose gradients differ by jump times normal', () => {
  for (const { crease, cells } of creaseExamples()) {
    expect(cells.length).toBe(2);
    const above = cells.find(({ pattern }) => pattern.startsWith('+'))!.map.jacobian[0]!;
    const below = cells.find(({ pattern }) => pattern.startsWith('-'))!.map.jacobian[0]!;
    expect(text(below)).toBe(text(crease.gradient));
    expect(text(above)).toBe(text(sumOfVectors(crease.gradient, scaledBy(crease.jump, crease.normal))));
  }
});

describe('errors of approximation', () => {
  /** "0.12 … 0.13" as numbers. */
  const enclosure = (value: unknown) => String(value).split(' … ').map(Number) as [number, number];
  const FUNCTIONS = [
    { name: 'sine', f: Math.sin, from: -4, to: 4, curvature: 1 },
    { name: 'exp', f: Math.exp, from: -1, to: 1, curvature: Math.E },
    { name: 'sigmoid', f: (x: number) => 1 / (1 + Math.exp(-x)), from: -6, to: 6, curvature: 0.09623 },
    { name: 'x²', f: (x: number) => x * x, from: -1, to: 3, curvature: 2 },
  ];

  it.each(FUNCTIONS.map((subject, k) => [subject.name, subject, k] as const))(
    '%s: a dense sample lies in every enclosure, which lies around or below the bound',
    (name, { f, from, to, curvature }, k) => {
      const { caption, rows } = sectionOf('approximation').tables[k]!;
      expect(caption.startsWith(name)).toBe(true);
      expect(rows.map(([hinges]) => hinges)).toEqual([2, 4, 8, 16, 32, 64]);
      for (const [hinges, , , error, bound] of rows) {
        const h = (to - from) / Number(hinges);
        const d = h / 400;
        let seen = 0;
        for (let i = 0; i < 400 * Number(hinges); i++) {
          const x = from + i * d;
          const knot = from + Math.floor(i / 400) * h;
          const chord = f(knot) + ((f(knot + h) - f(knot)) * (x - knot)) / h;
          seen = Math.max(seen, Math.abs(f(x) - chord));
        }
        const [low, high] = enclosure(error);
        expect(low).toBeLessThanOrEqual(seen + (d * d * curvature) / 8 + 1e-12);
        expect(high).toBeGreaterThanOrEqual(seen - 1e-12);
        expect(Number(bound)).toBeCloseTo((h * h * curvature) / 8, 3);
        // Four digits are shown.
        expect(low).toBeLessThanOrEqual(Number(bound) * 1.0005);
      }
    },
  );

  it('exp: the closed form lies in every enclosure', () => {
    for (const [hinges, , , error] of rowsOf('approximation', 1)) {
      const h = 2 / Number(hinges);
      // The curvature is greatest at the right end.
      const u = 1 - h;
      const s = (Math.E - Math.exp(u)) / h;
      const miss = Math.exp(u) + s * (Math.log(s) - u) - s;
      const [low, high] = enclosure(error);
      expect(low).toBeLessThanOrEqual(miss + 1e-12);
      expect(high).toBeGreaterThanOrEqual(miss - 1e-12);
    }
  });

  it('x²: h²/4 lies in every enclosure, twice what no function of as many pieces can beat', () => {
    for (const [hinges, , pieces, error, , least] of rowsOf('approximation', 3)) {
      const exact = divide(rational(4n), rational(BigInt(Number(hinges)) ** 2n));
      const [low, high] = enclosure(error);
      expect(low).toBeLessThanOrEqual(toDouble(exact));
      expect(high).toBeGreaterThanOrEqual(toDouble(exact));
      expect(pieces).toBe(hinges);
      expect(2 * Number(least)).toBeCloseTo(toDouble(exact), 3);
      expect(low).toBeGreaterThan(Number(least));
    }
  });
});

it('outside the fit the error exceeds each limit from the x shown on, and not from the one before', () => {
  const at = (x: number) => {
    // The last chord of sine, continued.
    const slope = (Math.sin(4) - Math.sin(3.75)) / 0.25;
    return Math.abs(Math.sin(4) + slope * (x - 4)) - 1;
  };
  for (const [limit, x] of rowsOf('extrapolation', 0) as [number, number][]) {
    expect(at(x)).toBeGreaterThan(limit);
    expect(at(x - 1)).toBeLessThanOrEqual(limit);
  }
});

describe('the circle', () => {
  const DOMAIN = cube(2, -6, 6);

  it('has the corners that the reference finds, on the creases that it finds', () => {
    const { corners } = boundaryOf(input.circle.relu, DOMAIN);
    const expected = corners.map(({ point, creases }) => [
      toDouble(point[0]!).toPrecision(7),
      toDouble(point[1]!).toPrecision(7),
      creases.map(([l, j]) => `layer ${l + 1}, neuron ${j + 1}`).join('; '),
    ]);
    const shown = rowsOf('circle', 1).map((row) => row.slice(1));
    expect(shown.map(String).sort()).toEqual(expected.map(String).sort());
  });

  it('has tanh brackets whose ends the network in doubles puts on either side', () => {
    const brackets = tanhBrackets(input.circle.tanh);
    expect(brackets.length).toBe(12);
    for (const { inside, outside } of brackets) {
      expect(score(input.circle.tanh, 'tanh', inside.map(toDouble))).toBeGreaterThan(0);
      expect(score(input.circle.tanh, 'tanh', outside.map(toDouble))).toBeLessThan(0);
      const width = Math.hypot(...inside.map((t, i) => toDouble(t) - toDouble(outside[i]!)));
      expect(width).toBeCloseTo(2 ** -8, 10);
    }
  });

  it('has the corners, cells and training errors of the table in fixtures/circle/README.md', () => {
    const lines = readFileSync(`${ROOT}fixtures/circle/README.md`, 'utf8').split('\n');
    const known = new Map(
      lines
        .filter((line) => /^\| 2-/.test(line))
        .map((line) => line.slice(2, -2).split(' | '))
        .map(([shape, neurons, cells, corners, , boundary]) => [
          shape,
          [neurons, cells, corners, boundary!.split(' ')[0]],
        ]),
    );
    const shown = [...rowsOf('corners', 0), ...rowsOf('corners', 1)];
    expect(shown.length).toBe(30);
    for (const [shape, ...row] of shown) expect(row.map(String)).toEqual(known.get(String(shape)));
    const errors = rowsOf('circle', 0).map(([name, count]) => [name, count]);
    expect(errors.slice(1)).toEqual([
      ['tanh', 0],
      ['ReLU', 0],
    ]);
    // What training recorded in the file.
    const notes = readFileSync(`${ROOT}fixtures/circle/linear_2-3-3-3-1.json`, 'utf8');
    expect(errors[0]).toEqual(['linear', Number(/(\d+) of 200 training points wrong/.exec(notes)![1])]);
  });
});

it('gradients: the chain rule in doubles lies in every enclosure, 4^-L above it, and active ReLUs keep 1', () => {
  const inside = (value: number, shown: unknown) => {
    const [low, high] = String(shown).split(' … ').map(Number) as [number, number];
    // A few roundings of doubles.
    return low <= value * (1 + 1e-13) && value * (1 - 1e-13) <= high;
  };
  for (const [layers, sigmoid, bound, tanh, relu] of rowsOf('gradients', 0)) {
    const [x, y] = [
      { value: 1, slope: 1 },
      { value: 1, slope: 1 },
    ];
    for (let l = 0; l < Number(layers); l++) {
      x.value = 1 / (1 + Math.exp(-x.value));
      x.slope *= x.value * (1 - x.value);
      y.value = Math.tanh(y.value);
      y.slope *= 1 - y.value ** 2;
    }
    expect(inside(x.slope, sigmoid)).toBe(true);
    expect(inside(y.slope, tanh)).toBe(true);
    expect(bound).toBe((4 ** -Number(layers)).toExponential(4));
    expect(x.slope).toBeLessThan(4 ** -Number(layers));
    expect(relu).toBe('1');
  }
});

describe('dead neurons', () => {
  const network = deadExample();
  const ranges = neuronRanges(network);

  it('have ranges that no point of a grid leaves, whose ends are attained, and which tell who is never active', () => {
    const grid = Array.from({ length: 13 }, (_, i) => rational(BigInt(i), 12n));
    network.layers.forEach(({ affine }, l) => {
      const before: Network = {
        ...network,
        layers: network.layers.slice(0, l),
        output: affine,
        outputs: affine.outputs,
      };
      const values = grid.flatMap((x) => grid.map((y) => evaluateExact(before, [x, y]).output));
      ranges
        .filter(({ name }) => name.startsWith(`layer ${l + 1},`))
        .forEach(({ least, greatest, neverActive }, j) => {
          const own = values.map((output) => output[j]!).sort(compare);
          // All corners of cells are points of this grid: the creases of the first layer are x + y = 1 and x = y.
          expect([own[0]!, own.at(-1)!].map(formatRational)).toEqual([least, greatest].map(formatRational));
          expect(neverActive).toBe(compare(greatest, ZERO) <= 0);
        });
    });
    expect(ranges.filter(({ neverActive }) => neverActive).length).toBe(3);
  });

  it('have the gradients that moving each bias shows, exactly', () => {
    const point = [rational(2n, 3n), rational(4n, 7n)];
    const tiny = rational(1n, 2n ** 60n);
    const value = (moved: Network) => evaluateExact(moved, point).output[0]!;
    let k = 0;
    network.layers.forEach(({ slopes }, l) => {
      slopes.forEach((_, j) => {
        const rise = subtract(value(shiftBias(network, l, j, tiny)), value(network));
        expect(formatRational(divide(rise, tiny))).toBe(formatRational(ranges[k++]!.gradient));
      });
    });
    for (const { neverActive, gradient, leakyGradient } of ranges) {
      if (neverActive) expect([formatRational(gradient), compare(leakyGradient, ZERO) !== 0]).toEqual(['0', true]);
    }
  });
});

it('folding: depth k has 2^k pieces from 3 k neurons, and every saw is drawn with its 2^k + 1 corners', () => {
  const rows = rowsOf('folding', 0);
  expect(rows.map(([depth, neurons, pieces]) => [depth, neurons, pieces])).toEqual(
    Array.from({ length: 10 }, (_, i) => [i + 1, 3 * (i + 1), 2 ** (i + 1)]),
  );
  sectionOf('folding')
    .pictures.slice(0, 6)
    .forEach(({ svg }, i) => {
      const [, path] = /aria-label="line"[^>]*><path[^>]* d="([^"]+)"/.exec(svg)!;
      expect(path!.match(/[ML]/g)!.length).toBe(2 ** (i + 1) + 1);
    });
});

it('counting: brute force finds the cells and maps, pieces found in the plane are those counted without it', () => {
  const network = degenerateExample();
  const { counts, cells, pieceOf, mapOf } = degenerateFacts(network);
  const reference = bruteForcePartition(network, cube(2, -1, 1));
  expect(counts.cells).toBe(reference.cells.length);
  expect(cells.length).toBe(reference.cells.length);
  expect(new Set(pieceOf).size).toBe(counts.pieces);
  expect(new Set(mapOf).size).toBe(counts.maps);
  expect(counts.maps).toBe(new Set(reference.cells.map(({ map }) => map.map(text).join(';'))).size);
  expect(counts.maps < counts.pieces && counts.pieces < counts.cells).toBe(true);
  // max(min(f1, f2), min(f3, f4)) by its definition, at points of a grid.
  const lines = ['1/4 -1/2 0', '1/4 3/4 1/2', '-1/4 1/4 1/4', '1 -1 1/4'].map((line) =>
    line.split(' ').map(parseRational),
  );
  const larger = (a: Rational, b: Rational) => (compare(a, b) > 0 ? a : b);
  const smaller = (a: Rational, b: Rational) => (compare(a, b) < 0 ? a : b);
  for (let i = -7; i <= 7; i++) {
    for (let j = -7; j <= 7; j++) {
      const [x, y] = [rational(BigInt(i), 7n), rational(BigInt(j), 7n)];
      const [f1, f2, f3, f4] = lines.map(([a, b, c]) => add(add(multiply(a!, x), multiply(b!, y)), c!));
      const expected = larger(smaller(f1!, f2!), smaller(f3!, f4!));
      expect(formatRational(evaluateExact(network, [x, y]).output[0]!)).toBe(formatRational(expected));
    }
  }
});
