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
  type AffineMap,
  bends,
  box,
  type Chart,
  type ChartBasis,
  type ChartRows,
  chartOf,
  type Domain,
  firstInChart,
  layersBehind,
  type Network,
  RELU,
} from '../network/index.js';
import {
  givenLayer,
  givenRows,
  type PartitionCharts,
  type PartitionProblem,
  type ProblemLayer,
  partitionProblem,
} from './lowering.js';

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
  const first = rowsOf(head);
  const basis = basisOf(head, first);
  const chart = basis && chartOf(first, network.inputs, { rows: basis, exponents: basis.map(() => 0) });
  if (basis === undefined || chart === undefined) return undefined;
  const exponents = exponentsOf(first, basis, chart);
  const scaled = { rows: basis, exponents };
  const scaledChart = chartOf(first, network.inputs, scaled)!;
  return { basis: scaled, part: partProblems(network, scaled, scaledChart, layersBehind(network)) };
}

/** The rows of the first layer: coefficients of all inputs, and the constant. */
function rowsOf({ affine }: ActivationLayer): ChartRows {
  const { outputs, inputs, weights, bias, denominator } = affine.integers();
  const rows = Array.from({ length: outputs }, (_, k) => [...weights.slice(k * inputs, (k + 1) * inputs), bias[k]!]);
  return { rows, denominator };
}

/** Creases whose linear parts are a basis of the space that the creases span, as far from dependent as a quick look finds. */
function basisOf({ slopes }: ActivationLayer, { rows, denominator }: ChartRows): readonly number[] | undefined {
  const creases = rows.flatMap((_, k) => (bends(slopes[k]!) ? [k] : []));
  const inputs = rows[0]!.length - 1;
  const columns = Array.from({ length: inputs }, (_, i) => creases.map((k) => rows[k]![i]!));
  const independent = reducedEchelon(columns, creases.length).pivots.map((p) => creases[p]!);
  if (independent.length === 0) return undefined;
  const chosen = spreadOut(
    creases.map((k) => rows[k]!.slice(0, -1).map((entry) => nearestDouble(entry, denominator))),
    independent.length,
  ).map((c) => creases[c]!);
  const isBasis =
    chartOf({ rows, denominator }, inputs, { rows: chosen, exponents: chosen.map(() => 0) }) !== undefined;
  return isBasis ? chosen : independent;
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
function exponentsOf({ rows, denominator }: ChartRows, basis: readonly number[], chart: Chart): number[] {
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
function partProblems(network: Network, basis: ChartBasis, chart: Chart, behind: readonly ActivationLayer[]) {
  const [head] = network.layers as [ActivationLayer];
  const inputs = basis.rows.length;
  const slopes = behind.length > 0 ? [...head.slopes, RELU] : head.slopes;
  const onSimplex = (affine: AffineMap): Network => ({ ...network, inputs, layers: [{ affine, slopes }, ...behind] });
  const unitBox = box(new Array(inputs).fill(ZERO), new Array(inputs).fill(ONE));
  const anySides = basis.rows.map(() => 1 as const);
  let common: PartitionProblem | undefined;
  return (sides: readonly (1 | -1)[]): PartitionProblem => {
    const affine = firstInChart(chart, sides, behind.length > 0);
    common ??= withInfinity(partitionProblem(onSimplex(firstInChart(chart, anySides, behind.length > 0)), unitBox));
    const { weights, bias, denominator } = affine.integers();
    const rows = bias.flatMap((constant, k) => [...weights.slice(k * inputs, (k + 1) * inputs), constant]);
    const [top, ...later] = common.layers as [ProblemLayer, ...ProblemLayer[]];
    return {
      ...common,
      network: onSimplex(affine),
      first: givenRows(rows, denominator),
      layers: [onSides(top, basis, sides), ...later],
    };
  };
}

/** The problem with the one condition v_0 >= 0, whose neuron for v_0 is no crease. On an interval the box says as much. */
function withInfinity(problem: PartitionProblem): PartitionProblem {
  const { variables, layers } = problem;
  const scale = 2 * variables;
  const uncut = layers.slice(0, -1).map((layer) => ({ ...layer, bends: uncutAt(layer.bends, layer.width - 1) }));
  const own = [...uncut, layers.at(-1)!];
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
  basis.rows.forEach((neuron, j) => {
    bends[neuron] = 0;
    settled[neuron] = sides[j]!;
  });
  return { ...layer, bends, settled };
}
