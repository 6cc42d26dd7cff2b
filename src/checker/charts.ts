/**
 * The whole space in charts (`network/chart.ts`): the tree begins with splits by the neurons that the header names, and below
 * them are the trees of the parts, each about the network in the coordinates of its chart.
 *
 * Why this proves what a tree about R^d proves: the linear parts of the named neurons are independent and span those of the first layer
 * (both verified here), so the lemma of `network/chart.ts` holds. Each part has interior; the parts have no interior point in
 * common and their closures cover R^d; and the cells of the network in a part correspond to those on its simplex, on which v_0 >= 0 is
 * the only condition besides the box [0, 1]^r.
 */
import type { CertificateRecord, CertificateTrailer } from '../certificate/index.js';
import { ONE, ZERO } from '../exact/index.js';
import {
  type ActivationLayer,
  bends,
  box,
  type Chart,
  chartOf,
  firstInChart,
  layersBehind,
  type Network,
  RELU,
} from '../network/index.js';
import { type CheckedLayer, type CheckedNetwork, checkedWithin } from './network.js';
import {
  addedTrees,
  type CheckedTree,
  type RecordChecker,
  Refusal,
  requireStated,
  SHARE_DEPTH,
  type Share,
  TreeChecker,
} from './tree.js';

export interface CheckedCharts {
  /** The neurons of the first layer that the tree begins with. */
  readonly neurons: readonly number[];
  /** The network in the part where these have the given sides. */
  part(sides: readonly (1 | -1)[]): CheckedNetwork;
}

/** Longer numbers would only exhaust memory. */
const MOST_EXPONENT = 2000;

function areIntegers(list: unknown): list is readonly number[] {
  return Array.isArray(list) && list.every(Number.isSafeInteger);
}

/** The charts that a header states, or what is wrong with them. */
export function checkedCharts(network: Network, stated: unknown): CheckedCharts | string {
  const [head] = network.layers;
  const { neurons, exponents } = (stated ?? {}) as { readonly neurons?: unknown; readonly exponents?: unknown };
  if (head === undefined) return 'the network has no activation';
  if (!areIntegers(neurons) || !areIntegers(exponents) || neurons.length !== exponents.length) {
    return 'there are no neurons with as many exponents';
  }
  if (neurons.length === 0 || neurons.length > SHARE_DEPTH) return `there are not 1 to ${SHARE_DEPTH} neurons`;
  const wrong = neurons.find((k) => head.slopes[k] === undefined || !bends(head.slopes[k]));
  if (wrong !== undefined) return `the first layer has no neuron ${wrong} that bends`;
  if (exponents.some((e) => Math.abs(e) > MOST_EXPONENT)) return `an exponent is not within ${MOST_EXPONENT}`;
  const chart = chartOf(rowsOf(head), network.inputs, { rows: neurons, exponents });
  if (chart === undefined) return 'the neurons do not span the first layer independently';
  const behind = layersBehind(network);
  return { neurons, part: (sides) => partOf(network, { chart, neurons, behind }, sides) };
}

function rowsOf({ affine }: ActivationLayer) {
  const { outputs, inputs, weights, bias, denominator } = affine.integers();
  const rows = Array.from({ length: outputs }, (_, k) => [...weights.slice(k * inputs, (k + 1) * inputs), bias[k]!]);
  return { rows, denominator };
}

interface ChartedNetwork {
  readonly chart: Chart;
  readonly neurons: readonly number[];
  readonly behind: readonly ActivationLayer[];
}

