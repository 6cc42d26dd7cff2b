/**
 * Theorem. A report tells the Betti numbers of shapes that are known, and draws of every hole a closed polygon that goes round it, of every
 * component a point: a line from inside the hole to the edge of the picture crosses as many loops as there are holes round it, or an even number more;
 * the loop of a closed curve is that curve. What a report has no time for it says.
 *
 * Source: C. Jordan, Cours d'analyse (1887): parity of crossings.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { cube, type Network } from '../../src/network/index.js';
import { partitionProblem } from '../../src/problem/index.js';
import { shapeLeftOut } from '../../src/report/content/shape.js';
import { absolute, constant, input, maximum, maxMinNetwork, minus, plus } from '../support/generators/max-min.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

type Segment = readonly [number, number, number, number];

interface Told {
  readonly shape: { readonly regions: readonly { readonly betti: readonly number[] }[] };
  readonly leftOut?: readonly string[];
}

const fileOf = (name: string, network: Network) => {
  const file = join(files.path, `${name}.json`);
  writeFileSync(file, writeNetworkJson(network));
  return file;
};

/** report.json, and of the picture the segments of a path and the number of rings. */
async function reported(network: string, box: string) {
  const [html, svg] = [join(files.path, 'report.html'), join(files.path, 'report.svg')];
  const options = ['--out', html, '--svg', svg, '--no-certificate', '--force'];
  const { code } = await atlas(['report', network, `--box=${box}`, ...options]);
  expect(code).toBe(0);
  const picture = readFileSync(svg, 'utf8');
  const segmentsOf = (name: string): Segment[] => {
    const path = new RegExp(`<path class="${name}"[^>]* d="([^"]*)"`).exec(picture)?.[1] ?? '';
    const numbers = [...path.matchAll(/M([\d.-]+),([\d.-]+)L([\d.-]+),([\d.-]+)/g)];
    return numbers.map(([, ...ends]) => ends.map(Number) as unknown as Segment);
  };
  const [, x, y, width, height] = /<clipPath id="window"><rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/
    .exec(picture)!
    .map(Number);
  return {
    told: JSON.parse(readFileSync(join(files.path, 'report.json'), 'utf8')) as Told,
    loops: segmentsOf('loops'),
    boundary: segmentsOf('boundary'),
    rings: picture.match(/<circle class="component"/g)?.length ?? 0,
    middle: [x! + width! / 2, y! + height! / 2] as const,
  };
}

/** How often each segment is there, whichever way it runs. */
function tally(segments: readonly Segment[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [a, b, c, d] of segments) {
    const key = [`${a},${b}`, `${c},${d}`].sort().join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Points at which an odd number of segments end. */
function looseEnds(segments: readonly Segment[]): string[] {
  const degrees = new Map<string, number>();
  for (const end of segments.flatMap(([a, b, c, d]) => [`${a},${b}`, `${c},${d}`]))
    degrees.set(end, (degrees.get(end) ?? 0) + 1);
  return [...degrees].filter(([, degree]) => degree % 2 === 1).map(([end]) => end);
}

/** The segments that the ray from a point in a direction crosses. */
function crossings(segments: readonly Segment[], [x, y]: readonly [number, number], angle: number): number {
  const [u, v] = [Math.cos(angle), Math.sin(angle)];
  const across = (a: number, b: number) => u * (b - y) - v * (a - x);
  const along = (a: number, b: number) => u * (a - x) + v * (b - y);
  return segments.filter(([a, b, c, d]) => {
    const [one, other] = [across(a, b), across(c, d)];
    if (one < 0 === other < 0) return false;
    const t = one / (one - other);
    return along(a + t * (c - a), b + t * (d - b)) > 0;
  }).length;
}

const norm = maximum(absolute(input(0)), absolute(input(1)));
/** |norm - 2| - 1: an annulus where it is negative; beyond it, and within it, two parts where it is positive. */
const annulus = maxMinNetwork(2, minus(absolute(minus(norm, constant(2))), constant(1)));
const hexagon = join(ROOT, 'fixtures/circle/relu_2-3-1.json');

describe('a picture shows', () => {
  it.each([
    // f >= 0, f <= 0, f = 0
    [
      'the hexagon',
      () => hexagon,
      '-6,6',
      [
        [1, 0, 0],
        [1, 1, 0],
        [1, 1, 0],
      ],
    ],
    [
      'the annulus',
      () => fileOf('annulus', annulus),
      '-4,4',
      [
        [2, 1, 0],
        [1, 1, 0],
        [2, 2, 0],
      ],
    ],
  ] as const)('%s', async (_, network, box, betti) => {
    const { told, loops, boundary, rings, middle } = await reported(network(), box);
    expect(told.shape.regions.map((region) => region.betti)).toEqual(betti);
    expect(told.leftOut).toBeUndefined();
    const total = (k: number) => betti.reduce((sum, numbers) => sum + numbers[k]!, 0);
    expect(rings).toBe(total(0));
    expect(looseEnds(loops)).toEqual([]);
    for (const angle of [0.3, 1.1, 2.9, 4.2, 5.7]) {
      const crossed = crossings(loops, middle, angle);
      expect(crossed).toBeGreaterThanOrEqual(total(1));
      expect((crossed - total(1)) % 2).toBe(0);
    }
    // The loops of the curve are all of it, and the curve was found by another method.
    const drawn = tally(loops);
    for (const segment of tally(boundary).keys()) expect(drawn.get(segment)).toBeGreaterThanOrEqual(1);
  });

  it('no loop where there is no hole', async () => {
    const disc = maxMinNetwork(2, minus(input(0), constant(0.5)));
    const { told, loops, rings } = await reported(fileOf('half', disc), '-1,1');
    expect(told.shape.regions.map(({ betti }) => betti)).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect([loops, rings]).toEqual([[], 3]);
  });
});

describe('what is left out is told', () => {
  const outputs = (n: number) => Array.from({ length: n }, (_, k) => plus(input(0), input(1), constant(k)));
  const leftOut = (inputs: number, classes: number, cells: number) => {
    const network = maxMinNetwork(inputs, ...outputs(classes));
    return shapeLeftOut(network, partitionProblem(network, cube(inputs, -1, 1)), cells);
  };

  it.each([
    [2, 20_000, 20_001, '20,000 cells in the plane'],
    [3, 2_000, 2_001, '2,000 cells in 3 dimensions'],
  ])('in dimension %i: %i cells are looked at, %i are not', (inputs, most, more, words) => {
    expect(leftOut(inputs, 1, most)).toEqual([]);
    expect(leftOut(inputs, 1, more)).toEqual([expect.stringContaining(`more than ${words}; relu-atlas topology`)]);
  });

  it('of classes beyond the eighth, in the report itself', async () => {
    const network = maxMinNetwork(2, ...outputs(8), absolute(input(0)));
    const { told } = await reported(fileOf('nine', network), '-1,1');
    expect(told.shape.regions).toHaveLength(8);
    expect(told.leftOut).toEqual([expect.stringContaining('regions of 1 classes')]);
  });
});
