/**
 * Writing a partition to a file, cell by cell: `json-lines.ts` and `parquet.ts` say what is written.
 *
 * The partition is walked twice. The first walk counts the cells, gives each its key (neighbours are found by them), and cuts
 * the tree into chunks of consecutive cells; the second one describes the cells, chunk by chunk, in worker threads if there
 * are many. Chunks are written in order, so the bytes are the same for any number of threads.
 *
 * Memory: the keys, if neighbours are wanted, a path per chunk, and a few chunks.
 */

import { cpus } from 'node:os';
import { CheckpointFolder, type PieceFolder, wireDigest, wireText, wireValue } from '../../checkpoint/index.js';
import { type Domain, dataOfNetwork, type Network, networkDigest } from '../../network/index.js';
import { packageVersion, threadFile, threadFlags } from '../../package/index.js';
import { partitionProblem } from '../../problem/index.js';
import type { KernelFactory } from '../../walk/index.js';
import { analysisProblem, forEachCellInSlices, KeyCollision, PatternKeys, type WalkMeter } from '../cells/index.js';
import { CellKeyList, type CellKeys, type CellKeyTable, cellKeyTable } from './cell-keys.js';
import { ChunkPaths } from './chunks.js';
import { type ChunkTask, describerOf, type EncodedChunk, encoderOf, type PartitionWorkerStart } from './encode.js';
import type { CellField, PartitionFormat, PartitionLayout } from './fields.js';
import type { PartitionWriter } from './writer.js';

/** The format that a file name asks for: .jsonl, .ndjson or .parquet. */
export function formatOfFile(file: string): PartitionFormat | undefined {
  if (/\.(jsonl|ndjson)$/.test(file)) return 'jsonl';
  return file.endsWith('.parquet') ? 'parquet' : undefined;
}

export interface PartitionRequest {
  readonly network: Network;
  readonly domain: Domain;
  /** A kernel of one's own; then nothing is left to worker threads. */
  readonly kernel?: KernelFactory;
  /** Threads that describe cells. Default: the cores. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Told of every cell of the first walk, which counts: how many there are so far. */
  readonly onCells?: (cells: number) => void;
  /** Told how far the two walks have come: the first counts, the second writes. */
  readonly meter?: WalkMeter;
  /**
   * Where cells that are described are kept, so that writing that was stopped, however, goes on from there; `interval`: seconds between
   * two saves. What the first walk finds is kept at its end.
   */
  readonly checkpoint?: { readonly folder: string; readonly interval?: number };
}

/** What a checkpoint says of the parts it keeps. */
interface PartTotals {
  /** Whether what the first walk found comes before them. */
  readonly isSurveyed: boolean;
  /** How many chunks each took; 0: there are none yet. */
  readonly together: number;
}

function openCheckpoint(
  { network, domain, checkpoint }: PartitionRequest,
  layout: PartitionLayout,
): PieceFolder | undefined {
  if (checkpoint === undefined) return undefined;
  const subject = {
    command: 'partition',
    network: networkDigest(network),
    domain: wireDigest(domain),
    layout: JSON.stringify(layout),
    version: packageVersion(),
  };
  const { folder, interval } = checkpoint;
  return new CheckpointFolder(folder, subject, { ...(interval !== undefined && { interval }) });
}

/** What the first walk finds. */
interface Survey {
  readonly cells: number;
  readonly chunks: ChunkPaths;
  /** What neighbours are found by, if they are wanted. */
  readonly seed: number;
  readonly table: CellKeyTable | undefined;
  /** Whether a checkpoint keeps it. */
  readonly isKept: boolean;
}

/** The same as plain data. */
interface KeptSurvey {
  readonly cells: number;
  readonly seed: number;
  readonly starts: string[];
  readonly keys?: CellKeys;
}

const namesNeighbours = ({ fields }: PartitionLayout) => fields.includes('facets') || fields.includes('neighbours');

/** Cells between two places where the tree may be cut. */
const CHUNK = 256;

/** Fields whose exact numbers make a cell take thousands of bytes, not hundreds. */
const LONG_FIELDS: readonly CellField[] = ['facets', 'vertices', 'volume', 'exact'];

const hasLongFields = (fields: readonly CellField[]) => fields.some((field) => LONG_FIELDS.includes(field));

