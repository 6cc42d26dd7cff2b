/**
 * A worker thread of `partition`: prepares the problem once, then describes the chunks that it is handed.
 */
import { workerData } from 'node:worker_threads';
import { networkOfData } from '../../network/index.js';
import { analysisProblem, forEachCell } from '../cells/index.js';
import { type ChunkTask, describerOf, type EncodedChunk, encoderOf, type PartitionWorkerStart } from './encode.js';

const { network, domain, layout, seed, table } = workerData as PartitionWorkerStart;
const problem = analysisProblem(networkOfData(network), domain);
const describer = describerOf(problem, layout, seed, table);
const encoder = encoderOf(layout);

/** Piscina's entry. */
export function encode({ chunk: { paths, first, cells }, memory }: ChunkTask): EncodedChunk {
  let count = 0;
  encoder.into?.(memory);
  forEachCell(
    problem,
    (cell) => {
      encoder.cell(describer.describe(cell));
      count++;
    },
    { paths, firstId: first },
  );
  if (count !== cells) throw new Error(`partition: expected ${cells} cells from ${first} on again, got ${count}`);
  return { part: encoder.take() };
}
