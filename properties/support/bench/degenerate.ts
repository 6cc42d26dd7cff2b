/**
 * What degeneracy costs: a network with exact coincidences against its perturbed twin, in which there are none.
 *
 * The twin has the same shape and every nonzero weight and bias multiplied by 1 + d, d uniform in [-1/128, 1/128], so that
 * doubles decide nearly everything there. Both numbers of cells are counted here; they differ, so the cost is compared per
 * cell and per question (one neuron on one cell).
 */

import { type EngineName, kernelOf } from '../../../src/engines/choice.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { type AffineMap, affineFromDoubles } from '../../../src/network/affine.js';
import { buildNetwork, type Network, type Step } from '../../../src/network/network.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { countSink } from '../../../src/walk/count.js';
import { traverse } from '../../../src/walk/traverse.js';
import { decisionsByArithmetic } from '../../../src/walk/tree.js';
import type { BenchCase } from './cases.js';
import { medianSeconds } from './measure.js';

/** The network with every nonzero entry of its maps moved by less than a percent. */
function perturbed(network: Network, seed: number): Network {
  const uniform = randomNumbers(seed);
  const moved = (x: number) => x * (1 + (uniform() - 0.5) / 64);
  const movedMap = ({ outputs, inputs, weights, bias }: AffineMap): AffineMap =>
    affineFromDoubles(outputs, inputs, weights.map(moved), bias.map(moved));
  const steps = network.layers.flatMap(({ affine, slopes }): Step[] => [{ affine: movedMap(affine) }, { slopes }]);
  return buildNetwork(network.inputs, [...steps, { affine: movedMap(network.output) }]);
}

export interface DegeneracyCost {
  readonly name: string;
  readonly engine: EngineName;
  /** Degenerate against perturbed: cells, microseconds per cell, and microseconds per question. */
  readonly cells: readonly [number, number];
  readonly perCell: readonly [number, number];
  readonly perQuestion: readonly [number, number];
  /** Part of the degenerate network's questions that needed exact arithmetic. */
  readonly exactShare: number;
}

async function costOf(name: string, { network, domain }: BenchCase, engine: EngineName) {
  const problem = partitionProblem(network, domain);
  const countOnce = () => {
    const sink = countSink(network.layers.length);
    const { decisions } = traverse(problem, kernelOf(engine, simplexBackend), sink);
    return { cells: sink.counts.cells, ...decisionsByArithmetic(decisions) };
  };
  const { cells, double, exact } = countOnce();
  const { seconds } = await medianSeconds(name, countOnce, 5);
  return {
    cells,
    perCell: (1e6 * seconds) / cells,
    perQuestion: (1e6 * seconds) / (double + exact),
    exactShare: exact / (double + exact),
  };
}

/** Measures a degenerate network and its twin. */
export async function degeneracyCost(bench: BenchCase, engine: EngineName): Promise<DegeneracyCost> {
  const degenerate = await costOf(`${bench.name} ${engine}`, bench, engine);
  const twin = { ...bench, network: perturbed(bench.network, 1) };
  const generic = await costOf(`${bench.name} ${engine}, perturbed`, twin, engine);
  return {
    name: bench.name,
    engine,
    cells: [degenerate.cells, generic.cells],
    perCell: [degenerate.perCell, generic.perCell],
    perQuestion: [degenerate.perQuestion, generic.perQuestion],
    exactShare: degenerate.exactShare,
  };
}
