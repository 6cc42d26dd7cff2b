/**
 * What a partition file says about every cell: the fields to choose from.
 */

/** In the order in which files have them; `id` comes first in any case. */
export const CELL_FIELDS = [
  'pattern',
  'bounded',
  'witness',
  'facets',
  'neighbours',
  'map',
  'vertices',
  'faces',
  'volume',
  'width',
  'exact',
] as const;

export type CellField = (typeof CELL_FIELDS)[number];

export type PartitionFormat = 'jsonl' | 'parquet';

/** The version of what the files contain; a file of version 2 says so in Parquet's metadata. */
export const PARTITION_VERSION = 2;

/** The fields of a format unless told: all but `faces` and `width`, each once. */
export function defaultFields(format: PartitionFormat): readonly CellField[] {
  const once = (field: CellField) => format === 'parquet' || (field !== 'exact' && field !== 'neighbours');
  return CELL_FIELDS.filter((field) => field !== 'faces' && field !== 'width' && once(field));
}

/** What the file is like; survives the structured clone algorithm. */
export interface PartitionLayout {
  readonly format: PartitionFormat;
  readonly fields: readonly CellField[];
  /** Write numbers rounded to so many significant digits; the exact ones where told or where none are. */
  readonly digits?: number;
}

export interface LayoutOptions {
  readonly fields?: readonly CellField[];
  readonly digits?: number;
}

/** The fields of an option such as "pattern,witness,map", in the files' order; undefined if one is none. */
export function fieldsOfText(text: string): readonly CellField[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('all')) return CELL_FIELDS;
  const known = CELL_FIELDS.filter((field) => names.includes(field));
  return names.every((name) => (CELL_FIELDS as readonly string[]).includes(name)) ? known : undefined;
}