function partOf(network: Network, { chart, neurons, behind }: ChartedNetwork, sides: readonly (1 | -1)[]) {
  const inputs = neurons.length;
  const passesOn = behind.length > 0;
  const { slopes } = network.layers[0]!;
  const first = { affine: firstInChart(chart, sides, passesOn), slopes: passesOn ? [...slopes, RELU] : slopes };
  const charted = { ...network, inputs, layers: [first, ...behind] };
  // On an interval the box says as much.
  const infinity = inputs > 1 ? [[...new Array<bigint>(inputs).fill(-1n), 1n]] : [];
  const unitBox = box(new Array(inputs).fill(ZERO), new Array(inputs).fill(ONE));
  const checked = checkedWithin(charted, unitBox, infinity);
  const layers = checked.layers.map((layer, l): CheckedLayer => {
    const isLast = l + 1 === checked.layers.length;
    const known = l === 0 ? neurons.map((neuron, j) => [neuron, sides[j]!] as const) : [];
    // The last neuron of every layer but the last one is v_0 > 0.
    return settledLayer(layer, isLast ? known : [...known, [layer.width - 1, 1] as const]);
  });
  return { ...checked, layers };
}

/** A layer with some neurons known to lie on a side of the whole domain. */
function settledLayer(layer: CheckedLayer, known: readonly (readonly [neuron: number, side: 1 | -1])[]): CheckedLayer {
  const bends = layer.bends.slice();
  const settled = new Int8Array(layer.width).fill(1);
  for (const [neuron, side] of known) {
    bends[neuron] = 0;
    settled[neuron] = side;
  }
  return { ...layer, bends, settled };
}

/** Verifies a tree in charts. */
export class ChartsChecker implements RecordChecker {
  /** Sides taken at the neurons of the charts. */
  private path = '';
  /** The tree of the part at the path; undefined above the parts. */
  private tree: TreeChecker | undefined;
  private proved: CheckedTree;
  private complete = false;

  constructor(
    private readonly charts: CheckedCharts,
    private readonly share: Share,
  ) {
    const verified = { splits: 0, impliedByBounds: 0, impliedByMultipliers: 0, zeroRows: 0, bounds: 0, witnesses: 0 };
    this.proved = { cells: 0, cellsPerLayer: [], verified };
  }

  get progress(): number {
    return this.proved.cells + (this.tree?.progress ?? 0);
  }

  private refuse(reason: string): never {
    throw new Refusal(this.path, reason);
  }

  record(record: CertificateRecord): void {
    if (this.tree !== undefined) {
      this.tree.record(record);
      this.leave();
      return;
    }
    if (record.kind === 'end') {
      if (!this.complete) this.refuse('the tree ends although cases are open');
      return;
    }
    if (this.complete) this.refuse('a record follows the complete tree');
    const neuron = this.charts.neurons[this.path.length]!;
    if (record.kind !== 'split' || record.neuron !== neuron)
      this.refuse(`a split by neuron 0:${neuron} is expected here`);
    if (this.share.index === 0) this.proved.verified.splits++;
    this.take('-');
  }

  private take(side: '-' | '+') {
    this.path += side;
    if (this.path.length < this.charts.neurons.length) return;
    const sides = [...this.path].map((taken) => (taken === '+' ? 1 : -1));
    this.tree = new TreeChecker(this.charts.part(sides), this.share, this.path);
  }

  /** When the tree of a part is complete, goes on with the positive side of the last split whose negative side is done. */
  private leave() {
    if (this.tree?.complete !== true) return;
    const tree = this.tree.finish();
    const { cellsPerLayer } = this.proved;
    const counted =
      cellsPerLayer.length > 0 ? this.proved : { ...this.proved, cellsPerLayer: tree.cellsPerLayer.map(() => 0) };
    this.proved = addedTrees(counted, tree);
    this.tree = undefined;
    const last = this.path.lastIndexOf('-');
    if (last < 0) this.complete = true;
    else {
      this.path = this.path.slice(0, last);
      this.take('+');
    }
  }

  finish(trailer?: CertificateTrailer): CheckedTree {
    if (!this.complete) this.refuse('the certificate ends although cases are open');
    if (trailer !== undefined) requireStated(trailer, this.proved);
    return this.proved;
  }
}
