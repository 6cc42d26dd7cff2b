/**
 * Which files hold hyperplanes: by their names, without reading them.
 */
import { extensionOf } from '../input/source.js';

/** The extensions of files that hold hyperplanes and no network. */
export const TABLES: ReadonlySet<string> = new Set(['.txt', '.csv', '.tsv', '.npy']);

/** Whether a file can only hold hyperplanes. */
export function holdsHyperplanes(file: string): boolean {
  return TABLES.has(extensionOf(file));
}
