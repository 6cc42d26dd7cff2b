/**
 * Cells as Parquet: `parquet-columns.ts` says what is written, `parquet-encoder.ts` makes blocks of pages of it. Here they become row groups and a file.
 *
 * Memory: the pages of a row group, compressed, at most `ROW_GROUP_BYTES` and a block, and a line of metadata per column of each row group.
 */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { type Output, openOutput } from '../../output/index.js';
import { defaultFields, type LayoutOptions, type PartitionLayout } from './fields.js';
import { columnsOf, metadata, parquetSchema } from './parquet-columns.js';
import type { ParquetPart } from './parquet-encoder.js';
import { joinedPages, type PagesSummary } from './parquet-pages.js';
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
  private readonly memory = new ByteWriter();
  private summary: PagesSummary | undefined;

  add(bytes: Uint8Array, summary: PagesSummary): void {
    this.memory.appendBytes(bytes);
    this.summary = this.summary === undefined ? summary : joinedPages(this.summary, summary);
  }

  /** Writes them; what the metadata of the file says of them. */
  writeTo(target: FileBytes) {
    const start = BigInt(target.offset);
    target.pages(this.memory.getBytes());
    const chunk = { file_offset: start, meta_data: { ...this.summary!, data_page_offset: start } };
    this.memory.index = this.memory.offset = 0;
    this.summary = undefined;
    return chunk;
  }
}

/** A row group ends once so much is held. Where depends on the cells alone, not on how many of them come at a time. */
const ROW_GROUP_BYTES = 1 << 22;

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
    const chunks = held.map((pages) => pages.writeTo(target));
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
      const { bytes: all, blocks } = part as ParquetPart;
      let at = 0;
      for (const block of blocks) {
        block.columns.forEach((summary, c) => {
          const end = at + Number(summary.total_compressed_size);
          held[c]!.add(all.subarray(at, end), summary);
          bytes += end - at;
          at = end;
        });
        rows += block.cells;
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
