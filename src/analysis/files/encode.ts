/**
 * From a cell to what is written of it, in any thread.
 */
import type { Domain, NetworkData } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { PatternKeys } from '../cells/index.js';
import { cellGeometry } from '../geometry/index.js';
import { type CellKeyTable, cellOfKey } from './cell-keys.js';
import { CellDescriber } from './cell-record.js';
import type { Chunk } from './chunks.js';
import type { PartitionLayout } from './fields.js';
import { jsonLinesEncoder } from './json-lines.js';
import { parquetEncoder } from './parquet-encoder.js';
import type { CellEncoder } from './writer.js';

/** What every worker is started with. */
export interface PartitionWorkerStart {
  readonly network: NetworkData;
  readonly domain: Domain;
  readonly layout: PartitionLayout;
  readonly seed: number;
  readonly table: CellKeyTable | undefined;
}

/** What a worker is handed. */
export interface ChunkTask {
  readonly chunk: Chunk;
  /** Where bytes may be laid; nobody else writes there until they are written to the file. */
  readonly memory: SharedArrayBuffer;
}

export interface EncodedChunk {
  readonly part: unknown;
}

/** The encoder of a layout. */
export function encoderOf(layout: PartitionLayout): CellEncoder {
  return layout.format === 'parquet' ? parquetEncoder(layout) : jsonLinesEncoder(layout);
}

/** Describes cells in the words of a layout. */
export function describerOf(
  problem: PartitionProblem,
  layout: PartitionLayout,
  seed: number,
  table: CellKeyTable | undefined,
): CellDescriber {
  const keys = table && new PatternKeys(problem, seed);
  const asText = layout.format === 'jsonl' && layout.digits === undefined;
  return new CellDescriber(
    problem,
    cellGeometry(problem),
    layout.fields,
    keys,
    (key) => table && cellOfKey(table, key),
    asText,
  );
}
