/**
 * Cells as blocks of Parquet's pages, made where the cells are described.
 *
 * Where blocks and pages end depends on the cells alone, so that the file does not tell how many threads wrote it.
 */
import { ByteWriter } from 'hyparquet-writer';
import type { PartitionLayout } from './fields.js';
import { ColumnValues, columnsOf } from './parquet-columns.js';
import { PageEncoder, type PagesSummary } from './parquet-pages.js';
import type { CellEncoder } from './writer.js';

/** The pages of some cells; row groups are made of whole blocks. */
export interface ParquetBlock {
  readonly cells: number;
  /** Column by column, as the bytes stand. */
  readonly columns: readonly PagesSummary[];
}

/** Survives the structured clone algorithm. */
export interface ParquetPart {
  readonly bytes: Uint8Array;
  readonly blocks: readonly ParquetBlock[];
}

/** Cells of a block, which begin at multiples of it; jobs of threads do, too. */
const BLOCK = 256;

/** Bytes of blocks, to begin with. */
const ROOM = 1 << 20;

/** Bytes as the Parquet library writes them, laid into a memory as far as they fit. */
function bytesInto(memory: ArrayBufferLike): ByteWriter {
  const bytes = new ByteWriter(0);
  // The library does not know of shared memory, but what it does to a memory can be done to that.
  bytes.buffer = memory as ArrayBuffer;
  bytes.view = new DataView(bytes.buffer);
  return bytes;
}

/** Gathers blocks of cells. */
export function parquetEncoder(layout: PartitionLayout): CellEncoder {
  const columns = columnsOf(layout);
  const encoders = columns.map((column) => new PageEncoder(column));
  const of = new ColumnValues();
  let target = bytesInto(new ArrayBuffer(ROOM));
  let blocks: ParquetBlock[] = [];
  let cells = 0;
  const endBlock = () => {
    const summaries = encoders.map((encoder) => {
      const { bytes, summary } = encoder.take();
      target.appendBytes(bytes);
      return summary;
    });
    blocks.push({ cells, columns: summaries });
    cells = 0;
  };
  return {
    into(memory) {
      target = bytesInto(memory);
    },
    cell(record) {
      for (const [c, { value }] of columns.entries()) encoders[c]!.add(value(record, of));
      cells++;
      if ((record.id + 1) % BLOCK === 0) endBlock();
    },
    get size() {
      return target.offset;
    },
    take(): ParquetPart {
      if (cells > 0) endBlock();
      const all = target.getBytes();
      const part = { bytes: target.buffer instanceof SharedArrayBuffer ? all : all.slice(), blocks };
      blocks = [];
      target.index = target.offset = 0;
      return part;
    },
  };
}
