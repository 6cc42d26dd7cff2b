/**
 * A worker thread of a table: one network after the other.
 */
import type { ComparisonRow } from '../../../report/table/index.js';
import { type RowTask, tableRow } from './row.js';

/** Piscina's entry. */
export function row(task: RowTask): Promise<ComparisonRow> {
  return tableRow(task);
}