/** How many chunks a job takes: few jobs outweigh preparing a walk for each, but what they hold waits in memory. */
function chunksPerJob(cells: number, workers: number, { fields }: PartitionLayout): number {
  const share = Math.floor(cells / (JOBS_PER_WORKER * workers * CHUNK));
  const most = hasLongFields(fields) ? 1 : 4;
  return Math.max(1, Math.min(most, share));
}

/** Enough that no thread waits long for the last one. */
const JOBS_PER_WORKER = 4;

/** Keys and paths of more bytes are not kept: texts have an end, and reading them takes as long as the walk. */
const MOST_KEPT = 256 * 1024 * 1024;

/** What the first walk finds, from the checkpoint if it is there, else found and kept. */
async function keptSurvey(
  request: PartitionRequest,
  layout: PartitionLayout,
  store: PieceFolder | undefined,
): Promise<Survey | undefined> {
  const saved = store?.saved;
  if ((saved?.totals as PartTotals | undefined)?.isSurveyed === true) {
    const kept = wireValue(Buffer.from(saved!.settled[0]!.read()).toString()) as KeptSurvey;
    const { cells, seed, starts, keys } = kept;
    const table = keys && cellKeyTable(keys, cells);
    return { cells, seed, chunks: new ChunkPaths(CHUNK, starts), table, isKept: true };
  }
  const found = await survey(request, layout);
  if (store === undefined || found === undefined || saved !== undefined) return found;
  const { cells, seed, chunks, table } = found;
  const bytes = chunks.starts.reduce((sum, { length }) => sum + length, table === undefined ? 0 : 8 * cells);
  if (bytes > MOST_KEPT) return found;
  store.append(
    Buffer.from(
      wireText({ cells, seed, starts: chunks.starts, ...(table && { keys: table.keys }) } satisfies KeptSurvey),
    ),
  );
  store.save([], { isSurveyed: true, together: 0 } satisfies PartTotals);
  return { ...found, isKept: true };
}

