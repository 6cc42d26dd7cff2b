/**
 * All of R^d as bounded problems: the parts into which creases of the first layer with independent linear parts cut it, each a
 * simplex in the coordinates of its chart (`network/chart.ts`).
 *
 * A part is a problem on the box [0, 1]^r with one condition, v_0 >= 0. The split tree begins with the neurons of the basis, in their
 * order; its subtrees below are those of the parts. So cells of R^d are asked about like cells of a box: they have as many variables as
 * the basis, bounds, and vertices only where creases meet, be it at infinity.
 */
import { nearestDouble, ONE, reducedEchelon, ZERO } from '../exact/index.js';
import {
  type ActivationLayer,
  bends,
  box,
  type Chart,
  type ChartBasis,
  chartOf,
  type Domain,
  type Network,
  rowsOf,
} from '../network/index.js';
import { givenLayer, type ProblemLayer } from './layer.js';
import { givenRows, type PartitionCharts, type PartitionProblem, partitionProblem } from './lowering.js';

/** In more dimensions there are too many parts to begin with. */
const MOST_DIMENSIONS = 8;

/**
 * The problem of a network on a domain for counting and for certificates: cells, patterns and counts are those of
 * `partitionProblem`. Inputs that others stand for are left out, and the whole space is walked in charts where there are some;
 * witnesses and evidence are then in their coordinates.
 *
 * @throws DomainError as `partitionProblem`
 */
export function countingProblem(network: Network, domain: Domain): PartitionProblem {
  const problem = partitionProblem(network, domain, { rowSpace: true });
  const charts = domain.kind === 'whole' ? chartsOf(network) : undefined;
  return charts === undefined ? problem : { ...problem, charts };
}

/** The charts of the space on which a network is defined, if its first layer has creases and these span few dimensions. */
export function chartsOf(network: Network): PartitionCharts | undefined {
  const [head] = network.layers;
  if (head === undefined || Math.min(network.inputs, head.affine.outputs) > MOST_DIMENSIONS) return undefined;
  const neurons = basisOf(network, head);
  const chart = neurons && chartOf(network, unscaled(neurons));
  if (neurons === undefined || chart === undefined) return undefined;
  const basis = { neurons, exponents: exponentsOf(head, neurons, chart) };
  const scaled = chartOf(network, basis)!;
  return { basis, variables: scaled.variables, part: partProblems(basis, scaled) };
}

const unscaled = (neurons: readonly number[]): ChartBasis => ({ neurons, exponents: neurons.map(() => 0) });

/** Creases whose linear parts are a basis of the space that the creases span, as far from dependent as a quick look finds. */
function basisOf(network: Network, { affine, slopes }: ActivationLayer): readonly number[] | undefined {
  const { rows, denominator } = rowsOf(affine);
  const creases = rows.flatMap((_, k) => (bends(slopes[k]!) ? [k] : []));
  const inputs = rows[0]!.length - 1;
  const columns = Array.from({ length: inputs }, (_, i) => creases.map((k) => rows[k]![i]!));
  const independent = reducedEchelon(columns, creases.length).pivots.map((p) => creases[p]!);
  if (independent.length === 0) return undefined;
  const chosen = spreadOut(
    creases.map((k) => rows[k]!.slice(0, -1).map((entry) => nearestDouble(entry, denominator))),
    independent.length,
  ).map((c) => creases[c]!);
  return chartOf(network, unscaled(chosen)) !== undefined ? chosen : independent;
}

/** Positions of `count` vectors, each with the largest angle to the span of those before (Gram-Schmidt with pivoting). */
function spreadOut(vectors: readonly (readonly number[])[], count: number): number[] {
  const left = vectors.map((v) => scaledBy(v, 1 / Math.hypot(...v)));
  const chosen: number[] = [];
  while (chosen.length < count) {
    const lengths = left.map((v, k) => (chosen.includes(k) ? -1 : Math.hypot(...v) || 0));
    const next = lengths.indexOf(Math.max(...lengths));
    const unit = scaledBy(left[next]!, 1 / lengths[next]!);
    chosen.push(next);
    left.forEach((v, k) => {
      const along = v.reduce((sum, x, i) => sum + x * unit[i]!, 0);
      left[k] = v.map((x, i) => x - along * unit[i]!);
    });
  }
  return chosen;
}

