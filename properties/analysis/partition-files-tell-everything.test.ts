/**
 * `partition` files: what they say is checked by evaluating the network, and both formats say the same.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import { analysisProblem } from '../../src/analysis/cells/enumerate.js';
import { writeAdjacency } from '../../src/analysis/files/graphml.js';
import { formatOfFile, jsonLinesWriter, parquetWriter, writePartition } from '../../src/analysis/files/index.js';
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
import { affineFromDoubles, affineFromRationals } from '../../src/network/affine.js';
import { type BoxDomain, cube, type Domain, whole } from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { buildNetwork, RELU } from '../../src/network/network.js';
import { smallBox } from '../support/generators/boxes.js';
import { holdsLater } from '../support/generators/holds.js';
import { anyNetwork, deepNetwork, degenerateNetwork } from '../support/generators/networks.js';

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
}

const exact = (value: JsonNumber) => (typeof value === 'number' ? rationalFromDouble(value) : parseRational(value));

function affineAt(coefficients: JsonNumber[], constant: JsonNumber, point: readonly Rational[]): Rational {
  return coefficients.reduce((sum, c, i) => add(sum, multiply(exact(c), point[i]!)), exact(constant));
}

async function written(network: Network, domain: Domain, name: string): Promise<JsonCell[]> {
  const file = join(scratch, name);
  const count = await writePartition({ network, domain }, jsonLinesWriter(file));
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
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
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
  const [row] = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
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