/** Counts and cuts; undefined if the walk was aborted. */
async function survey(request: PartitionRequest, layout: PartitionLayout): Promise<Survey | undefined> {
  const { network, domain, kernel, signal, meter } = request;
  // Without outputs the cells are the same, in the same order.
  const problem = partitionProblem(network, domain);
  const options = {
    withoutOutput: true,
    ...(kernel && { kernel }),
    ...(signal && { signal }),
    ...(meter && { meter }),
  };
  for (let seed = 0; ; seed++) {
    const keys = namesNeighbours(layout) ? new PatternKeys(problem, seed) : undefined;
    const list = keys && new CellKeyList();
    const chunks = new ChunkPaths(CHUNK);
    try {
      const { cells, complete } = await forEachCellInSlices(
        problem,
        (cell) => {
          chunks.visit(cell);
          request.onCells?.(cell.id + 1);
          list?.add(keys!.keyOf(cell.rows.sides));
        },
        options,
      );
      if (!complete) return undefined;
      return { cells, chunks, seed, table: list && cellKeyTable(list.keys, cells), isKept: false };
    } catch (error) {
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}

/** Bytes that are gathered before they are written. */
const BATCH = 1 << 20;

/** The second walk in this thread; false if it was aborted. */
async function describeHere(request: PartitionRequest, writer: PartitionWriter, found: Survey): Promise<boolean> {
  const { network, domain, kernel, signal, meter } = request;
  const problem = analysisProblem(network, domain);
  const encoder = encoderOf(writer.layout);
  const describer = describerOf(problem, writer.layout, found.seed, found.table);
  const flush = () => {
    writer.write(encoder.take());
  };
  const { cells, complete } = await forEachCellInSlices(
    problem,
    (cell) => {
      encoder.cell(describer.describe(cell));
      if (encoder.size > BATCH) flush();
    },
    { ...(kernel && { kernel }), ...(signal && { signal }), ...(meter && { meter }) },
  );
  if (!complete) return false;
  if (cells !== found.cells) throw new Error(`partition: expected ${found.cells} cells again, got ${cells}`);
  flush();
  return true;
}

/**
 * What a thread's short-lived objects may take before they are collected: by default several times as much. V8 makes three parts of it, each the next power of two. Parquet's
 * threads hold doubles and integers beside the texts.
 */
function youngMegabytes({ fields, format }: PartitionLayout): number {
  if (!hasLongFields(fields)) return 8;
  return format === 'parquet' ? 6 : 12;
}

/** Chunks that are described or wait to be written, per thread. */
const AHEAD = 2;

/** Bytes of shared memory for each of them: more than most take; what is not touched takes none of the machine's. */
const CHUNK_MEMORY = 1 << 23;

/** The second walk in worker threads; false if it was aborted. */
async function describeInWorkers(
  request: PartitionRequest,
  writer: PartitionWriter,
  found: Survey,
  { workers, store }: { readonly workers: number; readonly store: PieceFolder | undefined },
): Promise<boolean> {
  const { network, domain, signal, meter } = request;
  const { layout } = writer;
  const saved = store?.saved?.totals as PartTotals | undefined;
  const together = saved?.together || chunksPerJob(found.cells, workers, layout);
  let parts = 0;
  for (const stored of (store?.saved?.settled ?? []).slice(saved?.isSurveyed === true ? 1 : 0)) {
    const { part } = wireValue(Buffer.from(stored.read()).toString()) as EncodedChunk;
    writer.write(part);
    parts++;
  }
  const workerData: PartitionWorkerStart = {
    network: dataOfNetwork(network),
    domain,
    layout,
    seed: found.seed,
    table: found.table,
  };
  const { Piscina } = await import('piscina');
  const pool = new Piscina<ChunkTask, EncodedChunk>({
    filename: threadFile('partition-worker'),
    execArgv: threadFlags(),
    name: 'encode',
    minThreads: workers,
    maxThreads: workers,
    workerData,
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes(layout) },
  });
  const abort = () => void pool.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  const waiting: (ChunkTask & { readonly result: Promise<EncodedChunk> })[] = [];
  /** Memory goes round: new buffers would wait for a collection of garbage that this thread has no other reason for. */
  const free = Array.from({ length: AHEAD * workers }, () => new SharedArrayBuffer(CHUNK_MEMORY));
  const save = () => store?.save([], { isSurveyed: found.isKept, together } satisfies PartTotals);
  const writeFirst = async () => {
    const { chunk, memory, result } = waiting.shift()!;
    const { part } = await result;
    writer.write(part);
    parts++;
    if (store !== undefined) {
      store.append(Buffer.from(wireText({ part })));
      if (store.isDue) save();
    }
    free.push(memory);
    meter?.reached(chunk.first + chunk.cells);
  };
  try {
    let before = parts;
    for (const chunk of found.chunks.chunks(found.cells, together)) {
      if (before-- > 0) continue;
      if (signal?.aborted === true) return false;
      const task = { chunk, memory: free.pop()! };
      const result = pool.run(task);
      // Heard when its turn comes.
      result.catch(() => {});
      waiting.push({ ...task, result });
      if (waiting.length >= AHEAD * workers) await writeFirst();
    }
    while (waiting.length > 0) await writeFirst();
    return true;
  } catch (error) {
    if (signal?.aborted === true) return false;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    await pool.destroy();
    save();
  }
}

/** Fewer chunks are done before threads have started. */
const FEW_CHUNKS = 8;

/**
 * Walks the partition twice and hands every cell to the writer.
 *
 * @returns the number of cells, or undefined if the signal was aborted; then the writer was told to discard
 */
export async function writePartition(request: PartitionRequest, writer: PartitionWriter): Promise<number | undefined> {
  let store: PieceFolder | undefined;
  try {
    store = openCheckpoint(request, writer.layout);
    writer.begin?.(request.network.inputs, request.network.outputs);
    const found = await keptSurvey(request, writer.layout, store);
    if (found !== undefined) {
      request.meter?.expect(found.cells);
      const workers = request.kernel !== undefined ? 1 : (request.workers ?? cpus().length);
      const alone = store === undefined && (workers === 1 || found.cells <= FEW_CHUNKS * CHUNK);
      const complete = alone
        ? await describeHere(request, writer, found)
        : await describeInWorkers(request, writer, found, { workers, store });
      if (complete) {
        writer.end();
        return found.cells;
      }
    }
    writer.discard();
    return undefined;
  } catch (error) {
    writer.discard();
    throw error;
  } finally {
    store?.close();
  }
}
