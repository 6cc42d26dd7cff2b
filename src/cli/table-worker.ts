/**
 * A worker thread of a table: one network after the other.
 */
import type { ComparisonRow } from '../report/comparison.js';
import { type RowTask, tableRow } from './table-row.js';

/** Piscina's entry. */
export function row(task: RowTask): Promise<ComparisonRow> {
  return tableRow(task);
}
