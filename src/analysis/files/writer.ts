/**
 * What encodes cells, and what receives them: one of each per format.
 */
import type { WrittenRecord } from './cell-record.js';
import type { PartitionLayout } from './fields.js';

/** Encodes cells in tree order: what a worker thread does. */
export interface CellEncoder {
  cell(record: WrittenRecord): void;
  /** Bytes that are encoded next are laid into this memory, as far as they fit: what is taken need not be copied then. */
  into?(memory: SharedArrayBuffer): void;
  /** About how many bytes wait to be taken. */
  readonly size: number;
  /** What was encoded since the last call, for `PartitionWriter.write`. */
  take(): unknown;
}

/** Receives encoded cells in tree order. */
export interface PartitionWriter {
  readonly layout: PartitionLayout;
  /** Told once what the cells are of. */
  begin?(inputs: number, outputs: number): void;
  /** The next cells, as `encoderOf(layout)` made them. */
  write(part: unknown): void;
  /** Everything is written; the file gets its name. */
  end(): void;
  /** Removes what was written. */
  discard(): void;
}
