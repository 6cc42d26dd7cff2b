/**
 * Whether a network may map neighbouring cells to the same image: a look at some of its cells, in doubles, that costs no more than evaluating it there.
 *
 * Let A be the linear part of the map from a cell to the pre-activations of the next layer, and a the linear part of a neuron whose crease bounds the cell. Beyond the
 * crease it is A + c a, where c is the weight column of the neuron times the difference of its slopes. If the cell there is the mirror image of this one
 * along some direction v, with a . v = 2, then A v = -c: the column lies in the range of A. Columns of networks that do not fold hardly ever do, unless the layer is
 * narrower than the domain.
 */
import { PROPOSAL_NOISE } from '../exact/index.js';
import type { PartitionProblem, ProblemLayer } from '../problem/index.js';

/** Points that are looked at. */
const POINTS = 2;
/** Columns of a layer that are looked at. */
const COLUMNS = 32;
/** What is left of a column, by its length, if it lies in the range. Decides no result. */
const NOTHING = Math.sqrt(PROPOSAL_NOISE);

/** Whether in some layer a column lies in the range of the map, at one of a few points. @param problem on a bounded domain */
export function mayReflect(problem: PartitionProblem): boolean {
  for (let point = 0; point < POINTS; point++) if (reflectsAt(problem, placeOf(problem, point))) return true;
  return false;
}

/** A point of the box: coordinates are multiples of the golden ratio and of square roots, modulo 1, on no crease but by bad luck. */
function placeOf({ variables, lower, upper }: PartitionProblem, point: number): Float64Array {
  return Float64Array.from({ length: variables }, (_, i) => {
    const part = ((point + 1) * Math.sqrt(i + 1.618)) % 1;
    return lower[i]! + part * (upper[i]! - lower[i]!);
  });
}

/** The values of a layer, and its derivatives by the variables, neuron by neuron. */
interface Jet {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

function reflectsAt(problem: PartitionProblem, place: Float64Array): boolean {
  const { variables, layers, depth } = problem;
  let jet = firstJet(problem, place);
  for (let l = 0; l + 1 < depth; l++) {
    const next = layers[l + 1]!;
    const after = nextJet(next, jet, variables);
    const range = orthonormal(after.slopes, next.width, variables);
    const { bends, width } = layers[l]!;
    const step = Math.ceil(width / COLUMNS);
    for (let j = 0; j < width && range.length > 0; j += step) {
      if (bends[j] === 1 && liesIn(range, columnOf(next, j))) return true;
    }
    jet = after;
  }
  return false;
}

function firstJet({ first, layers, variables }: PartitionProblem, place: Float64Array): Jet {
  const { width } = layers[0]!;
  const values = new Float64Array(width);
  const slopes = new Float64Array(width * variables);
  for (let k = 0; k < width; k++) {
    const at = k * (variables + 1);
    values[k] = first.doubles[at + variables]!;
    for (let i = 0; i < variables; i++) {
      const slope = first.doubles[at + i]!;
      slopes[k * variables + i] = slope;
      values[k]! += slope * place[i]!;
    }
  }
  return { values, slopes };
}

function nextJet({ width, bias, columns, plus, minus }: ProblemLayer, before: Jet, variables: number): Jet {
  const values = Float64Array.from(bias);
  const slopes = new Float64Array(width * variables);
  before.values.forEach((value, j) => {
    const weights = value > 0 ? plus : minus;
    if (weights === null) return;
    for (let e = columns.starts[j]!; e < columns.starts[j + 1]!; e++) {
      const weight = weights[e]!;
      if (weight === 0) continue;
      const k = columns.rows === null ? e - columns.starts[j]! : columns.rows[e]!;
      values[k]! += weight * value;
      for (let i = 0; i < variables; i++) slopes[k * variables + i]! += weight * before.slopes[j * variables + i]!;
    }
  });
  return { values, slopes };
}

/** The column of a neuron of the layer before: what changes where it changes its side. */
function columnOf({ width, columns: { starts, rows }, plus, minus }: ProblemLayer, j: number): Float64Array {
  const column = new Float64Array(width);
  for (let e = starts[j]!; e < starts[j + 1]!; e++) {
    column[rows === null ? e - starts[j]! : rows[e]!] = plus[e]! - (minus?.[e] ?? 0);
  }
  return column;
}

/** An orthonormal basis of the columns of a matrix (Gram-Schmidt). */
function orthonormal(entries: Float64Array, rows: number, columns: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let i = 0; i < columns; i++) {
    const column = Float64Array.from({ length: rows }, (_, k) => entries[k * columns + i]!);
    const before = lengthOf(column);
    reduce(column, basis);
    const length = lengthOf(column);
    if (length > NOTHING * before) basis.push(column.map((entry) => entry / length));
  }
  return basis;
}

function liesIn(basis: readonly Float64Array[], column: Float64Array): boolean {
  const before = lengthOf(column);
  if (!(before > 0)) return false;
  reduce(column, basis);
  return lengthOf(column) <= NOTHING * before;
}

function lengthOf(column: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < column.length; k++) sum += column[k]! * column[k]!;
  return Math.sqrt(sum);
}

/** Takes off what lies in the span of a basis. */
function reduce(column: Float64Array, basis: readonly Float64Array[]) {
  for (const unit of basis) {
    let along = 0;
    for (let k = 0; k < column.length; k++) along += column[k]! * unit[k]!;
    for (let k = 0; k < column.length; k++) column[k]! -= along * unit[k]!;
  }
}