const scaledBy = (v: readonly number[], factor: number) => v.map((x) => x * factor);

/**
 * Scales that put the middle of the simplex where other creases are: S_j is about the growth of the function j over the median
 * distance of the creases from the point where the basis is 0. Any scales give the same cells.
 */
function exponentsOf({ affine }: ActivationLayer, basis: readonly number[], chart: Chart): number[] {
  const { rows, denominator } = rowsOf(affine);
  const growth = rows.map((row) => Math.hypot(...row.slice(0, -1).map((entry) => nearestDouble(entry, denominator))));
  const distances = chart.constants
    .map((constant, k) => Math.abs(nearestDouble(constant, chart.diagonal * denominator)) / growth[k]!)
    .filter((distance) => distance > 0 && Number.isFinite(distance))
    .sort((a, b) => a - b);
  const middle = distances[distances.length >> 1] ?? 1;
  return basis.map((k) => {
    const exponent = Math.round(Math.log2(growth[k]! * middle));
    return Math.abs(exponent) <= MOST_EXPONENT ? exponent : 0;
  });
}

/** Powers of two beyond are out of the range of useful doubles. */
const MOST_EXPONENT = 500;

/** The problems of the parts. What does not depend on the part is made once. */
function partProblems(basis: ChartBasis, chart: Chart) {
  const { variables } = chart;
  const unitBox = box(new Array(variables).fill(ZERO), new Array(variables).fill(ONE));
  let common: PartitionProblem | undefined;
  const made = new Map<string, PartitionProblem>();
  const make = (sides: readonly (1 | -1)[]): PartitionProblem => {
    const network = chart.network(sides);
    common ??= withInfinity(partitionProblem(network, unitBox), !chart.isConical);
    const { rows, denominator } = rowsOf(network.layers[0]!.affine);
    const [top, ...later] = common.layers as [ProblemLayer, ...ProblemLayer[]];
    const layers = [onSides(top, basis, sides), ...later];
    return { ...common, network, first: givenRows(rows.flat(), denominator), layers };
  };
  // One object for each part: what walks over it prepare is found by it.
  return (sides: readonly (1 | -1)[]): PartitionProblem => {
    const name = sides.join();
    const known = made.get(name) ?? make(sides);
    made.set(name, known);
    return known;
  };
}

/**
 * The problem with the one condition that the last coordinate is not negative. On an interval the box says as much.
 *
 * @param hasConstant whether layers have a neuron for v_0, which is no crease
 */
function withInfinity(problem: PartitionProblem, hasConstant: boolean): PartitionProblem {
  const { variables, layers } = problem;
  const scale = 2 * variables;
  const uncut = (layer: ProblemLayer) => ({ ...layer, bends: uncutAt(layer.bends, layer.width - 1) });
  const own = layers.map((layer, l) => (hasConstant && l + 1 < layers.length ? uncut(layer) : layer));
  if (variables === 1) return { ...problem, layers: own };
  return {
    ...problem,
    layers: [...own, givenLayer(Uint8Array.of(1), scale)],
    given: givenRows([...new Array<bigint>(variables).fill(-1n), 1n], 1n),
    givenConditions: [0],
    conditions: 1,
  };
}

function uncutAt(bends: Uint8Array, neuron: number): Uint8Array {
  const uncut = bends.slice();
  uncut[neuron] = 0;
  return uncut;
}

/** The first layer where the neurons of the basis are settled. */
function onSides(layer: ProblemLayer, basis: ChartBasis, sides: readonly (1 | -1)[]): ProblemLayer {
  const bends = layer.bends.slice();
  const settled = new Int8Array(layer.width).fill(1);
  basis.neurons.forEach((neuron, j) => {
    bends[neuron] = 0;
    settled[neuron] = sides[j]!;
  });
  return { ...layer, bends, settled };
}
