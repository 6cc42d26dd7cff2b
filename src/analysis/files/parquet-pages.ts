/**
 * Pages of one column of Parquet, encoded and compressed as its values come.
 *
 * Values are plain, without a dictionary, which would belong to all pages of a row group: the compression finds what repeats. Memories are
 * used again: what grows and is thrown away for each page fragments the memory of a process that writes for hours.
 */
import { gzipSync } from 'node:zlib';
import { ByteWriter, type ParquetWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { writePlain } from 'hyparquet-writer/src/plain.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { ELEMENT, type ParquetColumn } from './parquet-columns.js';

type RowGroup = ParquetWriter['row_groups'][number];
type ColumnMetaData = NonNullable<RowGroup['columns'][number]['meta_data']>;

/** What the metadata of a file says of consecutive pages of a column, but for where they are. */
export type PagesSummary = Omit<ColumnMetaData, 'data_page_offset'>;

type Statistics = NonNullable<PagesSummary['statistics']>;
type Bound = NonNullable<Statistics['min_value']>;

/** The bound of both; undefined if neither has values, as where all are null. */
function boundOf(a: Bound | undefined, b: Bound | undefined, isFurther: (a: Bound, b: Bound) => boolean) {
  if (a === undefined || b === undefined) return a ?? b;
  return isFurther(b, a) ? b : a;
}

const isLess = (a: Bound, b: Bound) => a < b;
const isGreater = (a: Bound, b: Bound) => a > b;

function joinedStatistics(a: Statistics, b: Statistics): Statistics {
  const least = boundOf(a.min_value, b.min_value, isLess);
  const greatest = boundOf(a.max_value, b.max_value, isGreater);
  return {
    ...(least !== undefined && { min_value: least }),
    ...(greatest !== undefined && { max_value: greatest }),
    null_count: a.null_count! + b.null_count!,
  };
}

/** What is said of the pages of `a` and after them those of `b`. */
export function joinedPages(a: PagesSummary, b: PagesSummary): PagesSummary {
  return {
    ...a,
    num_values: a.num_values + b.num_values,
    total_uncompressed_size: a.total_uncompressed_size + b.total_uncompressed_size,
    total_compressed_size: a.total_compressed_size + b.total_compressed_size,
    ...(a.statistics && { statistics: joinedStatistics(a.statistics, b.statistics!) }),
  };
}

/** A page ends once its values take so many bytes. */
const PAGE_BYTES = 1 << 18;
/** Bytes of values, to begin with. */
const ROOM = 1 << 10;

/** Level 1: higher ones take up to twice the time to save a tenth. */
const gzip = (bytes: Uint8Array) => gzipSync(bytes, { level: 1, chunkSize: PAGE_BYTES });

/** The file begins anew where a writer does; its memory stays. */
function clear(writer: ByteWriter): void {
  writer.index = 0;
  writer.offset = 0;
}

const encoder = new TextEncoder();

/** A text of ASCII letters as Parquet has it: its length and its bytes. */
function appendText(writer: ByteWriter, text: string): void {
  writer.appendUint32(text.length);
  writer.ensure(text.length);
  encoder.encodeInto(text, new Uint8Array(writer.buffer, writer.index));
  writer.index += text.length;
  writer.offset += text.length;
}

/** Encodes a column. */
export class PageEncoder {
  /** The values of the page, as they stand in it; but for booleans, of which a byte holds eight. */
  private readonly values = new ByteWriter(ROOM);
  private readonly booleans: boolean[] = [];
  /** 0 where a cell begins, 1 where its list goes on. */
  private readonly repetition: number[] = [];
  /** How much of a value is there: the list, something in it. */
  private readonly definition: number[] = [];
  private readonly levels = new ByteWriter(ROOM);
  /** What a value that is there has as its definition. */
  private readonly defined: number;
  private rows = 0;
  private nulls = 0;
  private entries = 0;
  private least: Bound | undefined;
  private greatest: Bound | undefined;
  /** The pages that are done. */
  private readonly pages = new ByteWriter(ROOM);
  private summary: PagesSummary | undefined;

  constructor(private readonly column: ParquetColumn) {
    this.defined = (column.optional === true ? 1 : 0) + (column.list === true ? 1 : 0);
  }

  /** The value of the next cell: a list where the column has lists, undefined where there is none. */
  add(value: unknown): void {
    if (this.column.list === true) this.addList(value as readonly unknown[] | undefined);
    else this.addOne(value);
    this.rows++;
    if (this.values.index >= PAGE_BYTES) this.endPage();
  }

  private addOne(value: unknown): void {
    this.entries++;
    if (this.defined > 0) this.definition.push(value === undefined ? 0 : 1);
    if (value === undefined) {
      this.nulls++;
      return;
    }
    this.append(value);
    // Of long texts bounds would be as long.
    if (this.column.type === 'JSON') return;
    this.least = boundOf(this.least, value as Bound, isLess);
    this.greatest = boundOf(this.greatest, value as Bound, isGreater);
  }

  private addList(list: readonly unknown[] | undefined): void {
    const { repetition, definition, defined } = this;
    if (list === undefined || list.length === 0) {
      repetition.push(0);
      definition.push(list === undefined ? 0 : defined - 1);
      this.entries++;
      this.nulls++;
      return;
    }
    for (let k = 0; k < list.length; k++) {
      repetition.push(k === 0 ? 0 : 1);
      definition.push(defined);
      this.append(list[k]);
    }
    this.entries += list.length;
  }

  private append(value: unknown): void {
    const { type } = this.column;
    if (type === 'DOUBLE') this.values.appendFloat64(value as number);
    else if (type === 'INT32') this.values.appendInt32(value as number);
    else if (type === 'BOOLEAN') this.booleans.push(value as boolean);
    else appendText(this.values, value as string);
  }

  /** What was added since the last call: the bytes, which the next call overwrites, and what there is to say of them. */
  take(): { readonly bytes: Uint8Array; readonly summary: PagesSummary } {
    if (this.rows > 0) this.endPage();
    const taken = { bytes: this.pages.getBytes(), summary: this.summary! };
    clear(this.pages);
    this.summary = undefined;
    return taken;
  }

  private endPage(): void {
    const { column, values, levels, pages, defined, entries, nulls } = this;
    if (column.type === 'BOOLEAN') writePlain(values, this.booleans, 'BOOLEAN', undefined);
    const repetitionBytes = column.list === true ? writeRleBitPackedHybrid(levels, this.repetition, 1) : 0;
    const definitionBytes = defined > 0 ? writeRleBitPackedHybrid(levels, this.definition, defined) : 0;
    const packed = column.long === true ? gzip(values.getBytes()) : snappyCompress(values.getBytes());
    const start = pages.offset;
    writePageHeader(pages, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.offset + values.offset,
      compressed_page_size: levels.offset + packed.length,
      data_page_header_v2: {
        num_values: entries,
        num_nulls: nulls,
        num_rows: this.rows,
        encoding: 'PLAIN',
        repetition_levels_byte_length: repetitionBytes,
        definition_levels_byte_length: definitionBytes,
        is_compressed: true,
      },
    });
    const uncompressed = pages.offset - start + levels.offset + values.offset;
    pages.appendBytes(levels.getBytes());
    pages.appendBytes(packed);
    const page = this.summaryOf(uncompressed, pages.offset - start);
    this.summary = this.summary === undefined ? page : joinedPages(this.summary, page);
    this.begin();
  }

  private summaryOf(uncompressed: number, compressed: number): PagesSummary {
    const { column, least, greatest } = this;
    const { name, type, list, long } = column;
    return {
      type: ELEMENT[type].type,
      encodings: ['PLAIN', 'RLE'],
      path_in_schema: list === true ? [name, 'list', 'element'] : [name],
      codec: long === true ? 'GZIP' : 'SNAPPY',
      num_values: BigInt(this.entries),
      total_uncompressed_size: BigInt(uncompressed),
      total_compressed_size: BigInt(compressed),
      ...(list !== true &&
        type !== 'JSON' && {
          statistics: {
            // As Parquet wants it: a least zero might be negative, a greatest one positive.
            ...(least !== undefined && { min_value: least === 0 ? -0 : least }),
            ...(greatest !== undefined && { max_value: greatest }),
            null_count: BigInt(this.nulls),
          },
        }),
    };
  }

  private begin(): void {
    clear(this.values);
    clear(this.levels);
    this.booleans.length = 0;
    this.repetition.length = 0;
    this.definition.length = 0;
    this.rows = this.nulls = this.entries = 0;
    this.least = this.greatest = undefined;
  }
}
