/**
 * The cells of a tiny network, by trying every pattern and deciding each open polyhedron by Fourier-Motzkin elimination.
 *
 * The definition of DESIGN.md section 1, executed: a pattern is a cell if the points where every bending neuron has the
 * pattern's sign have interior in the domain (relative to its affine hull when it is flat). A neuron that does not bend,
 * or whose pre-activation is constant where the earlier signs hold, cuts nothing; it has its constant sign, or 0.
 *
 * Patterns that share a beginning share the work: if the beginning has no interior, no continuation has. That is the
 * only shortcut.
 */
import { add, equal, multiply, type Rational, rational, subtract, ZERO } from '../../../src/exact/rational.js';
import { type Domain, dimensionOf } from '../../../src/network/domain.js';
import type { Pattern, Sign } from '../../../src/network/evaluate.js';
import { type ActivationLayer, bends, type Network } from '../../../src/network/network.js';
import { type StrictRow, strictSolution } from './fourier-motzkin.js';
import { openWallsOf } from './walls.js';

/** Affine functions of the free inputs over a common positive denominator: coefficients and, last, the constant. */
interface Rows {
  readonly entries: readonly (readonly bigint[])[];
  readonly denominator: bigint;
}

export interface ReferenceCell {
  /** Signs of all neurons; 0 for one whose pre-activation is identically zero on the cell or that does not bend. */
  readonly pattern: Pattern;
  /** A point strictly inside. */
  readonly witness: readonly Rational[];
  /** The network's map on the cell in the coordinates of the free inputs: one row per output, the constant last. */
  readonly map: readonly (readonly Rational[])[];
}

export interface ReferencePartition {
  readonly cells: readonly ReferenceCell[];
  /** [k] is the number of cells of the partition by the first k + 1 activation layers. */
  readonly cellsPerLayer: readonly number[];
  /** The inputs that the domain leaves free, in increasing order. */
  readonly free: readonly number[];
}

/** A branch of the search: the signs so far, the open polyhedron and the values that leave the last layer. */
interface Branch {
  readonly signs: readonly (readonly Sign[])[];
  readonly constraints: readonly StrictRow[];
  readonly values: Rows;
}

const LINEAR_SIGN: Sign = 0;

/** The free inputs, the domain's open inequalities on them, and all inputs as affine functions of the free ones. */
function coordinates(domain: Domain): { free: number[]; constraints: StrictRow[]; values: Rows } {
  const size = dimensionOf(domain);
  const isFree = (i: number) => domain.kind !== 'box' || !equal(domain.lower[i]!, domain.upper[i]!);
  const free = Array.from({ length: size }, (_, i) => i).filter(isFree);
  const unit = (position: number, coefficient: bigint, constant: bigint) =>
    [...free.map((_, k) => (k === position ? coefficient : 0n)), constant] as const;
  const constraints: StrictRow[] = [];
  let denominator = 1n;
  if (domain.kind === 'box') {
    free.forEach((i, k) => {
      const low = domain.lower[i]!;
      const high = domain.upper[i]!;
      constraints.push(unit(k, low.denominator, -low.numerator), unit(k, -high.denominator, high.numerator));
    });
    for (const bound of domain.lower) denominator *= bound.denominator;
  }
  if (domain.kind === 'polytope') {
    constraints.push(...openWallsOf(domain));
  }
  const entries = Array.from({ length: size }, (_, i) => {
    if (isFree(i)) return unit(free.indexOf(i), denominator, 0n);
    const fixed = domain.kind === 'box' ? domain.lower[i]! : ZERO;
    return unit(-1, 0n, fixed.numerator * (denominator / fixed.denominator));
  });
  return { free, constraints, values: { entries, denominator } };
}

/** W v + b for values v given as affine functions. */
function affineAfter(map: Network['output'], values: Rows): Rows {
  const { weights, bias, denominator, inputs, outputs } = map.integers();
  const width = values.entries[0]?.length ?? 1;
  const entries = Array.from({ length: outputs }, (_, r) => {
    const row = new Array<bigint>(width).fill(0n);
    for (let j = 0; j < inputs; j++) {
      for (let k = 0; k < width; k++) row[k]! += weights[r * inputs + j]! * values.entries[j]![k]!;
    }
    row[width - 1]! += bias[r]! * values.denominator;
    return row;
  });
  return { entries, denominator: denominator * values.denominator };
}

