/**
 * Published bounds on the number of linear regions, as exact numbers, to print beside counts.
 *
 * All but the first speak of ReLU networks on all of R^n0 with hidden layers of widths n_1, ..., n_L. They hold for any
 * neurons with two slopes, as these too cut along one hyperplane per neuron, except where noted.
 */
import { type Rational, rational } from '../../exact/index.js';
import { bends, type Network } from '../../network/index.js';

/** C(n, k); 0 for k > n. */
export function binomial(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

/** sum_{j <= dimension} C(count, j) */
function partialSum(count: number, dimension: number): bigint {
  let sum = 0n;
  for (let j = 0; j <= Math.min(count, dimension); j++) sum += binomial(count, j);
  return sum;
}

/** The most regions that `planes` hyperplanes make in R^dimension (Zaslavsky 1975; Schlaefli for general position). */
export function arrangementUpperBound(dimension: number, planes: number): bigint {
  return partialSum(planes, dimension);
}

/**
 * A number of regions that some network of this shape attains: (prod_{l < L} floor(n_l / n0)^n0) sum_{j <= n0} C(n_L, j)
 * (Montufar, Pascanu, Cho, Bengio 2014, theorem 4; all n_l >= n0).
 *
 * @returns undefined where the theorem says nothing: without hidden layers, or with one narrower than the input
 */
export function montufar2014LowerBound(inputs: number, widths: readonly number[]): bigint | undefined {
  const last = widths.at(-1);
  if (last === undefined || inputs < 1 || widths.some((width) => width < inputs)) return undefined;
  const folds = widths.slice(0, -1).map((width) => BigInt(Math.floor(width / inputs)) ** BigInt(inputs));
  return folds.reduce((product, fold) => product * fold, partialSum(last, inputs));
}

/**
 * prod_l sum_{j <= d_l} C(n_l, j) with d_l = min(n0, ..., n_{l-1}) (Montufar 2017, "Notes on the number of linear regions of
 * deep neural networks", proposition 3).
 */
export function montufar2017UpperBound(inputs: number, widths: readonly number[]): bigint {
  let dimension = inputs;
  let product = 1n;
  for (const width of widths) {
    product *= partialSum(width, dimension);
    dimension = Math.min(dimension, width);
  }
  return product;
}

/**
 * sum over j_1, ..., j_L of prod_l C(n_l, j_l), where j_l <= min(n0, n_1 - j_1, ..., n_{l-1} - j_{l-1}, n_l) (Serra,
 * Tjandraatmadja, Ramalingam 2018, theorem 1). Needs neurons that are constant on one side, as ReLUs are.
 *
 * Cost: (sum of widths) * n0 steps, by the number of regions per remaining dimension.
 */
export function serra2018UpperBound(inputs: number, widths: readonly number[]): bigint {
  // ways[d]: the sum so far over the choices that leave min(n0, n_1 - j_1, ...) = d.
  let ways = new Map<number, bigint>([[inputs, 1n]]);
  for (const width of widths) {
    const next = new Map<number, bigint>();
    for (const [dimension, count] of ways) {
      for (let j = 0; j <= Math.min(dimension, width); j++) {
        const left = Math.min(dimension, width - j);
        next.set(left, (next.get(left) ?? 0n) + count * binomial(width, j));
      }
    }
    ways = next;
  }
  return [...ways.values()].reduce((sum, count) => sum + count, 0n);
}

/**
 * (T n)^d / d!, n the number of neurons and T the number of breakpoints of one: the scale of the expected number of cells
 * per unit cube at random initialisation (Hanin and Rolnick 2019, "Deep ReLU networks have surprisingly few activation
 * patterns", theorem 5, without its constant). No bound; T = 1 for two slopes.
 */
export function haninRolnickScale(inputs: number, neurons: number, breakpoints = 1): Rational {
  let factorial = 1n;
  for (let i = 2; i <= inputs; i++) factorial *= BigInt(i);
  return rational(BigInt(breakpoints * neurons) ** BigInt(inputs), factorial);
}

export interface RegionBounds {
  /** For one hidden layer: the most regions of its hyperplanes. */
  readonly zaslavsky?: bigint;
  readonly montufar2014Lower?: bigint;
  readonly montufar2017Upper: bigint;
  /** Only if every neuron that bends is constant on one side. */
  readonly serra2018Upper?: bigint;
  readonly haninRolnick: Rational;
}

/**
 * The bounds for a network's shape; neurons that do not bend are not counted.
 * @param inputs how many are free: on a flat domain the network is one of so many inputs
 */
export function regionBounds(network: Network, inputs = network.inputs): RegionBounds {
  // A neuron that does not bend still hands dimensions on: it narrows nothing, so it must not count as missing.
  const widths = network.layers.map((layer) => layer.slopes.filter(bends).length);
  const straight = network.layers.some((layer, l) => widths[l]! < layer.slopes.length);
  const oneSided = network.layers.every((layer) =>
    layer.slopes.every((s) => !bends(s) || s.negative.numerator === 0n || s.positive.numerator === 0n),
  );
  const lower = straight ? undefined : montufar2014LowerBound(inputs, widths);
  const hidden = network.layers.map((layer) => layer.slopes.length);
  const upper = straight ? shapeUpperBound(inputs, hidden, widths) : montufar2017UpperBound(inputs, widths);
  return {
    ...(widths.length === 1 ? { zaslavsky: arrangementUpperBound(inputs, widths[0]!) } : {}),
    ...(lower === undefined ? {} : { montufar2014Lower: lower }),
    montufar2017Upper: upper,
    ...(oneSided && !straight ? { serra2018Upper: serra2018UpperBound(inputs, widths) } : {}),
    haninRolnick: haninRolnickScale(
      inputs,
      widths.reduce((a, b) => a + b, 0),
    ),
  };
}

/** Montufar's bound where only `bending` of the `widths` neurons of a layer cut: the others still carry dimensions. */
function shapeUpperBound(inputs: number, widths: readonly number[], bending: readonly number[]): bigint {
  let dimension = inputs;
  let product = 1n;
  widths.forEach((width, l) => {
    product *= partialSum(bending[l]!, dimension);
    dimension = Math.min(dimension, width);
  });
  return product;
}
