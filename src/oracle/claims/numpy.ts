/**
 * Claims as NumPy arrays.
 *
 * A .npz holds one claim; n is the number of claimed cells or points, rows are in C or Fortran order.
 *
 * | arrays | claim |
 * |---|---|
 * | `count_cells`, `count_pieces` or `count_maps` (one integer) | a count |
 * | `patterns` (n x neurons; bool, 0 / 1 or -1 / 0 / 1 of any type), perhaps `jacobian` (n x outputs x inputs) and `constant` (n x outputs) | patterns, with maps |
 * | `points` (n x inputs) | one point in every cell |
 * | `points` with `outputs` (n x outputs) or `jacobian`, or both | values |
 * | `A` (n x m x inputs) and `b` (n x m) | cells A x <= b; rows of zeros pad |
 * | `A` (all rows x inputs), `b` (all rows) and `rows` (n: how many of them each cell has) | the same |
 * | `vertices` (n x m x inputs), or (all vertices x inputs) with `rows` | cells as hulls; repeated vertices pad |
 *
 * Cells may come with `patterns`, and with `jacobian` and `constant`. `precision_coordinates`, `precision_values` and
 * `precision_relative` are single numbers.
 *
 * A .npy is one of `patterns`, `points` and `vertices`: three axes are vertices; two axes are patterns or points by the
 * number of columns, and if that could be both, by type: floats are points.
 */
import { FormatError } from '../../formats/index.js';
import { type NumpyArray, readNpy, readNpz } from '../../formats/tensors/numpy.js';
import { type Network, neuronCount } from '../../network/index.js';
import type { Claim } from './claim.js';
import { CLAIM_FORMAT, claimOfJson, mapOfJson, precisionOf } from './json.js';
import { type PatternSource, tableOfPatterns } from './pattern-encoding.js';

const PRECISION = ['coordinates', 'values', 'relative'] as const;
const COUNTS = ['cells', 'pieces', 'maps'] as const;
const KNOWN = [
  ...COUNTS.map((of) => `count_${of}`),
  'patterns',
  'points',
  'outputs',
  'A',
  'b',
  'rows',
  'vertices',
  'jacobian',
  'constant',
  ...PRECISION.map((part) => `precision_${part}`),
];

type Arrays = ReadonlyMap<string, NumpyArray>;
type Nested = (number | string)[];

function expectShape(name: string, { shape }: NumpyArray, ...wanted: readonly (number | string)[]): void {
  const fits =
    shape.length === wanted.length && wanted.every((size, i) => typeof size === 'string' || size === shape[i]);
  if (fits) return;
  const got = shape.length === 0 ? 'a single number' : shape.join(' x ');
  throw new FormatError(name, `expected shape ${wanted.join(' x ')}, got ${got}; reshape or transpose it`);
}

/** `count` numbers from position `from`. */
function slice({ at }: NumpyArray, from: number, count: number): Nested {
  return Array.from({ length: count }, (_, i) => at(from + i));
}

/** Rows of `width` numbers, from row `from`. */
function rowsOf(array: NumpyArray, from: number, count: number, width: number): Nested[] {
  return Array.from({ length: count }, (_, r) => slice(array, (from + r) * width, width));
}

function single(name: string, array: NumpyArray): number | string {
  if (array.length !== 1)
    throw new FormatError(name, `expected a single number, got ${array.shape.join(' x ')}; take one`);
  return array.at(0);
}

function precisionIn(arrays: Arrays) {
  const parts = PRECISION.flatMap((part) => {
    const array = arrays.get(`precision_${part}`);
    return array === undefined ? [] : [[part, single(`precision_${part}`, array)] as const];
  });
  return Object.fromEntries(parts);
}