/** The values behind the activation where the given signs hold. */
function activated(layer: ActivationLayer, pre: Rows, signs: readonly Sign[]): Rows {
  const active = layer.slopes.map((slopes, j) => (signs[j]! > 0 ? slopes.positive : slopes.negative));
  const common = active.reduce((product, slope) => product * slope.denominator, 1n);
  const entries = pre.entries.map((row, j) => {
    const factor = active[j]!.numerator * (common / active[j]!.denominator);
    return row.map((entry) => entry * factor);
  });
  return { entries, denominator: pre.denominator * common };
}

/** The signs of one row that leave an interior, with the constraints that say so. */
function sides(row: StrictRow, constraints: readonly StrictRow[], free: number): [Sign, readonly StrictRow[]][] {
  const constant = row[free]!;
  if (row.slice(0, free).every((c) => c === 0n)) {
    return [[constant > 0n ? 1 : constant < 0n ? -1 : 0, constraints]];
  }
  const options: [Sign, readonly StrictRow[]][] = [
    [-1, [...constraints, row.map((c) => -c)]],
    [1, [...constraints, row]],
  ];
  return options.filter(([, rows]) => strictSolution(free, rows) !== undefined);
}

/** All ways to go on through one activation layer. */
function through(layer: ActivationLayer, branch: Branch, free: number): Branch[] {
  const pre = affineAfter(layer.affine, branch.values);
  let partial: { signs: Sign[]; constraints: readonly StrictRow[] }[] = [
    { signs: [], constraints: branch.constraints },
  ];
  layer.slopes.forEach((slopes, j) => {
    partial = partial.flatMap(({ signs, constraints }) => {
      if (!bends(slopes)) return [{ signs: [...signs, LINEAR_SIGN], constraints }];
      return sides(pre.entries[j]!, constraints, free).map(([sign, rows]) => ({
        signs: [...signs, sign],
        constraints: rows,
      }));
    });
  });
  return partial.map(({ signs, constraints }) => ({
    signs: [...branch.signs, signs],
    constraints,
    values: activated(layer, pre, signs),
  }));
}

/** A point of R^inputs from the values of the free inputs. */
function embed(values: Rows, point: readonly Rational[]): Rational[] {
  return values.entries.map((row) =>
    row.reduce(
      (sum, entry, k) => add(sum, multiply(rational(entry, values.denominator), point[k] ?? rational(1n))),
      ZERO,
    ),
  );
}

/**
 * The exact partition of a tiny network: every cell with its pattern, a witness and its map.
 *
 * @param domain of the network's input dimension; a box may be flat, a polytope must not
 * Cost: exponential; meant for about 10 neurons in at most 3 free inputs.
 */
export function bruteForcePartition(network: Network, domain: Domain): ReferencePartition {
  const { free, constraints, values } = coordinates(domain);
  if (values.entries.length !== network.inputs) {
    throw new RangeError(`domain: expected dimension ${network.inputs}, got ${values.entries.length}`);
  }
  let branches: Branch[] = [{ signs: [], constraints, values }];
  const cellsPerLayer: number[] = [];
  for (const layer of network.layers) {
    branches = branches.flatMap((branch) => through(layer, branch, free.length));
    cellsPerLayer.push(branches.length);
  }
  const cells = branches.map((branch) => {
    const map = affineAfter(network.output, branch.values);
    return {
      pattern: branch.signs,
      witness: embed(values, strictSolution(free.length, branch.constraints)!),
      map: map.entries.map((row) => row.map((entry) => rational(entry, map.denominator))),
    };
  });
  return { cells, cellsPerLayer, free };
}

/** The value of a reference cell's map at a point of the domain. */
export function valueOfMap(partition: ReferencePartition, cell: ReferenceCell, point: readonly Rational[]): Rational[] {
  return cell.map.map((row) =>
    partition.free.reduce((sum, input, k) => add(sum, multiply(row[k]!, point[input]!)), row[partition.free.length]!),
  );
}

/** Whether two reference maps agree: the difference of every entry is zero. */
export function sameMap(a: ReferenceCell['map'], b: ReferenceCell['map']): boolean {
  return a.every((row, r) => row.every((entry, k) => subtract(entry, b[r]![k]!).numerator === 0n));
}
