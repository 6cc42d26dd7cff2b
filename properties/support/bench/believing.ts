/**
 * What exactness costs: an engine against itself with the exact stages switched off.
 *
 * Switched off means that doubles are believed: every error bound of a row is 0, so that the sign that a double shows is
 * taken for the true one, and only a double 0 reaches an exact stage. The same code runs, and counts whatever it finds.
 */

import { type EngineName, kernelOf } from '../../../src/engines/choice.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { partitionProblem } from '../../../src/problem/lowering.js';
import { countSink } from '../../../src/walk/count.js';
import type { KernelFactory } from '../../../src/walk/kernel.js';
import { traverse } from '../../../src/walk/traverse.js';
import type { BenchCase } from './cases.js';
import { medianSeconds } from './measure.js';

interface Counted {
  readonly cells: number;
  readonly seconds: number;
}

/** The kernel that believes doubles. */
function believing(factory: KernelFactory): KernelFactory {
  return (context) => {
    const { rows } = context;
    const zeros = rows.threshold.map((layer) => new Float64Array(layer.length));
    return factory({ ...context, rows: { ...rows, threshold: zeros } });
  };
}

async function counted(name: string, { network, domain }: BenchCase, kernel: KernelFactory): Promise<Counted> {
  const problem = partitionProblem(network, domain);
  let cells = 0;
  const { seconds } = await medianSeconds(
    name,
    () => {
      const sink = countSink(network.layers.length);
      traverse(problem, kernel, sink);
      cells = sink.counts.cells;
    },
    7,
  );
  return { cells, seconds };
}

/** Cells and time of an engine, and of the same engine without its exact stages. */
export async function exactnessCost(
  bench: BenchCase,
  engine: EngineName,
): Promise<{ readonly exact: Counted; readonly believing: Counted }> {
  const kernel = kernelOf(engine, simplexBackend);
  const exact = await counted(`${bench.name} ${engine}`, bench, kernel);
  return { exact, believing: await counted(`${bench.name} ${engine}, believing`, bench, believing(kernel)) };
}