/** Patterns of an array, one per row. */
function patternSource(array: NumpyArray): PatternSource {
  expectShape('patterns', array, 'n', 'neurons');
  const [size, width] = array.shape as readonly [number, number];
  const place = (k: number) => `patterns[${k}]`;
  const entry = (k: number, i: number) => {
    const value = array.at(k * width + i);
    if (value === 1 || value === 0 || value === -1) return value;
    throw new FormatError(`${place(k)}[${i}]`, `expected 0, 1 or -1, got ${value}; claim signs, not pre-activations`);
  };
  return {
    size,
    place,
    signed: (k) => {
      for (let i = 0; i < width; i++) if (array.at(k * width + i) === -1) return true;
      return false;
    },
    read: (k, out) => {
      for (let i = 0; i < width; i++) out[i] = entry(k, i);
      return width;
    },
  };
}

/** The maps of n cells as JSON, if there are any. */
function mapsIn(arrays: Arrays, n: number, { inputs, outputs }: Network) {
  const jacobian = arrays.get('jacobian');
  const constant = arrays.get('constant');
  if (jacobian === undefined && constant === undefined) return undefined;
  if (jacobian === undefined || constant === undefined) {
    throw new FormatError(jacobian === undefined ? 'jacobian' : 'constant', 'is missing; a map has both');
  }
  expectShape('jacobian', jacobian, n, outputs, inputs);
  expectShape('constant', constant, n, outputs);
  return Array.from({ length: n }, (_, k) => ({
    jacobian: rowsOf(jacobian, k * outputs, outputs, inputs),
    constant: slice(constant, k * outputs, outputs),
  }));
}

/** Which rows of stacked arrays belong to each cell: by the third axis, or by `rows`. */
function groups(name: string, array: NumpyArray, arrays: Arrays, inputs: number) {
  if (array.shape.length === 3) {
    expectShape(name, array, 'n', 'm', inputs);
    const [n, m] = array.shape as readonly [number, number, number];
    return Array.from({ length: n }, (_, k) => ({ from: k * m, count: m }));
  }
  expectShape(name, array, 'rows', inputs);
  const rows = arrays.get('rows');
  if (rows === undefined) throw new FormatError('rows', `is missing; it says how many rows of ${name} each cell has`);
  let from = 0;
  const found = Array.from({ length: rows.length }, (_, k) => {
    const count = Number(rows.at(k));
    if (!Number.isSafeInteger(count) || count < 0)
      throw new FormatError(`rows[${k}]`, `expected a number of rows, got ${count}; correct it`);
    from += count;
    return { from: from - count, count };
  });
  if (from !== array.shape[0])
    throw new FormatError('rows', `expected a sum of ${array.shape[0]}, got ${from}; correct it`);
  return found;
}

function cellsClaim(arrays: Arrays, network: Network): Claim {
  const { inputs } = network;
  const vertices = arrays.get('vertices');
  const matrix = arrays.get('A');
  const bounds = arrays.get('b');
  let shapes: object[];
  if (vertices !== undefined) {
    shapes = groups('vertices', vertices, arrays, inputs).map(({ from, count }) => ({
      vertices: rowsOf(vertices, from, count, inputs),
    }));
  } else {
    if (matrix === undefined || bounds === undefined) {
      throw new FormatError(matrix === undefined ? 'A' : 'b', 'is missing; cells are A x <= b');
    }
    expectShape('b', bounds, ...matrix.shape.slice(0, -1));
    shapes = groups('A', matrix, arrays, inputs).map(({ from, count }) => ({
      A: rowsOf(matrix, from, count, inputs),
      b: slice(bounds, from, count),
    }));
  }
  const maps = mapsIn(arrays, shapes.length, network);
  const patterns = arrays.get('patterns');
  if (patterns !== undefined) expectShape('patterns', patterns, shapes.length, 'neurons');
  const json = shapes.map((shape, k) => ({ ...shape, ...(maps && { map: maps[k] }) }));
  const claim = claimOfJson(document('cells', { cells: json, precision: precisionIn(arrays) }), network);
  if (patterns === undefined) return claim;
  return { ...claim, patterns: tableOfPatterns(network, patternSource(patterns)) } as Claim;
}

