/**
 * `partition` files: what they say is checked by evaluating the network, and both formats say the same.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { analysisProblem } from '../../src/analysis/cells/enumerate.js';
import { subtreesBetween } from '../../src/analysis/files/chunks.js';
import { writeAdjacency } from '../../src/analysis/files/graphml.js';
import {
  formatOfFile,
  jsonLinesWriter,
  type LayoutOptions,
  parquetWriter,
  writePartition,
} from '../../src/analysis/files/index.js';
import { adjacencyEdges } from '../../src/analysis/geometry/adjacency.js';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import {
  add,
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { signOfInteger } from '../../src/exact/sign.js';
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { type BoxDomain, cube, type Domain, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { buildNetwork, RELU } from '../../src/network/network.js';
import { randomNumbers } from '../../src/theory/random.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork } from '../support/generators/networks.js';
import { resonance } from '../support/references/families.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-partition-'));
afterAll(() => rmSync(scratch, { recursive: true }));

type JsonNumber = number | string;
interface JsonCell {
  readonly id: number;
  readonly pattern: string;
  readonly bounded: boolean;
  readonly witness: JsonNumber[];
  readonly facets: {
    neurons?: [number, number][];
    bound?: { input: number; side: string };
    neighbour?: number;
    coefficients: JsonNumber[];
    constant: JsonNumber;
  }[];
  readonly jacobian: JsonNumber[][];
  readonly constant: JsonNumber[];
  readonly vertices?: JsonNumber[][];
  readonly volume?: JsonNumber;
  readonly neighbours?: number[];
  readonly faces?: number[][];
  readonly exact?: object;
}

const exact = (value: JsonNumber) => (typeof value === 'number' ? rationalFromDouble(value) : parseRational(value));

function affineAt(coefficients: JsonNumber[], constant: JsonNumber, point: readonly Rational[]): Rational {
  return coefficients.reduce((sum, c, i) => add(sum, multiply(exact(c), point[i]!)), exact(constant));
}

/** hyparquet itself unpacks Snappy alone. */
const compressors = { GZIP: (bytes: Uint8Array) => gunzipSync(bytes) };

async function parquetRows(file: string) {
  return parquetReadObjects({ file: await asyncBufferFromFile(file), compressors });
}

async function written(
  network: Network,
  domain: Domain,
  name: string,
  layout: LayoutOptions = {},
): Promise<JsonCell[]> {
  const file = join(scratch, name);
  const count = await writePartition({ network, domain }, jsonLinesWriter(file, layout));
  const cells = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonCell);
  expect(cells.length).toBe(count);
  return cells;
}

function checkCell(network: Network, cell: JsonCell, cells: readonly JsonCell[]) {
  const witness = cell.witness.map(exact);
  const value = evaluateExact(network, witness).output;
  cell.jacobian.forEach((row, k) => {
    expect(formatRational(affineAt(row, cell.constant[k]!, witness))).toBe(formatRational(value[k]!));
  });
  for (const facet of cell.facets) {
    expect(affineAt(facet.coefficients, facet.constant, witness).numerator).toBeGreaterThan(0n);
    if (facet.neighbour === undefined) {
      expect(facet.bound).toBeDefined();
      continue;
    }
    // The neighbour lies on the other side, and names this cell back.
    const other = cells[facet.neighbour]!;
    expect(affineAt(facet.coefficients, facet.constant, other.witness.map(exact)).numerator).toBeLessThan(0n);
    expect(other.facets.filter(({ neighbour }) => neighbour === cell.id).length).toBe(1);
  }
  for (const vertex of cell.vertices ?? []) {
    const point = vertex.map(exact);
    const values = cell.facets.map(({ coefficients, constant }) => affineAt(coefficients, constant, point).numerator);
    expect(values.every((v) => v >= 0n)).toBe(true);
    expect(values.filter((v) => v === 0n).length).toBeGreaterThanOrEqual(network.inputs > 2 ? 1 : 0);
    const there = evaluateExact(network, point).output;
    cell.jacobian.forEach((row, k) => {
      expect(formatRational(affineAt(row, cell.constant[k]!, point))).toBe(formatRational(there[k]!));
    });
  }
}

