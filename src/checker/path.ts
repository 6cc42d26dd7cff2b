/**
 * The splits above a node and the rows of its layers, and what they prove of it.
 *
 * Everything is tried in doubles first (`double-rows.ts`), whose errors enter every inequality with the worst sign: where they prove
 * it, it is true of the exact rows. Where they do not, the exact rows (`exact-rows.ts`) decide.
 */
import { nearestDoubles } from '../certificate/index.js';
import type { IntegerVector } from '../exact/index.js';
import type { NodeBox } from './domain.js';
import { DoublePath } from './double-path.js';
import type { Multipliers, Split, Target } from './evidence.js';
import { ExactPath } from './exact-path.js';
import type { CheckedNetwork } from './network.js';
import { SettledNeurons } from './settled-neurons.js';

/** A place on the path: how much there was of everything. */
export interface Mark {
  readonly length: number;
  readonly layer: number;
  readonly settled: number;
  readonly sums: number;
}

export class CheckedPath {
  /** The neurons of every layer; of those after the current one nothing is known. */
  readonly neurons: readonly SettledNeurons[];
  /** The conditions of the domain and then the splits, from the root. */
  private readonly above: Split[] = [];
  /** In the whole space there is no bound on the error of a row. */
  private readonly near: DoublePath | undefined;
  private exactly: ExactPath | undefined;

  constructor(private readonly subject: CheckedNetwork) {
    const { layers, doubles, given } = subject;
    this.neurons = layers.map(({ width }) => new SettledNeurons(width));
    this.near = doubles && new DoublePath(doubles, given, this.neurons);
    given.forEach((_, neuron) => {
      this.above.push({ layer: -1, neuron, side: 1 });
    });
  }

  /** How many conditions and splits there are. */
  get length(): number {
    return this.above.length;
  }

  /** The sides of the splits as + and -. */
  get sides(): string {
    return this.above.map(({ layer, side }) => (layer < 0 ? '' : side > 0 ? '+' : '-')).join('');
  }

  private get exact(): ExactPath {
    return (this.exactly ??= new ExactPath(this.subject.exact(), this.subject.given, this.neurons));
  }

  /** A layer begins: all neurons of the layer before are settled, and none of its own. */
  enter(layer: number): void {
    this.neurons[layer]!.shorten(0);
    this.near?.enter(layer);
    this.exactly?.forget(layer);
  }

  /** A neuron of the current layer takes a side in a subtree; another may follow. */
  push(layer: number, neuron: number, side: 1 | -1): void {
    this.above.push({ layer, neuron, side });
  }

  /** A place that both subtrees of a split begin at. */
  mark(layer: number): Mark {
    const { above, neurons, near } = this;
    return { length: above.length, layer, settled: neurons[layer]!.count, sums: near?.mark(layer) ?? 0 };
  }

  /** Back to a place above. */
  shorten({ length, layer, settled, sums }: Mark): void {
    this.above.length = length;
    this.neurons[layer]!.shorten(settled);
    this.near?.shorten(length, layer, sums);
    this.exactly?.forget(layer + 1);
  }

  /** The neurons of a layer, settled after the first `count`, that do not certainly lie on their sides throughout the box. */
  withoutBounded(layer: number, box: NodeBox | undefined, count: number): Iterable<number> {
    const { near } = this;
    const neurons = this.neurons[layer]!;
    if (box === undefined || near === undefined) return neurons.order.subarray(count, neurons.count);
    return near.withoutBounded(layer, box.near, neurons, count);
  }

  /**
   * Whether side * target minus the combination of splits is nonnegative on the box.
   *
   * @param layer of the target, if it is a neuron, and at least that of every split
   * @param by nonnegative multipliers of splits that there are
   */
  isProved(layer: number, box: NodeBox | undefined, target: Target, side: 1 | -1, by: Multipliers): boolean {
    const { above, near } = this;
    if (box !== undefined && near?.isProved(layer, above, box.near, target, side, by) === true) return true;
    return this.exact.isProved(layer, above, box, target, side, by);
  }

  /** Whether a witness is certainly a point of the leaf: strictly inside the domain and strictly on the side of every split. */
  certainlyContains(witness: IntegerVector): boolean {
    const point = this.subject.domain.placeNear(witness);
    return point !== undefined && this.near?.arePositive(this.above, point) === true;
  }

  /** The first split on whose side a point does not lie strictly; undefined if there is none. Conditions are left out. */
  missedBy(point: IntegerVector): Split | undefined {
    const { above, near } = this;
    const doubles = nearestDoubles(point);
    return above.find((split, s) => {
      if (split.layer < 0 || (doubles !== undefined && near?.isPositive(above, s, doubles) === true)) return false;
      return !this.exact.isPositive(split, point);
    });
  }
}
