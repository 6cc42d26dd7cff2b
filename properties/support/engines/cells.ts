/**
 * The cells of a network as tests look at them: what the lp engine reports, leaf by leaf, with the network's exact map.
 *
 * Nothing is judged here. Pattern, map and constraints are computed from the network at the leaf's witness, so that a
 * witness on the wrong side shows as a contradiction between them and the splits.
 */

import { lpKernel } from '../../../src/engines/lp/kernel.js';
import { integersFromDoubles } from '../../../src/exact/integers.js';
import { formatRational, type Rational } from '../../../src/exact/rational.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import type { Domain } from '../../../src/network/domain.js';
import {
  affineOnPattern,
  evaluateExact,
  type Pattern,
  type RationalAffine,
  rationalAffine,
} from '../../../src/network/evaluate.js';
import { bends, type Network } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { countSink } from '../../../src/walk/count.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import type { SplitTreeSink } from '../../../src/walk/tree.js';

/** A split above a leaf. */
export interface SplitAbove {
  readonly layer: number;
  readonly neuron: number;
  readonly side: 1 | -1;
}

export interface Cell {
  readonly splits: readonly SplitAbove[];
  /** A point of the input space strictly inside. */
  readonly witness: readonly Rational[];
  readonly pattern: Pattern;
  readonly map: RationalAffine;
}

/** The number of cells, and of cells after each layer, by the lp engine. */
export function countCellsOf(network: Network, domain: Domain, kernel: KernelFactory = lpKernel(simplexBackend)) {
  const sink = countSink(network.layers.length);
  traverse(partitionProblem(network, domain), kernel, sink);
  return sink.counts;
}

/** All cells in tree order. */
export function cellsOf(network: Network, domain: Domain, kernel: KernelFactory = lpKernel(simplexBackend)): Cell[] {
  const problem = partitionProblem(network, domain);
  const cells: Cell[] = [];
  const above: SplitAbove[] = [];
  const sink: SplitTreeSink = {
    wantsEvidence: true,
    layer() {},
    implied() {},
    split(layer, neuron) {
      above.push({ layer, neuron, side: -1 });
    },
    cell(found) {
      const witness = problem.lift(found instanceof Float64Array ? integersFromDoubles(found) : found);
      const { pattern } = evaluateExact(network, witness);
      cells.push({ splits: [...above], witness, pattern, map: rationalAffine(affineOnPattern(network, pattern)) });
      // On to the positive side of the last split whose negative side is done.
      while (above.at(-1)?.side === 1) above.pop();
      const last = above.pop();
      if (last !== undefined) above.push({ ...last, side: 1 });
    },
    open(path) {
      throw new Error(`partition: expected a complete walk, but ${path} was left open`);
    },
  };
  traverse(problem, kernel, sink);
  return cells;
}

/** The affine pre-activations of a layer where the earlier layers have the given pattern: one row per neuron. */
export function preActivations(network: Network, pattern: Pattern, layer: number): RationalAffine {
  const output = network.layers[layer]!.affine;
  const below: Network = { ...network, layers: network.layers.slice(0, layer), outputs: output.outputs, output };
  return rationalAffine(affineOnPattern(below, pattern));
}

/** A text that two affine maps share exactly if they are equal. */
export function mapKey({ jacobian, constant }: RationalAffine): string {
  return [...jacobian.flat(), ...constant].map(formatRational).join(' ');
}

/** A pattern as text, with the neurons that do not bend left out. */
export function patternKey(network: Network, pattern: Pattern): string {
  return pattern
    .map((signs, l) => signs.map((s, j) => (bends(network.layers[l]!.slopes[j]!) ? '-0+'[s + 1] : '.')).join(''))
    .join(' ');
}

/** How many different affine maps the cells have. */
export function countMaps(cells: readonly Cell[]): number {
  return new Set(cells.map((cell) => mapKey(cell.map))).size;
}