/** Runs an asynchronous property; see `holds`. */
async function holdsAsync<T>(arbitrary: fc.Arbitrary<T>, seed: number, runs: number, law: (value: T) => Promise<void>) {
  await holdsLater(fc.asyncProperty(arbitrary, law), { seed, runs });
}

const boxes: fc.Arbitrary<{ network: Network; domain: BoxDomain }> = fc.oneof(
  fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3], outputs: 2 }), domain: smallBox(2, { flat: true }) }),
  fc.record({ network: degenerateNetwork({ inputs: 2, widths: [3, 3] }), domain: smallBox(2) }),
  fc.record({ network: deepNetwork(1, 3), domain: smallBox(1) }),
  fc.record({ network: anyNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) }),
);

test('on a box: maps, facets, neighbours, vertices and volumes are true', async () => {
  await holdsAsync(boxes, 4041, 30, async ({ network, domain }) => {
    const cells = await written(network, domain, 'box.jsonl');
    cells.forEach((cell, id) => {
      expect(cell.id).toBe(id);
      expect(cell.bounded).toBe(true);
      checkCell(network, cell, cells);
    });
    const sum = cells.reduce((total, { volume }) => add(total, exact(volume!)), ZERO);
    const widths = domain.lower.map((lo, i) => subtract(domain.upper[i]!, lo)).filter((w) => w.numerator !== 0n);
    expect(formatRational(sum)).toBe(formatRational(widths.reduce(multiply)));
  });
});

test('on the whole space: the same, and a cell is bounded if its facets allow no direction', async () => {
  const problems = fc.oneof(
    anyNetwork({ inputs: 2, widths: [4] }),
    degenerateNetwork({ inputs: 2, widths: [4, 2] }),
    anyNetwork({ inputs: 1, widths: [3, 2] }),
  );
  await holdsAsync(problems, 4042, 30, async (network) => {
    const cells = await written(network, whole(network.inputs), 'whole.jsonl');
    for (const cell of cells) {
      checkCell(network, cell, cells);
      expect(cell.volume !== undefined).toBe(cell.bounded);
      if (cell.bounded) expect(cell.vertices!.length).toBeGreaterThan(network.inputs);
    }
  });
});

test('three lines in general position: one bounded triangle with its vertices and area among seven cells', async () => {
  // x >= 0, y >= 0, x + y <= 2
  const network = buildNetwork(2, [
    { affine: affineFromDoubles(3, 2, [1, 0, 0, 1, -1, -1], [0, 0, 2]) },
    { slopes: [RELU, RELU, RELU] },
    { affine: affineFromDoubles(1, 3, [1, 2, 4], [0]) },
  ]);
  const cells = await written(network, whole(2), 'triangle.jsonl');
  expect(cells.length).toBe(7);
  const bounded = cells.filter((cell) => cell.bounded);
  expect(bounded.length).toBe(1);
  expect(bounded[0]!.pattern).toBe('+++');
  expect(bounded[0]!.volume).toBe(2);
  expect(bounded[0]!.vertices!.map(String).sort()).toEqual(['0,0', '0,2', '2,0']);
  expect(bounded[0]!.facets.map(({ neurons }) => String(neurons)).sort()).toEqual(['0,0', '0,1', '0,2']);
  // Each of the three lines is cut into three edges by the other two.
  expect(cells.flatMap((cell) => cell.facets).length).toBe(2 * 9);
});

