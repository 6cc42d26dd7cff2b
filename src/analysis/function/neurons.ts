/**
 * What every neuron does over the whole domain: the walk of the split tree is the proof.
 */
import { equal, type Rational } from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import { bends, evaluateExact, type Network, type Slopes } from '../../network/index.js';
import { analysisProblem, type Cell, type CellOptions, forEachCell, witnessOf } from '../cells/index.js';
import { differenceOf } from './difference.js';

/**
 * - `cuts`: both signs occur;
 * - `positive`, `negative`: never on the other side (a stable neuron); a ReLU that is `negative` is dead;
 * - `zero`: identically zero on the domain;
 * - `linear`: it does not bend, whatever its sign.
 */
export type NeuronStatus = 'cuts' | 'positive' | 'negative' | 'zero' | 'linear';

export interface NeuronFact {
  readonly layer: number;
  readonly neuron: number;
  readonly status: NeuronStatus;
  /** On how many cells the neuron is positive, negative and identically zero. */
  readonly cells: { readonly positive: number; readonly negative: number; readonly zero: number };
  /** Its output is zero everywhere on the domain. */
  readonly dead: boolean;
}

/** Counts sides per neuron over the cells of a walk. */
export class NeuronCensus {
  /** counts[layer][3 * neuron + side + 1], in doubles: there may be more cells than 32 bits count. */
  readonly counts: readonly Float64Array[];

  constructor(private readonly network: Network) {
    this.counts = network.layers.map(({ slopes }) => new Float64Array(3 * slopes.length));
  }

  visit(cell: Cell): void {
    for (let l = 0; l < this.counts.length; l++) {
      const sides = cell.rows.sides[l]!;
      const counts = this.counts[l]!;
      for (let at = 0, j = 0; at < counts.length; at += 3, j++) counts[at + sides[j]! + 1]!++;
    }
  }

  /** Adds the counts of other cells. */
  add(more: readonly Float64Array[]): void {
    more.forEach((counts, l) => {
      counts.forEach((count, at) => {
        this.counts[l]![at]! += count;
      });
    });
  }

  facts(): NeuronFact[] {
    return this.network.layers.flatMap(({ slopes }, layer) =>
      slopes.map((pair, neuron) => {
        const [negative, zero, positive] = this.counts[layer]!.subarray(3 * neuron, 3 * neuron + 3);
        const cells = { positive: positive!, negative: negative!, zero: zero! };
        const status = statusOf(pair, cells);
        return { layer, neuron, status, cells, dead: isDead(pair, status) };
      }),
    );
  }
}

function statusOf(slopes: Slopes, { positive, negative }: NeuronFact['cells']): NeuronStatus {
  if (!bends(slopes)) return 'linear';
  if (positive > 0) return negative > 0 ? 'cuts' : 'positive';
  return negative > 0 ? 'negative' : 'zero';
}

function isDead({ negative, positive }: Slopes, status: NeuronStatus): boolean {
  if (status === 'zero') return true;
  if (status === 'linear') return positive.numerator === 0n;
  return (status === 'negative' && negative.numerator === 0n) || (status === 'positive' && positive.numerator === 0n);
}

/** The status of every neuron over the domain, proved by the walk. */
export function neuronFacts(network: Network, domain: Domain, options: CellOptions = {}): NeuronFact[] {
  const census = new NeuronCensus(network);
  forEachCell(analysisProblem(network, domain), (cell) => census.visit(cell), options);
  return census.facts();
}

/** The network with one neuron's activation replaced by a linear one. */
export function withLinearNeuron(network: Network, layer: number, neuron: number, slope: Rational): Network {
  const layers = network.layers.map((each, l) =>
    l !== layer
      ? each
      : { ...each, slopes: each.slopes.map((s, j) => (j === neuron ? { negative: slope, positive: slope } : s)) },
  );
  return { ...network, layers };
}

export interface RedundantNeuron {
  readonly layer: number;
  readonly neuron: number;
  /** The slope of a linear activation that may stand in its place without changing the function on the domain. */
  readonly slope: Rational;
}

/** At most this many points tell a neuron that is not redundant without a partition. */
const SAMPLES = 64;

/**
 * Neurons that bend and cut, but whose bend the outputs never see: either of their branches may replace them.
 *
 * A neuron is redundant if the difference between the networks with and without its bend is zero on the whole domain
 * (`differenceOf`, hence a proof). Witnesses of cells refute most candidates first. Each neuron is judged by itself:
 * removing one may make another one necessary.
 *
 * Cost: a partition by the neurons of two copies for every neuron that is redundant.
 */
export function redundantNeurons(network: Network, domain: Domain, options: CellOptions = {}): RedundantNeuron[] {
  const points: Rational[][] = [];
  const census = new NeuronCensus(network);
  forEachCell(
    analysisProblem(network, domain),
    (cell) => {
      census.visit(cell);
      if (points.length < SAMPLES) points.push(witnessOf(cell));
    },
    options,
  );
  const values = points.map((point) => evaluateExact(network, point).output);
  return census
    .facts()
    .filter(({ status }) => status === 'cuts')
    .flatMap(({ layer, neuron }) => {
      const { negative, positive } = network.layers[layer]!.slopes[neuron]!;
      const slope = [negative, positive].find((candidate) => {
        const changed = withLinearNeuron(network, layer, neuron, candidate);
        const refuted = points.some((point, p) =>
          evaluateExact(changed, point).output.some((value, k) => !equal(value, values[p]![k]!)),
        );
        return !refuted && differenceOf(network, changed, domain, options).equal;
      });
      return slope === undefined ? [] : [{ layer, neuron, slope }];
    });
}
