/**
 * Charts of R^d: bounded coordinates for the parts into which affine functions with independent linear parts cut it.
 *
 * Let h_1, .., h_r be affine functions on R^d with independent linear parts, s_j a sign for each of them, and S_j > 0 scales.
 * On the part P where all s_j h_j(x) > 0 put u_j = s_j h_j(x) / S_j, and
 *
 *     v_j = u_j / (1 + u_1 + .. + u_r),    v_0 = 1 / (1 + u_1 + .. + u_r) = 1 - v_1 - .. - v_r.
 *
 * *Lemma.* (a) x -> v maps P onto the open simplex v_0, v_1, .., v_r > 0; its fibres are the translates of the common kernel of
 * the linear parts. (b) Let g = sum_j A_j h_j + B be affine with constants A_j, B. Then v_0 g(x) is the affine function
 * sum_j A_j s_j S_j v_j + B v_0 of v. *Proof.* (a) h takes every value of R^r, since the linear parts are independent, so u every
 * value with positive entries, and u = v / v_0 gives u back from v. (b) Divide g = sum_j A_j s_j S_j u_j + B by 1 + sum u. []
 *
 * So where the linear parts span those of a network's first layer, its pre-activations are affine functions on the simplex times
 * a positive factor, they have the same signs, and so have those of the layers behind, whose constants b become b v_0: the cells in P
 * are those in the simplex, one to one. The hyperplane at infinity is the face v_0 = 0. The 2^r parts and the hyperplanes
 * between them make up R^d.
 */
import { reducedEchelon } from '../exact/index.js';
import { type AffineMap, affineFromDoubles, affineFromIntegers } from './affine.js';
import { type ActivationLayer, type Network, RELU } from './network.js';

/** Functions that span a chart. */
export interface ChartBasis {
  /** The number of each function's row. */
  readonly rows: readonly number[];
  /** Their scales S_j as powers of two. */
  readonly exponents: readonly number[];
}

/** Integer rows over one positive denominator. */
export interface ChartRows {
  readonly rows: readonly (readonly bigint[])[];
  readonly denominator: bigint;
}

export interface Chart {
  /** The value of every row where all functions of the basis are 0, times `diagonal`. */
  readonly constants: readonly bigint[];
  readonly diagonal: bigint;
  /** All rows (times v_0) in the part with these signs: for each, r coefficients and the constant. */
  on(sides: readonly (1 | -1)[]): ChartRows;
}

/**
 * The chart with some of the rows as its basis; undefined if their linear parts are not independent or do not span the others.
 *
 * @param rows of `inputs` + 1 integers, the last one constant, over `denominator`
 */
export function chartOf(
  { rows, denominator }: ChartRows,
  inputs: number,
  { rows: basis, exponents }: ChartBasis,
): Chart | undefined {
  const r = basis.length;
  const all = [...basis.map((k) => rows[k]!), ...rows];
  const matrix = Array.from({ length: inputs }, (_, i) => all.map((row) => row[i]!));
  const { rows: reduced, pivots, diagonal } = reducedEchelon(matrix, r);
  if (pivots.length < r || reduced.length > r) return undefined;
  // diagonal * row k = sum_j reduced[j][r + k] * basis row j + (0, .., 0, constants[k])
  const constants = rows.map((row, k) => {
    let constant = diagonal * row[inputs]!;
    basis.forEach((b, j) => {
      constant -= reduced[j]![r + k]! * rows[b]![inputs]!;
    });
    return constant;
  });
  const shift = BigInt(Math.max(0, ...exponents.map((e) => -e)));
  const scales = exponents.map((e) => denominator << (BigInt(e) + shift));
  return {
    constants,
    diagonal,
    on: (sides) => ({
      rows: rows.map((_, k) => {
        const constant = constants[k]! << shift;
        const coefficients = scales.map((scale, j) => BigInt(sides[j]!) * reduced[j]![r + k]! * scale - constant);
        return [...coefficients, constant];
      }),
      denominator: (diagonal * denominator) << shift,
    }),
  };
}

/**
 * The layers behind the first one with v_0 in the place of 1; they do not depend on the part. Every layer but the last has one more
 * neuron, its last one, whose value is v_0: it is positive throughout, and no crease.
 */
export function layersBehind({ layers }: Network): readonly ActivationLayer[] {
  return layers.slice(1).map(({ affine, slopes }, l) => {
    const isLast = l + 2 === layers.length;
    return { affine: withConstantInput(affine, !isLast), slopes: isLast ? slopes : [...slopes, RELU] };
  });
}

/** The map with its constants as the weights of one more input. @param passesOn whether this input is one more output, too */
function withConstantInput(map: AffineMap, passesOn: boolean): AffineMap {
  const outputs = map.outputs + (passesOn ? 1 : 0);
  const inputs = map.inputs + 1;
  const shaped = <T>(weights: ArrayLike<T>, bias: ArrayLike<T>, zero: T, one: T): T[] => {
    const entries = new Array<T>(outputs * inputs).fill(zero);
    for (let k = 0; k < map.outputs; k++) {
      for (let j = 0; j < map.inputs; j++) entries[k * inputs + j] = weights[k * map.inputs + j]!;
      entries[k * inputs + map.inputs] = bias[k]!;
    }
    if (passesOn) entries[outputs * inputs - 1] = one;
    return entries;
  };
  if (map.exactDoubles) {
    return affineFromDoubles(outputs, inputs, shaped(map.weights, map.bias, 0, 1), new Float64Array(outputs));
  }
  const { weights, bias, denominator } = map.integers();
  const bare = new Array<bigint>(outputs).fill(0n);
  return affineFromIntegers({
    outputs,
    inputs,
    weights: shaped(weights, bias, 0n, denominator),
    bias: bare,
    denominator,
  });
}

/** The first layer in the part with these signs. @param passesOn whether a layer follows */
export function firstInChart(chart: Chart, sides: readonly (1 | -1)[], passesOn: boolean): AffineMap {
  const { rows, denominator } = chart.on(sides);
  const all = passesOn ? [...rows, [...sides.map(() => -denominator), denominator]] : rows;
  return affineFromIntegers({
    outputs: all.length,
    inputs: sides.length,
    weights: all.flatMap((row) => row.slice(0, -1)),
    bias: all.map((row) => row.at(-1)!),
    denominator,
  });
}
