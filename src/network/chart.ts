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
 * *Cones.* If all constants B and all those of the layers behind are 0, every pre-activation is sum_j A_j s_j S_j u_j on P, and the cells
 * are cones in u. They correspond to their sections with v_1 + .. + v_r = 1, where v_j = u_j / (u_1 + .. + u_r): the coordinates are
 * v_1, .., v_(r - 1), and v_r = 1 - v_1 - .. - v_(r - 1) takes the place of v_0, which is not needed.
 *
 * So where the linear parts span those of a network's first layer, its pre-activations are affine functions on the simplex times
 * a positive factor, they have the same signs, and so have those of the layers behind, whose constants b become b v_0: the cells in P
 * are those in the simplex, one to one. The hyperplane at infinity is the face v_0 = 0. The 2^r parts and the hyperplanes
 * between them make up R^d.
 */
import { reducedEchelon } from '../exact/index.js';
import { type AffineMap, affineFromIntegers, affineFromStored } from './affine.js';
import { type ActivationLayer, type Network, RELU } from './network.js';
import { forEachInRow, type SparsityPattern } from './sparsity.js';

/** Functions that span a chart. */
export interface ChartBasis {
  /** The numbers of their neurons in the first layer. */
  readonly neurons: readonly number[];
  /** Their scales S_j as powers of two. */
  readonly exponents: readonly number[];
}

export interface Chart {
  /** The value of every neuron of the first layer where all functions of the basis are 0, times `diagonal`. */
  readonly constants: readonly bigint[];
  readonly diagonal: bigint;
  /** Whether cells are cones: then there is no v_0, and one variable less. */
  readonly isConical: boolean;
  readonly variables: number;
  /**
   * The network in the part with these signs. But for cones, every layer except the last has one more neuron, its last one, whose
   * value is v_0: it is positive throughout, and no crease.
   */
  network(sides: readonly (1 | -1)[]): Network;
}

/**
 * The chart of a network with some neurons of the first layer as its basis; undefined if their linear parts are not independent
 * or do not span those of the layer.
 */
export function chartOf(network: Network, { neurons, exponents }: ChartBasis): Chart | undefined {
  const [head, ...later] = network.layers as [ActivationLayer, ...ActivationLayer[]];
  const r = neurons.length;
  const { rows, denominator } = rowsOf(head.affine);
  const matrix = Array.from({ length: network.inputs }, (_, i) => [
    ...neurons.map((k) => rows[k]![i]!),
    ...rows.map((row) => row[i]!),
  ]);
  const { rows: reduced, pivots, diagonal } = reducedEchelon(matrix, r);
  if (pivots.length < r || reduced.length > r) return undefined;
  // diagonal * row k = sum_j reduced[j][r + k] * basis row j + (0, .., 0, constants[k])
  const constants = rows.map((row, k) => {
    const constant = diagonal * row[network.inputs]!;
    return neurons.reduce((sum, b, j) => sum - reduced[j]![r + k]! * rows[b]![network.inputs]!, constant);
  });
  const isConical = r > 1 && constants.every((c) => c === 0n) && later.every(({ affine }) => hasNoConstants(affine));
  const variables = isConical ? r - 1 : r;
  const hasConstant = !isConical && later.length > 0;
  const behind = hasConstant ? later.map((layer, l) => withConstant(layer, l + 1 < later.length)) : later;
  const shift = BigInt(Math.max(0, ...exponents.map((e) => -e)));
  const scales = exponents.map((e) => denominator << (BigInt(e) + shift));
  const common = (diagonal * denominator) << shift;
  const first = (sides: readonly (1 | -1)[]): ActivationLayer => {
    const own = rows.map((_, k) => {
      const at = scales.map((scale, j) => BigInt(sides[j]!) * reduced[j]![r + k]! * scale);
      return overLast(isConical ? at : [...at, constants[k]! << shift]);
    });
    const all = hasConstant ? [...own, overLast([...sides.map(() => 0n), common])] : own;
    return { affine: affineOf(all, common), slopes: hasConstant ? [...head.slopes, RELU] : head.slopes };
  };
  return {
    constants,
    diagonal,
    isConical,
    variables,
    network: (sides) => ({ ...network, inputs: variables, layers: [first(sides), ...behind] }),
  };
}

function hasNoConstants({ bias, exactDoubles, integers }: AffineMap): boolean {
  return exactDoubles ? bias.every((b) => b === 0) : integers().bias.every((b) => b === 0n);
}

/** The rows of a map, the constant last. */
export function rowsOf(map: AffineMap): {
  readonly rows: readonly (readonly bigint[])[];
  readonly denominator: bigint;
} {
  const { inputs, weights, bias, denominator } = map.integers();
  return { rows: bias.map((b, k) => [...weights.slice(k * inputs, (k + 1) * inputs), b]), denominator };
}

/** A linear function of numbers whose sum is 1, as an affine one of all but the last. */
function overLast(entries: readonly bigint[]): bigint[] {
  const last = entries.at(-1)!;
  return [...entries.slice(0, -1).map((entry) => entry - last), last];
}

function affineOf(rows: readonly (readonly bigint[])[], denominator: bigint): AffineMap {
  const weights = rows.flatMap((row) => row.slice(0, -1));
  const bias = rows.map((row) => row.at(-1)!);
  return affineFromIntegers({ outputs: rows.length, inputs: rows[0]!.length - 1, weights, bias, denominator });
}

/** A layer whose constants are the weights of one more input. @param passesOn whether this input is one more neuron, too */
function withConstant({ affine, slopes }: ActivationLayer, passesOn: boolean): ActivationLayer {
  return { affine: widened(affine, passesOn), slopes: passesOn ? [...slopes, RELU] : slopes };
}

function widened(map: AffineMap, passesOn: boolean): AffineMap {
  const { pattern, sources } = besideConstants(map.pattern, passesOn);
  if (map.exactDoubles) {
    const all = [...map.values, ...map.bias, 1];
    const values = Float64Array.from(sources, (source) => all[source]!);
    return affineFromStored({ pattern, values }, new Float64Array(pattern.outputs));
  }
  const { values, bias, denominator } = map.integers();
  const all = [...values, ...bias, denominator];
  const bare = new Array<bigint>(pattern.outputs).fill(0n);
  return affineFromIntegers({ pattern, values: sources.map((source) => all[source]!), bias: bare, denominator });
}

/** The pattern with a last column, and where its entries are in the list of the stored ones, the constants, and 1. */
function besideConstants(pattern: SparsityPattern, passesOn: boolean) {
  const { outputs, inputs, starts } = pattern;
  const stored = starts[outputs]!;
  const columns: number[] = [];
  const sources: number[] = [];
  const ends = [0];
  for (let k = 0; k < outputs + (passesOn ? 1 : 0); k++) {
    if (k < outputs) {
      forEachInRow(pattern, k, (column, entry) => {
        columns.push(column);
        sources.push(entry);
      });
    }
    columns.push(inputs);
    sources.push(stored + k);
    ends.push(sources.length);
  }
  const wider = { outputs: ends.length - 1, inputs: inputs + 1, starts: Int32Array.from(ends) };
  return { pattern: { ...wider, columns: Int32Array.from(columns) }, sources };
}
