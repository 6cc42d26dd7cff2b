/**
 * What leaving out zeros is worth: convolutions on a plane through three images, stored without zeros and with them.
 */
import { existsSync } from 'node:fs';
import { kernelOf } from '../../../src/engines/choice.js';
import { rationalFromDouble } from '../../../src/exact/rational.js';
import { readNetwork } from '../../../src/formats/read.js';
import { simplexBackend } from '../../../src/lp/simplex/primal.js';
import { cube } from '../../../src/network/domain.js';
import { networkOnSlice, sliceThrough } from '../../../src/network/slice.js';
import { forEachInColumn, type ProblemLayer } from '../../../src/problem/layer.js';
import { type PartitionProblem, partitionProblem } from '../../../src/problem/lowering.js';
import { randomNumbers } from '../../../src/theory/random.js';
import { countSink } from '../../../src/walk/count.js';
import { traverse } from '../../../src/walk/traverse.js';
import { DATA } from './cases.js';
import { medianSeconds } from './measure.js';

/** The problem with all zeros of its weights. */
export function withZeros(problem: PartitionProblem): PartitionProblem {
  const filled = (layer: ProblemLayer, before: number): ProblemLayer => {
    const all = (values: Float64Array) => {
      const weights = new Float64Array(layer.width * before);
      for (let j = 0; j < before; j++) {
        forEachInColumn(layer.columns, j, (k, e) => {
          weights[j * layer.width + k] = values[e]!;
        });
      }
      return weights;
    };
    const starts = Int32Array.from({ length: before + 1 }, (_, j) => j * layer.width);
    return {
      ...layer,
      columns: { starts, rows: null },
      plus: all(layer.plus),
      minus: layer.minus && all(layer.minus),
    };
  };
  const { layers, depth } = problem;
  return {
    ...problem,
    layers: layers.map((layer, l) => (l > 0 && l < depth ? filled(layer, layers[l - 1]!.width) : layer)),
  };
}

export interface SparsityGain {
  readonly cells: number;
  readonly preparedSeconds: number;
  readonly sparseSeconds: number;
  readonly denseSeconds: number;
}

/** Undefined without the data. */
export async function planeThroughConvolutions(): Promise<SparsityGain | undefined> {
  const file = `${DATA}oval21/cifar_base_kw.onnx.gz`;
  if (!existsSync(file)) return undefined;
  const { network } = await readNetwork(file);
  const random = randomNumbers(3072);
  const image = () => Array.from({ length: network.inputs }, () => rationalFromDouble(Math.fround(random())));
  const started = performance.now();
  const plane = networkOnSlice(network, sliceThrough([image(), image(), image()]));
  // The corner of the square at the first image: all of it takes a dense walk half a minute.
  const problem = partitionProblem(plane, cube(2, 0, 0.25));
  const preparedSeconds = (performance.now() - started) / 1000;
  const count = (of: PartitionProblem) => {
    const sink = countSink(of.depth);
    traverse(of, kernelOf('vertex', simplexBackend), sink);
    return sink.counts.cells;
  };
  const dense = withZeros(problem);
  const cells = count(problem);
  const same = () => {
    const found = count(dense);
    if (found !== cells) throw new Error(`bench: ${found} cells with zeros, ${cells} without`);
  };
  const sparse = await medianSeconds('plane through convolutions', () => void count(problem));
  const full = await medianSeconds('plane through convolutions, zeros stored', same);
  return { cells, preparedSeconds, sparseSeconds: sparse.seconds, denseSeconds: full.seconds };
}