test('Parquet holds the same cells as JSON Lines', async () => {
  await holdsAsync(boxes, 4043, 10, async ({ network, domain }) => {
    const cells = await written(network, domain, 'both.jsonl');
    const file = join(scratch, 'both.parquet');
    await writePartition({ network, domain }, parquetWriter(file));
    const rows = await parquetRows(file);
    expect(rows.length).toBe(cells.length);
    rows.forEach((row, k) => {
      const cell = cells[k]!;
      const { id, pattern, bounded, ...rest } = cell;
      expect(row).toMatchObject({ id, pattern, bounded, exact: rest });
      const doubles = (values: JsonNumber[]) => values.map((value) => toDouble(exact(value)) + 0);
      expect(row.witness).toEqual(doubles(cell.witness));
      expect(row.jacobian).toEqual(doubles(cell.jacobian.flat()));
      expect(row.vertices).toEqual(doubles(cell.vertices!.flat()));
      expect(row.volume).toBe(toDouble(exact(cell.volume!)));
      expect(row.neighbours).toEqual(cell.facets.flatMap(({ neighbour }) => neighbour ?? []));
      expect((row.facets as string[]).length).toBe(cell.facets.length);
    });
  });
});

test('in Parquet what rounds to zero is zero, and makes no other zero negative', async () => {
  const tiny = rational(-1n, 1n << 1100n);
  const network = buildNetwork(2, [{ affine: affineFromRationals(2, [[tiny, ZERO]], [tiny]) }]);
  const file = join(scratch, 'zeros.parquet');
  await writePartition({ network, domain: cube(2, -1, 1) }, parquetWriter(file));
  const [row] = await parquetRows(file);
  expect(row!.jacobian).toStrictEqual([0, 0]);
  expect(row!.constant).toStrictEqual([0]);
  expect(row!.exact).toMatchObject({ constant: [formatRational(tiny)] });
});

test('an aborted or failing walk leaves no file', async () => {
  const network = fc.sample(anyNetwork({ inputs: 2, widths: [4] }), { seed: 3, numRuns: 1 })[0]!;
  const controller = new AbortController();
  controller.abort();
  for (const [name, writer] of [
    ['none.jsonl', jsonLinesWriter(join(scratch, 'none.jsonl'))],
    ['none.parquet', parquetWriter(join(scratch, 'none.parquet'))],
  ] as const) {
    const request = { network, domain: cube(2, -1, 1), signal: controller.signal };
    expect(await writePartition(request, writer)).toBeUndefined();
    expect(existsSync(join(scratch, name))).toBe(false);
    expect(existsSync(join(scratch, `${name}.partial-${process.pid}`))).toBe(false);
  }
  expect(formatOfFile('a.parquet')).toBe('parquet');
  expect(formatOfFile('a.ndjson')).toBe('jsonl');
  expect(formatOfFile('a.csv')).toBeUndefined();
});

test('GraphML has one node per cell, one edge per shared facet, and as many map numbers as maps', () => {
  const [network] = fc.sample(anyNetwork({ inputs: 2, widths: [5, 3] }), { seed: 5, numRuns: 1 });
  const domain = cube(2, -1, 1);
  const file = join(scratch, 'graph.graphml');
  const counts = writeAdjacency(network!, domain, file);
  const text = readFileSync(file, 'utf8');
  expect(counts.cells).toBe(text.match(/<node /g)?.length);
  const { cells, maps } = countRegions(network!, domain);
  const edges = adjacencyEdges(analysisProblem(network!, domain));
  expect(text.match(/<node /g)?.length).toBe(cells);
  expect(text.match(/<edge /g)?.length ?? 0).toBe(edges.length);
  expect(new Set([...text.matchAll(/key="map">(\d+)</g)].map((m) => m[1])).size).toBe(maps);
});

test('a network that is one affine map has one cell, with the empty pattern, and no edge', async () => {
  const network = buildNetwork(2, [{ affine: affineFromDoubles(1, 2, [1, 2], [3]) }]);
  const file = join(scratch, 'affine.graphml');
  expect(writeAdjacency(network, cube(2, -1, 1), file)).toMatchObject({ cells: 1, edges: 0 });
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('<data key="pattern"></data>');
  expect(text).not.toContain('<edge ');
  expect(await written(network, cube(2, -1, 1), 'affine.jsonl')).toMatchObject([{ pattern: '', jacobian: [[1, 2]] }]);
});

