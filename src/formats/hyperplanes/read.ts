/**
 * Reading hyperplanes: tables of text, NumPy arrays, JSON.
 */
import type { Rational } from '../../exact/index.js';
import { complainingLater, FormatError, quoted } from '../input/error.js';
import { type Source, sourceAt, textOf } from '../input/source.js';
import { hyperplanesOfValue } from '../json/arrangement.js';
import { networkFormats } from '../read.js';
import { TABLES } from './extensions.js';
import { exactNumberAt, type Hyperplanes, hyperplanesOfRows } from './rows.js';

export interface ArrangementOptions {
  /** There are no constants: every hyperplane passes through 0. */
  readonly central?: boolean;
  /** The name of what is read from memory, with the extension of its format: "lines.csv". */
  readonly name?: string;
}

/** Hyperplanes with what is known of their file. */
export interface ArrangementFile extends Hyperplanes {
  /** How the file holds them, for people: "hyperplanes in columns, constants in the last row". */
  readonly layout: string;
  /** Hex digest of the (decompressed) file. */
  readonly sha256: string;
}

/** The numbers of a table, line by line; blanks, commas and semicolons separate them. */
function tableOf(text: string): Rational[][] {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, k) => ({ line: line.replace(/^\ufeff/, '').trim(), number: k + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  const rows = lines.map(({ line, number }) => ({
    number,
    fields: line.split(/\s*[,;]\s*|\s+/).map((field, i) => exactNumberAt(field, `line ${number}, column ${i + 1}`)),
  }));
  const width = rows[0]?.fields.length ?? 0;
  for (const { number, fields } of rows)
    if (fields.length !== width)
      throw new FormatError(
        `line ${number}`,
        `expected ${width} numbers as in the first line, got ${fields.length}; correct it`,
      );
  return rows.map(({ fields }) => fields);
}

async function rowsOfNumpy(bytes: Uint8Array): Promise<Rational[][]> {
  const { readNpy } = await import('../tensors/numpy.js');
  const { shape, at } = readNpy(bytes);
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2)
    throw new FormatError('', `expected an array of shape [hyperplanes, d + 1], got [${shape}]; reshape it`);
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => exactNumberAt(at(r * columns + c), `row ${r}, column ${c}`)),
  );
}

/** Hyperplanes as JSON has them, `[[a1,..,ad,b],..]` or `{"hyperplanes":[{"a":[..],"b":..},..]}`, of numbers in any form. @throws FormatError */
export function hyperplanesOf(value: unknown, central = false): Hyperplanes {
  const rows = hyperplanesOfValue(value, central).map((row, k) =>
    row.map((x, i) => exactNumberAt(x, `hyperplane ${k}, entry ${i}`)),
  );
  return hyperplanesOfRows(rows, central);
}

async function hyperplanesIn({ extension, bytes }: Source, central: boolean): Promise<Hyperplanes> {
  if (extension === '.npy') return hyperplanesOfRows(await rowsOfNumpy(bytes), central);
  if (extension === '.json') {
    const { valueOfJson } = await import('../json/text.js');
    return hyperplanesOf(valueOfJson(textOf(bytes)), central);
  }
  const table = tableOf(textOf(bytes));
  const isInColumns = extension === '.txt';
  return hyperplanesOfRows(isInColumns ? (table[0] ?? []).map((_, c) => table.map((row) => row[c]!)) : table, central);
}

function layoutOf(extension: string, central: boolean): string {
  const isInColumns = extension === '.txt';
  const constants = central ? 'no constants' : `constants in the last ${isInColumns ? 'row' : 'column'}`;
  return `hyperplanes in ${isInColumns ? 'columns' : 'rows'}, ${constants}`;
}

/**
 * Reads hyperplanes a . x = b: rows a1, .., ad, b of a `.csv`, `.tsv`, `.npy` or `.json`, or columns of a `.txt`, gzipped or not.
 *
 * @param from a path; or the bytes of a file, whose name says its format (`options.name`)
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readArrangement(
  from: string | Uint8Array,
  { central = false, name = '' }: ArrangementOptions = {},
): Promise<ArrangementFile> {
  const source = await sourceAt(from, name);
  const { extension, file, sha256 } = source;
  if (extension !== '.json' && !TABLES.has(extension)) {
    const fix = networkFormats.some((format) => format.extension === extension)
      ? 'count a network with `relu-atlas count`'
      : 'rename or convert it';
    throw new FormatError(
      '',
      `expected hyperplanes (.json, .csv, .tsv, .npy, .txt, or these with .gz), got ${quoted(extension)}; ${fix}`,
      file,
    );
  }
  const hyperplanes = await complainingLater(file, () => hyperplanesIn(source, central));
  return { ...hyperplanes, layout: layoutOf(extension, central), sha256 };
}
