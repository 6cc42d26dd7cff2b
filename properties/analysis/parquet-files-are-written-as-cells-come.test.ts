/**
 * Parquet is written as cells come: what waits for the file is a row group of 4 MiB at most and one block of 256 cells, however many cells
 * there are; where row groups end does not depend on how cells come; and what the metadata says of columns is true of their values.
 *
 * Source: the Parquet format, `Statistics` and `DataPageHeaderV2` of parquet.thrift. hyparquet reads.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, expect, test } from 'vitest';
import type { CellField, CellRecord } from '../../src/analysis/files/index.js';
import { parquetWriter } from '../../src/analysis/files/index.js';
import { type ParquetPart, parquetEncoder } from '../../src/analysis/files/parquet-encoder.js';
import { rationalFromDouble } from '../../src/exact/rational.js';
import { randomNumbers } from '../../src/theory/random.js';
import { holdsLater } from '../support/generators/holds.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-parquet-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const BLOCK = 256;
const ROW_GROUP = 2 ** 22;

/** Writes records, as many at a time as told; the bytes of the file after each part, and of the parts so far. */
function write(
  file: string,
  { records, atOnce, fields }: { records: readonly CellRecord[]; atOnce: number; fields: readonly CellField[] },
): { written: number; made: number; largest: number }[] {
  const writer = parquetWriter(file, { fields });
  const encoder = parquetEncoder(writer.layout);
  writer.begin?.(1, 1);
  const partial = () => join(scratch, readdirSync(scratch).find((name) => name.includes('.partial-'))!);
  let made = 0;
  let largest = 0;
  const steps = [];
  for (let k = 0; k < records.length; k += atOnce) {
    for (const record of records.slice(k, k + atOnce)) encoder.cell(record);
    const part = encoder.take() as ParquetPart;
    made += part.bytes.length;
    const sizes = part.blocks.map(({ columns }) =>
      columns.reduce((sum, { total_compressed_size: size }) => sum + Number(size), 0),
    );
    largest = Math.max(largest, ...sizes);
    writer.write(part);
    steps.push({ written: statSync(partial()).size, made, largest });
  }
  writer.end();
  return steps;
}

/** Cells with long patterns that nothing compresses. */
function wideCells(count: number, length: number): CellRecord[] {
  const random = randomNumbers(7);
  const letters = Array.from({ length: 2 ** 20 }, () => String.fromCharCode(48 + Math.floor(64 * random()))).join('');
  return Array.from({ length: count }, (_, id) => {
    const from = Math.floor(random() * (letters.length - length));
    return { id, pattern: letters.slice(from, from + length) };
  });
}

test('no more than a row group and a block waits for the file, and row groups are the same however cells come', async () => {
  // About 9 MB of patterns: three row groups.
  const records = wideCells(12 * BLOCK, 3000);
  const fields = ['pattern'] as const;
  const one = join(scratch, 'one.parquet');
  for (const { written, made, largest } of write(one, { records, atOnce: BLOCK, fields })) {
    expect(made - written).toBeLessThan(ROW_GROUP + largest);
  }
  const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(one));
  expect(row_groups.length).toBeGreaterThan(1);
  for (const { total_compressed_size: size, num_rows: rows } of row_groups.slice(0, -1)) {
    expect(Number(size)).toBeGreaterThanOrEqual(ROW_GROUP);
    expect(Number(rows) % BLOCK).toBe(0);
  }
  const other = join(scratch, 'other.parquet');
  write(other, { records, atOnce: 5 * BLOCK, fields });
  expect(readFileSync(other).equals(readFileSync(one))).toBe(true);
});

/** Records as cells of unbounded domains and of high dimensions have them: lists that are empty or not there, no volume. */
const record = fc.record(
  {
    pattern: fc.stringMatching(/^[-+0|]{0,9}$/),
    bounded: fc.boolean(),
    witness: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }),
    neighbours: fc.array(fc.nat({ max: 2 ** 31 - 1 }), { maxLength: 3 }),
    vertices: fc.array(fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 2 }),
    volume: fc.double({ noNaN: true, noDefaultInfinity: true }),
    width: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
  { requiredKeys: ['pattern', 'bounded', 'witness', 'neighbours', 'width'] },
);

test('every column is read back as it was, and least, greatest and missing values are those of the column', async () => {
  const law = async (content: (typeof record extends fc.Arbitrary<infer R> ? R : never)[], repeats: number) => {
    // Repeated beyond a block, so that what is said of several pages is joined.
    const many = Array.from({ length: repeats }, () => content).flat();
    const numbers = (values: readonly number[]) => values.map(rationalFromDouble);
    const records = many.map(({ witness, vertices, volume, width, ...rest }, id) => ({
      id,
      ...rest,
      witness: numbers(witness),
      ...(vertices && { vertices: vertices.map(numbers) }),
      ...(volume !== undefined && { volume: rationalFromDouble(volume) }),
      width: width === null ? null : rationalFromDouble(width),
    }));
    const file = join(scratch, 'columns.parquet');
    const fields = ['pattern', 'bounded', 'witness', 'neighbours', 'vertices', 'volume', 'width'] as const;
    write(file, { records, atOnce: 2 * BLOCK, fields });
    const buffer = await asyncBufferFromFile(file);
    const rows = await parquetReadObjects({ file: buffer, compressors: { GZIP: (bytes) => gunzipSync(bytes) } });
    // Where all are missing, hyparquet gives nothing.
    expect(rows.map((row) => ({ ...row, vertices: row.vertices ?? null }))).toEqual(
      many.map(({ pattern, bounded, witness, neighbours, vertices, volume, width }, id) => ({
        ...{ id, pattern, bounded, neighbours },
        // No zero has a sign.
        witness: witness.map((value) => value + 0),
        vertices: vertices === undefined ? null : vertices.flat().map((value) => value + 0),
        volume: volume === undefined ? null : volume + 0,
        width: width === null ? null : width + 0,
      })),
    );
    const [group] = (await parquetMetadataAsync(buffer)).row_groups;
    for (const { meta_data } of group!.columns) {
      const [name, ...inner] = meta_data!.path_in_schema;
      const values = rows.map((row) => row[name!]);
      const there = values.filter((value) => value !== undefined && value !== null);
      const { statistics } = meta_data!;
      // Bounds of what lists hold would tell nothing of a cell.
      if (inner.length > 0) {
        expect(statistics).toBeUndefined();
        continue;
      }
      expect(Number(statistics!.null_count)).toBe(values.length - there.length);
      const order = there.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const plain = (bound: unknown) => (typeof bound === 'number' ? bound + 0 : bound);
      expect(plain(statistics!.min_value)).toBe(order[0]);
      expect(plain(statistics!.max_value)).toBe(order.at(-1));
    }
  };
  await holdsLater(fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), fc.constantFrom(1, 200), law), {
    seed: 4049,
    runs: 25,
  });
});