const document = (claim: string, rest: object) => ({ format: CLAIM_FORMAT, version: 1, claim, ...rest });

function patternsClaim(arrays: Arrays, patterns: NumpyArray, network: Network): Claim {
  const table = tableOfPatterns(network, patternSource(patterns));
  const maps = mapsIn(arrays, table.size, network)?.map((map, k) => mapOfJson(map, network, `maps[${k}]`));
  return { kind: 'patterns', patterns: table, ...(maps && { maps }), precision: precisionOf(precisionIn(arrays)) };
}

function pointsClaim(arrays: Arrays, points: NumpyArray, network: Network): Claim {
  const { inputs, outputs } = network;
  expectShape('points', points, 'n', inputs);
  const n = points.shape[0]!;
  const rows = rowsOf(points, 0, n, inputs);
  const precision = precisionIn(arrays);
  const values = arrays.get('outputs');
  const jacobian = arrays.get('jacobian');
  if (values === undefined && jacobian === undefined) {
    return claimOfJson(document('points', { points: rows, precision }), network);
  }
  if (values !== undefined) expectShape('outputs', values, n, outputs);
  if (jacobian !== undefined) expectShape('jacobian', jacobian, n, outputs, inputs);
  const items = rows.map((point, k) => ({
    point,
    ...(values && { outputs: slice(values, k * outputs, outputs) }),
    ...(jacobian && { jacobian: rowsOf(jacobian, k * outputs, outputs, inputs) }),
  }));
  return claimOfJson(document('values', { values: items, precision }), network);
}

/** The claim that some arrays make. @throws FormatError naming the array */
function claimOfArrays(arrays: Arrays, network: Network): Claim {
  const unknown = [...arrays.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) {
    throw new FormatError(unknown, `is no array of a claim; rename it to one of ${KNOWN.slice(0, 10).join(', ')}, ...`);
  }
  for (const of of COUNTS) {
    const count = arrays.get(`count_${of}`);
    if (count !== undefined)
      return claimOfJson(document('count', { of, count: single(`count_${of}`, count) }), network);
  }
  if (arrays.has('A') || arrays.has('b') || arrays.has('vertices')) return cellsClaim(arrays, network);
  const patterns = arrays.get('patterns');
  if (patterns !== undefined) return patternsClaim(arrays, patterns, network);
  const points = arrays.get('points');
  if (points !== undefined) return pointsClaim(arrays, points, network);
  throw new FormatError('', 'holds no claim; save patterns, points, A and b, vertices, or count_cells in it');
}

/** A claim from a .npz file. @throws FormatError */
export function claimOfNpz(bytes: Uint8Array, network: Network): Claim {
  return claimOfArrays(readNpz(bytes), network);
}

/** What the one array of a .npy file is. */
function nameOf({ shape, dtype }: NumpyArray, network: Network): string {
  const [, columns] = shape;
  if (shape.length === 3) return 'vertices';
  const all = network.layers.reduce((sum, { slopes }) => sum + slopes.length, 0);
  const isPatterns = columns === all || columns === neuronCount(network);
  const isPoints = columns === network.inputs;
  if (shape.length !== 2 || (!isPatterns && !isPoints)) {
    const got = shape.length === 0 ? 'a single number' : shape.join(' x ');
    throw new FormatError(
      '',
      `expected n x ${all} patterns, n x ${network.inputs} points or n x m x ${network.inputs} vertices, got ${got}; reshape it, or name it in a .npz`,
    );
  }
  return isPatterns && !(isPoints && dtype.startsWith('f')) ? 'patterns' : 'points';
}

/** A claim from a .npy file. @throws FormatError */
export function claimOfNpy(bytes: Uint8Array, network: Network): Claim {
  const array = readNpy(bytes);
  return claimOfArrays(new Map([[nameOf(array, network), array]]), network);
}
