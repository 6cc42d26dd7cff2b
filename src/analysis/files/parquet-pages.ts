/**
 * Pages of Parquet: some cells of every column, encoded and compressed where the cells are described.
 *
 * Where pages end depends on the cells alone, so that the file does not tell how many threads wrote it. Values are plain, without a
 * dictionary, which would belong to all pages of a row group: the compression finds what repeats.
 */
import { gzipSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { PartitionLayout } from './fields.js';
import { ColumnValues, columnsOf, type ParquetColumn, type ParquetSchema, parquetSchema } from './parquet-columns.js';
import type { CellEncoder } from './writer.js';

type RowGroup = ParquetWriter['row_groups'][number];
type ColumnMetaData = NonNullable<RowGroup['columns'][number]['meta_data']>;

/** What the metadata of a file says of pages of a column, here by their place in a part. */
export type ColumnPages = ColumnMetaData;

/** Some cells; survives the structured clone algorithm. */
export interface ParquetPart {
  readonly bytes: Uint8Array;
  /** In order, a page of every column. */
  readonly pages: readonly { readonly rows: number; readonly columns: readonly ColumnPages[] }[];
}

type Statistics = NonNullable<ColumnPages['statistics']>;
type Bound = NonNullable<Statistics['min_value']>;

/** The bound of both; undefined if neither has values, as where all are null. */
function boundOf(a: Bound | undefined, b: Bound | undefined, isFurther: (a: Bound, b: Bound) => boolean) {
  if (a === undefined || b === undefined) return a ?? b;
  return isFurther(b, a) ? b : a;
}

function joinedStatistics(a: Statistics, b: Statistics): Statistics {
  const least = boundOf(a.min_value, b.min_value, (one, other) => one < other);
  const greatest = boundOf(a.max_value, b.max_value, (one, other) => one > other);
  return {
    ...a,
    ...(least !== undefined && { min_value: least }),
    ...(greatest !== undefined && { max_value: greatest }),
    null_count: a.null_count! + b.null_count!,
  };
}

/** What is said of the pages of `a` and after them those of `b`. */
export function joinedPages(a: ColumnPages, b: ColumnPages): ColumnPages {
  return {
    ...a,
    num_values: a.num_values + b.num_values,
    total_uncompressed_size: a.total_uncompressed_size + b.total_uncompressed_size,
    total_compressed_size: a.total_compressed_size + b.total_compressed_size,
    ...(a.statistics && { statistics: joinedStatistics(a.statistics, b.statistics!) }),
    ...(a.encoding_stats && {
      encoding_stats: a.encoding_stats.map((one, k) => ({ ...one, count: one.count + b.encoding_stats![k]!.count })),
    }),
  };
}

/** Cells of a page at most; they begin at multiples of it. */
const PAGE_CELLS = 256;
/** A page ends once its long texts take so many bytes. */
const PAGE_BYTES = 1 << 20;

/** Texts as bytes, for as long as a page is not made: texts that wait would be copied again and again by the collector of garbage. */
class PageTexts {
  private bytes = new Uint8Array(2 * PAGE_BYTES);
  private readonly encoder = new TextEncoder();
  size = 0;

  /** @param text of ASCII letters */
  add(text: string): Uint8Array {
    // Earlier texts keep the memory that they are in.
    if (this.bytes.length - this.size < text.length) this.bytes = new Uint8Array(this.size + 2 * text.length);
    const start = this.size;
    this.size += this.encoder.encodeInto(text, this.bytes.subarray(start)).written;
    return this.bytes.subarray(start, this.size);
  }

  clear(): void {
    this.size = 0;
  }
}

/** Fastest; higher levels take twice the time to save a tenth. */
const GZIP_LEVEL = 1;
const compressors = { GZIP: (bytes: Uint8Array) => gzipSync(bytes, { level: GZIP_LEVEL }) };

/** The schema of pages: their JSON comes as the bytes of its text. */
function pageSchema(columns: readonly ParquetColumn[]): ParquetSchema {
  return parquetSchema(columns).map(({ converted_type: kind, ...element }) => ({
    ...element,
    ...(kind !== undefined && kind !== 'JSON' && { converted_type: kind }),
  }));
}

/** Bytes as the Parquet library writes them, laid into a memory as far as they fit. */
function bytesInto(memory: ArrayBufferLike): ByteWriter {
  const target = new ByteWriter(0);
  // The library does not know of shared memory, but nothing that it does needs another.
  target.buffer = memory as ArrayBuffer;
  target.view = new DataView(target.buffer);
  return target;
}

/** Gathers pages of cells. */
export function parquetEncoder(layout: PartitionLayout): CellEncoder {
  const columns = columnsOf(layout);
  const schema = pageSchema(columns);
  const of = new ColumnValues();
  const texts = new PageTexts();
  const empty = () => columns.map((): unknown[] => []);
  let target = bytesInto(new ArrayBuffer(PAGE_BYTES));
  let pages: ParquetPart['pages'][number][] = [];
  let values = empty();
  const close = () => {
    const rows = values[0]!.length;
    if (rows === 0) return;
    const columnData = columns.map(({ name, long }, c) => ({
      name,
      data: values[c]!,
      encoding: 'PLAIN' as const,
      ...(long === true && { codec: 'GZIP' as const, statistics: false }),
    }));
    // A file of one row group and, as pages may be of any size, one page per column; what stands around them is left out later.
    const writer = new ParquetWriter({ writer: target, schema, compressors });
    writer.write({ columnData, rowGroupSize: rows, pageSize: 0 });
    pages.push({ rows, columns: writer.row_groups[0]!.columns.map((column) => column.meta_data!) });
    values = empty();
    texts.clear();
  };
  return {
    into(memory) {
      target = bytesInto(memory);
    },
    cell(record) {
      columns.forEach(({ type, value }, c) => {
        const own = value(record, of);
        values[c]!.push(type === 'JSON' ? texts.add(own as string) : own);
      });
      if ((record.id + 1) % PAGE_CELLS === 0 || texts.size >= PAGE_BYTES) close();
    },
    get size() {
      return target.offset;
    },
    take(): ParquetPart {
      close();
      const all = target.getBytes();
      const part = { bytes: target.buffer instanceof SharedArrayBuffer ? all : all.slice(), pages };
      pages = [];
      target.offset = target.index = 0;
      return part;
    },
  };
}