test('vertices of plane cells are a simple counterclockwise cycle; faces in space are cycles seen from outside', async () => {
  const left = (a: Rational[], b: Rational[], c: Rational[], [i, j]: readonly [number, number] = [0, 1]) =>
    subtract(
      multiply(subtract(b[i]!, a[i]!), subtract(c[j]!, a[j]!)),
      multiply(subtract(b[j]!, a[j]!), subtract(c[i]!, a[i]!)),
    ).numerator;
  const plane = fc.oneof(
    fc.record({ network: anyNetwork({ inputs: 2, widths: [4, 3] }), domain: smallBox(2) }),
    fc.record({ network: degenerateNetwork({ inputs: 2, widths: [3, 3] }), domain: smallBox(2) }),
  );
  await holdsAsync(plane, 4044, 30, async ({ network, domain }) => {
    for (const { vertices } of await written(network, domain, 'cycle.jsonl')) {
      const points = vertices!.map((vertex) => vertex.map(exact));
      // Every triangle of vertices in this order turns left: the polygon is convex and winds once.
      points.forEach((a, i) => {
        for (let j = i + 1; j < points.length; j++) {
          for (let k = j + 1; k < points.length; k++) expect(left(a, points[j]!, points[k]!)).toBeGreaterThan(0n);
        }
      });
    }
  });
  const space = fc.record({ network: anyNetwork({ inputs: 3, widths: [3, 2] }), domain: smallBox(3) });
  await holdsAsync(space, 4045, 10, async ({ network, domain }) => {
    const fields = ['facets', 'vertices', 'faces'] as const;
    for (const cell of await written(network, domain, 'faces.jsonl', { fields })) {
      const points = cell.vertices!.map((vertex) => vertex.map(exact));
      const edges = new Map<string, number>();
      cell.faces!.forEach((face, k) => {
        const inward = cell.facets[k]!.coefficients.map(exact);
        face.forEach((v, at) => {
          expect(affineAt(cell.facets[k]!.coefficients, cell.facets[k]!.constant, points[v]!).numerator).toBe(0n);
          const next = face[(at + 1) % face.length]!;
          edges.set(`${v} ${next}`, (edges.get(`${v} ${next}`) ?? 0) + 1);
          // (b - a) x (c - b) points outwards.
          const [a, b, c] = [v, next, face[(at + 2) % face.length]!].map((id) => points[id]!) as [
            Rational[],
            Rational[],
            Rational[],
          ];
          const normal = [0, 1, 2].map((i) => left(a, b, c, [(i + 1) % 3, (i + 2) % 3]));
          const outwards = normal.map((n, i) => signOfInteger(n) * signOfInteger(inward[i]!.numerator));
          expect(outwards.every((sign) => sign <= 0)).toBe(true);
          expect(outwards.some((sign) => sign < 0)).toBe(true);
        });
      });
      // Every edge of a closed surface is passed once in each direction.
      for (const [edge, times] of edges) {
        expect(times).toBe(1);
        expect(edges.get(edge.split(' ').reverse().join(' '))).toBe(1);
      }
    }
  });
});

test('a file has the fields that were chosen, the same numbers for any choice, and rounded ones with digits', async () => {
  await holdsAsync(boxes, 4046, 10, async ({ network, domain }) => {
    const all = await written(network, domain, 'all.jsonl');
    const some = await written(network, domain, 'some.jsonl', { fields: ['pattern', 'witness', 'map'] });
    expect(some).toEqual(
      all.map(({ id, pattern, witness, jacobian, constant }) => ({ id, pattern, witness, jacobian, constant })),
    );
    const lean = await written(network, domain, 'lean.jsonl', { fields: ['neighbours', 'volume'] });
    expect(lean.map(({ volume }) => volume)).toEqual(all.map(({ volume }) => volume));
    expect(lean.map(({ neighbours }) => neighbours)).toEqual(
      all.map(({ facets }) => facets.flatMap(({ neighbour }) => neighbour ?? [])),
    );
    const rounded = await written(network, domain, 'digits.jsonl', { fields: ['vertices', 'exact'], digits: 6 });
    rounded.forEach((cell, k) => {
      expect(cell.exact).toEqual({ vertices: all[k]!.vertices });
      cell.vertices!.flat().forEach((value, i) => {
        const near = toDouble(exact(all[k]!.vertices!.flat()[i]!));
        expect(value).toBe(Number(near.toPrecision(6)));
      });
    });
    const file = join(scratch, 'some.parquet');
    await writePartition({ network, domain }, parquetWriter(file, { fields: ['pattern', 'volume'] }));
    const buffer = await asyncBufferFromFile(file);
    expect(Object.keys((await parquetReadObjects({ file: buffer }))[0]!)).toEqual(['id', 'pattern', 'volume']);
    const { key_value_metadata } = await parquetMetadataAsync(buffer);
    const about = JSON.parse(key_value_metadata!.find(({ key }) => key === 'relu-atlas')!.value!);
    expect(about).toMatchObject({ version: 2, inputs: network.inputs, shapes: { vertices: [null, network.inputs] } });
  });
});

