/**
 * Writes the fields of verification records (`verification.ts` describes them).
 */
import type { IntegerRows, WeightedRows } from './verification.js';
import type { RecordWriter } from './writer.js';

/** Writes count, rows and multipliers after the number form. */
export function writeWeightedRows(writer: RecordWriter, form: 0 | 1 | 2, { rows, values }: WeightedRows): void {
  writer.byte(form);
  writer.varint(rows.length);
  rows.forEach((row, r) => {
    writer.varint(row);
    writer.float(values[r]!, form);
  });
}

export function writeSigned(writer: RecordWriter, value: number): void {
  writer.varint(value >= 0 ? 2 * value : -2 * value - 1);
}

/** Writes count, rows and multipliers. */
export function writeIntegerRows(writer: RecordWriter, { rows, values }: IntegerRows): void {
  writer.varint(rows.length);
  rows.forEach((row, r) => {
    writer.varint(row);
    writer.natural(values[r]!);
  });
}
