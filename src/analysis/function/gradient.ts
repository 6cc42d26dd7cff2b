/**
 * The set-valued gradient at a point: the maps of all cells around it.
 *
 * Around x a network is x + v -> f(x) + D(v) for short v, where D is a network itself: neurons that are not zero at x are
 * linear, those that are zero bend at 0, and all biases are 0. So the cells around x are the cells of D on all of R^n, which
 * are cones. The Clarke generalised gradient of an output is the convex hull of its gradients on them (Clarke 1983, 2.5.1).
 */
import type { Rational } from '../../exact/index.js';
import type { AffineMap } from '../../network/index.js';
import {
  affineFromIntegers,
  bends,
  evaluateExact,
  jacobianExact,
  type Network,
  type Pattern,
  whole,
} from '../../network/index.js';
import {
  analysisProblem,
  type CellOptions,
  forEachCell,
  frameOf,
  mapKey,
  mapOf,
  patternOf,
  witnessOf,
} from '../cells/index.js';

/** One cell around a point. */
export interface CellAround {
  /** Signs on the cell; 0 for neurons that are identically zero there or do not bend. */
  readonly pattern: Pattern;
  /** A direction from the point into the cell's interior. */
  readonly direction: readonly Rational[];
  /** outputs x inputs */
  readonly jacobian: readonly (readonly Rational[])[];
}

export interface SetValuedGradient {
  /** All cells whose closure contains the point, one per pattern. */
  readonly cells: readonly CellAround[];
  /** The distinct Jacobians among them. One means that the network is differentiable here. */
  readonly jacobians: readonly (readonly (readonly Rational[])[])[];
  /** The neurons (layer, index) that bend and are zero at the point. */
  readonly onCrease: readonly (readonly [number, number])[];
  /**
   * What PyTorch and TensorFlow return in exact arithmetic: relu'(0) = 0, and for leaky slopes the negative one. It need not
   * be a gradient of any cell, nor lie in their convex hull.
   */
  readonly conventional: readonly (readonly Rational[])[];
  readonly conventionalIsAttained: boolean;
}

function withoutBias(map: AffineMap): AffineMap {
  const { pattern, values, bias, denominator } = map.integers();
  return affineFromIntegers({ pattern, values, bias: bias.map(() => 0n), denominator });
}

/** The network v -> D(v), the directional derivative of `network` at the point where it has the given signs. */
export function directionalNetwork(network: Network, signs: Pattern): Network {
  const layers = network.layers.map(({ affine, slopes }, l) => ({
    affine: withoutBias(affine),
    slopes: slopes.map((pair, j) => {
      const sign = signs[l]![j]!;
      const active = sign > 0 ? pair.positive : pair.negative;
      return sign === 0 ? pair : { negative: active, positive: active };
    }),
  }));
  return { ...network, layers, output: withoutBias(network.output) };
}

/**
 * The gradients of all cells around a rational point.
 *
 * The cells are those of the network on all of R^n, whatever domain the caller has in mind. Cost: the partition by the
 * neurons that are zero at the point.
 */
export function setValuedGradient(
  network: Network,
  point: readonly Rational[],
  options: CellOptions = {},
): SetValuedGradient {
  const { pattern: signs } = evaluateExact(network, point);
  const local = directionalNetwork(network, signs);
  const problem = analysisProblem(local, whole(network.inputs));
  const frame = frameOf(problem);
  const cells: CellAround[] = [];
  const distinct = new Map<string, readonly (readonly Rational[])[]>();
  forEachCell(
    problem,
    (cell) => {
      const { jacobian } = mapOf(cell, frame);
      const own = patternOf(cell);
      const pattern = own.map((layer, l) =>
        layer.map((side, j) => (bends(network.layers[l]!.slopes[j]!) ? signs[l]![j]! || side : 0)),
      );
      cells.push({ pattern, direction: witnessOf(cell), jacobian });
      const key = mapKey(cell);
      if (!distinct.has(key)) distinct.set(key, jacobian);
    },
    options,
  );
  const { jacobian: conventional } = jacobianExact(network, point);
  const onCrease = signs.flatMap((layer, l) =>
    layer.flatMap((sign, j) => (sign === 0 && bends(network.layers[l]!.slopes[j]!) ? [[l, j] as const] : [])),
  );
  const jacobians = [...distinct.values()];
  const conventionalIsAttained = jacobians.some((jacobian) => sameMatrix(jacobian, conventional));
  return { cells, jacobians, onCrease, conventional, conventionalIsAttained };
}

function sameMatrix(a: readonly (readonly Rational[])[], b: readonly (readonly Rational[])[]): boolean {
  return a.every((row, r) =>
    row.every((x, c) => x.numerator === b[r]![c]!.numerator && x.denominator === b[r]![c]!.denominator),
  );
}
