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
import { bends, box, type Chart, chartOf, type Network } from '../network/index.js';
import { type CheckedLayer, type CheckedNetwork, checkedWithin } from './network.js';
import { addedTrees, type CheckedTree, type RecordChecker, Refusal, requireStated, TreeChecker } from './tree.js';

export interface CheckedCharts {
  /** The neurons of the first layer that the tree begins with. */
  readonly neurons: readonly number[];
  /** How many numbers a witness has. */
  readonly coordinates: number;
  /** How many layers have activations. */
  readonly layers: number;
  /** The network in the part where these have the given sides. */
  part(sides: readonly (1 | -1)[]): CheckedNetwork;
}

/** There are 2^8 parts then. */
const MOST_NEURONS = 8;
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
  if (neurons.length === 0 || neurons.length > MOST_NEURONS) return `there are not 1 to ${MOST_NEURONS} neurons`;
  const wrong = neurons.find((k) => head.slopes[k] === undefined || !bends(head.slopes[k]));
  if (wrong !== undefined) return `the first layer has no neuron ${wrong} that bends`;
  if (exponents.some((e) => Math.abs(e) > MOST_EXPONENT)) return `an exponent is not within ${MOST_EXPONENT}`;
  const chart = chartOf(network, { neurons, exponents });
  if (chart === undefined) return 'the neurons do not span the first layer independently';
  return {
    neurons,
    coordinates: chart.variables,
    layers: network.layers.length,
    part: (sides) => partOf(chart, neurons, sides),
  };
}

function partOf(chart: Chart, neurons: readonly number[], sides: readonly (1 | -1)[]): CheckedNetwork {
  const { variables, isConical } = chart;
  // On an interval the box says as much.
  const infinity = variables > 1 ? [[...new Array<bigint>(variables).fill(-1n), 1n]] : [];
  const unitBox = box(new Array(variables).fill(ZERO), new Array(variables).fill(ONE));
  const checked = checkedWithin(chart.network(sides), unitBox, infinity);
  const layers = checked.layers.map((layer, l): CheckedLayer => {
    const known = l === 0 ? neurons.map((neuron, j) => [neuron, sides[j]!] as const) : [];
    // The last neuron of every layer but the last one is v_0 > 0.
    const hasConstant = !isConical && l + 1 < checked.layers.length;
    return settledLayer(layer, hasConstant ? [...known, [layer.width - 1, 1] as const] : known);
  });
  return { ...checked, layers };
}

/** A layer with some neurons known to lie on a side of the whole domain. */
function settledLayer(layer: CheckedLayer, known: readonly (readonly [neuron: number, side: 1 | -1])[]): CheckedLayer {
  const settled = new Int8Array(layer.width).fill(1);
  for (const [neuron, side] of known) settled[neuron] = side;
  const unbent = new Set([...layer.unbent, ...known.map(([neuron]) => neuron)]);
  return { ...layer, unbent: [...unbent], settled };
}

/** Verifies a tree in charts. */
export class ChartsChecker implements RecordChecker {
  /** Sides taken at the neurons of the charts. */
  path = '';
  /** The tree of the part at the path; undefined above the parts. */
  tree: TreeChecker | undefined;
  proved: CheckedTree;
  private complete = false;

  constructor(private readonly charts: CheckedCharts) {
    const verified = { splits: 0, impliedByBounds: 0, impliedByMultipliers: 0, zeroRows: 0, bounds: 0, witnesses: 0 };
    this.proved = { cells: 0, cellsPerLayer: new Array<number>(charts.layers).fill(0), verified };
  }

  get progress(): number {
    return this.proved.cells + (this.tree?.progress ?? 0);
  }

  private refuse(reason: string): never {
    throw new Refusal(this.path, reason);
  }

  record(record: CertificateRecord, isOwn = true): void {
    if (this.tree !== undefined) {
      this.tree.record(record, isOwn);
      this.finishPart(isOwn);
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
    if (isOwn) this.proved.verified.splits++;
    this.take('-', isOwn);
  }

  private take(side: '-' | '+', isOwn: boolean) {
    this.path += side;
    if (this.path.length < this.charts.neurons.length) return;
    const sides = [...this.path].map((taken) => (taken === '+' ? 1 : -1));
    this.tree = new TreeChecker(this.charts.part(sides), isOwn, this.path);
  }

  takePositive(neuron: number): void {
    if (this.tree === undefined) this.take('+', false);
    else this.tree.takePositive(neuron);
  }

  leave(isOwn = false): void {
    // Without a tree all of the parts at the path are another checker's, and done.
    if (this.tree === undefined) this.goOn(isOwn);
    else this.tree.leave(isOwn);
    this.finishPart(isOwn);
  }

  /** When the tree of a part is complete, goes on. */
  private finishPart(isOwn: boolean) {
    if (this.tree?.complete !== true) return;
    this.proved = addedTrees(this.proved, this.tree.finish());
    this.tree = undefined;
    this.goOn(isOwn);
  }

  /** Goes on with the positive side of the last split whose negative side is done. */
  private goOn(isOwn: boolean) {
    const last = this.path.lastIndexOf('-');
    if (last < 0) this.complete = true;
    else {
      this.path = this.path.slice(0, last);
      this.take('+', isOwn);
    }
  }

  finish(trailer?: CertificateTrailer): CheckedTree {
    if (!this.complete) this.refuse('the certificate ends although cases are open');
    if (trailer !== undefined) requireStated(trailer, this.proved);
    return this.proved;
  }
}
