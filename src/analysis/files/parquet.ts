/**
 * Cells as Parquet: `parquet-columns.ts` says what is written, `parquet-pages.ts` makes the pages. Here they become row groups and a file.
 *
 * Memory: the pages of a row group, compressed, at most `ROW_GROUP_BYTES` and a part, and a line of metadata per column of each row group.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Output, openOutput } from '../../output/index.js';
import { defaultFields, type LayoutOptions, type PartitionLayout } from './fields.js';
import { columnsOf, metadata, parquetSchema } from './parquet-columns.js';
import { type ColumnPages, joinedPages, type ParquetPart } from './parquet-pages.js';
import type { PartitionWriter } from './writer.js';

/** Bytes of metadata that are held before they are written. */
const BUFFER = 1 << 20;

/** The bytes that the Parquet library makes, handed on as they come; those of pages go to the output themselves. */
class FileBytes extends ByteWriter {
  constructor(private readonly output: Output) {
    super(BUFFER);
  }

  override ensure(size: number): void {
    if (this.index > BUFFER) this.finish();
    super.ensure(size);
  }

  override finish(): void {
    this.output.write(new Uint8Array(this.buffer, 0, this.index));
    this.index = 0;
  }

  /** Bytes that are there already. */
  pages(bytes: Uint8Array): void {
    this.finish();
    this.output.write(bytes);
    this.offset += bytes.length;
  }
}

/** The pages of one column; their memory is used again. */
class HeldPages {
  private memory = new Uint8Array(0);
  private length = 0;
  about: ColumnPages | undefined;

  add(bytes: Uint8Array, about: ColumnPages): void {
    const length = this.length + bytes.length;
    if (length > this.memory.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.bytes);
      this.memory = larger;
    }
    this.memory.set(bytes, this.length);
    this.length = length;
    this.about = this.about === undefined ? about : joinedPages(this.about, about);
  }

  get bytes(): Uint8Array {
    return this.memory.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    this.about = undefined;
  }
}

/** A row group ends once so much is held. Where depends on the cells alone, not on how many of them come at a time. */
const ROW_GROUP_BYTES = 1 << 23;

/** Parquet; nothing stands under the file's name until it is complete. */
export function parquetWriter(
  file: string,
  { fields = defaultFields('parquet') }: LayoutOptions = {},
): PartitionWriter {
  const layout: PartitionLayout = { format: 'parquet', fields };
  const columns = columnsOf(layout);
  const output = openOutput(file);
  const target = new FileBytes(output);
  const kvMetadata: { key: string; value: string }[] = [];
  const schema = parquetSchema(columns);
  const writer = new ParquetWriter({ writer: target, schema, createdBy: 'relu-atlas', kvMetadata });
  const held = columns.map(() => new HeldPages());
  let rows = 0;
  let bytes = 0;
  const flush = () => {
    const chunks = held.map((pages) => {
      const start = BigInt(target.offset);
      target.pages(pages.bytes);
      const chunk = { file_offset: start, meta_data: { ...pages.about!, data_page_offset: start } };
      pages.clear();
      return chunk;
    });
    writer.row_groups.push({
      columns: chunks,
      total_byte_size: chunks.reduce((sum, { meta_data }) => sum + meta_data.total_uncompressed_size, 0n),
      total_compressed_size: BigInt(bytes),
      num_rows: BigInt(rows),
    });
    writer.num_rows += BigInt(rows);
    rows = 0;
    bytes = 0;
  };
  return {
    layout,
    begin(inputs, outputs) {
      kvMetadata.push({ key: 'relu-atlas', value: metadata(layout, inputs, outputs) });
    },
    write(part) {
      const { bytes: all, pages } = part as ParquetPart;
      for (const { rows: more, columns: own } of pages) {
        own.forEach((about, c) => {
          const start = Number(about.data_page_offset);
          const length = Number(about.total_compressed_size);
          held[c]!.add(all.subarray(start, start + length), about);
          bytes += length;
        });
        rows += more;
        if (bytes >= ROW_GROUP_BYTES) flush();
      }
    },
    end() {
      if (rows > 0) flush();
      writer.finish();
      output.commit();
    },
    discard: output.discard,
  };
}