test('any number of workers writes the same bytes', async () => {
  const random = randomNumbers(12);
  const some = (count: number, size: number) =>
    Array.from({ length: count }, () => Math.fround(size * (random() - 0.5)));
  /** Hyperplanes in general position, in a box around where they meet. */
  const arrangement = (inputs: number, count: number) => ({
    network: buildNetwork(inputs, [
      { affine: affineFromDoubles(count, inputs, some(inputs * count, 2), some(count, 0.5)) },
      { slopes: new Array(count).fill(RELU) },
      { affine: affineFromDoubles(1, count, some(count, 2), [0]) },
    ]),
    domain: cube(inputs, -50, 50),
  });
  const bytes = async (
    workers: number,
    name: string,
    of: { network: Network; domain: Domain },
    layout: LayoutOptions = {},
  ) => {
    const file = join(scratch, name);
    const writer = name.endsWith('.parquet') ? parquetWriter(file, layout) : jsonLinesWriter(file, layout);
    const cells = await writePartition({ ...of, workers }, writer);
    // Otherwise no thread would start.
    expect(cells).toBeGreaterThan(4 * 512);
    return readFileSync(file);
  };
  // 65 lines make up to 2,146 cells, and all fields of a polygon are soon found.
  const lines = arrangement(2, 65);
  const one = await bytes(1, 'one.jsonl', lines);
  expect((await bytes(2, 'two.jsonl', lines)).equals(one)).toBe(true);
  // 24 planes make up to 2,325. Jobs are longer where cells are cheap, so that row groups could follow the number of workers.
  const planes = arrangement(3, 24);
  const lean: LayoutOptions = { fields: ['pattern', 'witness', 'map'] };
  const columns = await bytes(1, 'one.parquet', planes, lean);
  expect((await bytes(3, 'three.parquet', planes, lean)).equals(columns)).toBe(true);
  // 11,292 cells are more than one row group holds.
  const large = { network: resonance(5).network, domain: whole(5) };
  const groups = await bytes(1, 'groups.parquet', large, { fields: ['pattern'] });
  expect((await bytes(2, 'same.parquet', large, { fields: ['pattern'] })).equals(groups)).toBe(true);
}, 120_000);

test('the subtrees between two leaves hold exactly the leaves from the first to before the second', () => {
  // All leaves of a random tree, in order.
  const tree: fc.Arbitrary<string[]> = fc.letrec<{ leaves: string[] }>((tie) => ({
    leaves: fc.oneof(
      { depthSize: 'small' },
      fc.constant<string[]>(['']),
      fc
        .tuple(tie('leaves'), tie('leaves'))
        .map(([minus, plus]) => [...minus.map((path) => `-${path}`), ...plus.map((path) => `+${path}`)]),
    ),
  })).leaves;
  const law = (leaves: string[], a: number, b: number) => {
    const from = a % leaves.length;
    const to = from + 1 + (b % (leaves.length - from));
    const below = subtreesBetween(leaves[from]!, leaves[to]);
    const found = below.flatMap((path) => leaves.filter((leaf) => leaf.startsWith(path)));
    expect(found).toEqual(leaves.slice(from, to));
  };
  holds(fc.property(tree, fc.nat(), fc.nat(), law), { seed: 4047, runs: 200 });
});
