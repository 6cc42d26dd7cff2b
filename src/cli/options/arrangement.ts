/**
 * Files of hyperplanes, and of symmetries of them.
 */
import { type Arrangement, networkOfHyperplanes, type Symmetry, statedSymmetries } from '../../chambers/index.js';
import {
  integersFromRationals,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
} from '../../exact/index.js';
import {
  complainingAt,
  extensionOf,
  FormatError,
  type NetworkFile,
  quoted,
  readSource,
  textOf,
} from '../../formats/index.js';
import { generatorsOfJson, hyperplanesOfJson } from '../../formats/json/index.js';
import { whole } from '../../network/index.js';

/** The extensions of files that hold hyperplanes and no network. */
const TABLES: ReadonlySet<string> = new Set(['.txt', '.csv', '.tsv', '.npy']);
/** More numbers than this are a mistake. */
const MOST_NUMBERS = 2 ** 22;

export interface ArrangementOptions {
  /** There are no constants: every hyperplane passes through 0. */
  readonly central?: boolean;
}

export interface ArrangementFile {
  readonly arrangement: Arrangement;
  /** The network with one ReLU per hyperplane: its cells are those of the arrangement. */
  readonly net: NetworkFile;
  /** "hyperplanes in columns, constants in the last row" */
  readonly layout: string;
}

/** Whether a file can only hold hyperplanes. */
export function holdsHyperplanes(file: string): boolean {
  return TABLES.has(extensionOf(file));
}

function numberOf(value: unknown, place: string): Rational {
  try {
    if (typeof value === 'number') return rationalFromDouble(value);
    if (typeof value === 'string' && value.length <= 2000) return parseRational(value);
  } catch {
    // Told below.
  }
  throw new FormatError(
    place,
    `expected a number or a rational text such as "1/3", got ${quoted(String(value))}; correct it`,
  );
}

/** The numbers of a table, line by line; blanks, commas and semicolons separate them. */
function tableOf(text: string): Rational[][] {
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, k) => ({ line: line.replace(/^\ufeff/, '').trim(), number: k + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  const rows = lines.map(({ line, number }) => ({
    number,
    fields: line.split(/\s*[,;]\s*|\s+/).map((field, i) => numberOf(field, `line ${number}, column ${i + 1}`)),
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
  const { readNpy } = await import('../../oracle/claims/index.js');
  const { shape, at } = readNpy(bytes);
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2)
    throw new FormatError('', `expected an array of shape [hyperplanes, d + 1], got [${shape}]; reshape it`);
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => numberOf(at(r * columns + c), `row ${r}, column ${c}`)),
  );
}

/** The hyperplanes of a file as rows, and how it holds them. JSON may give objects, which have their constants. */
async function rowsOf(extension: string, bytes: Uint8Array): Promise<{ rows: Rational[][]; inColumns: boolean }> {
  if (extension === '.npy') return { rows: await rowsOfNumpy(bytes), inColumns: false };
  if (extension === '.json') {
    const rows = hyperplanesOfJson(textOf(bytes)).map((row, k) =>
      row.map((x, i) => numberOf(x, `hyperplane ${k}, entry ${i}`)),
    );
    return { rows, inColumns: false };
  }
  const table = tableOf(textOf(bytes));
  if (extension !== '.txt') return { rows: table, inColumns: false };
  return { rows: (table[0] ?? []).map((_, c) => table.map((row) => row[c]!)), inColumns: true };
}

/** @throws FormatError for whatever is wrong with the file */
export async function readArrangement(file: string, { central = false }: ArrangementOptions): Promise<ArrangementFile> {
  const { bytes, extension, sha256 } = await readSource(file);
  if (extension !== '.json' && !TABLES.has(extension))
    throw new FormatError(
      '',
      `expected hyperplanes (.json, .csv, .tsv, .npy, .txt, or these with .gz), got ${quoted(extension)}; rename or convert it`,
      file,
    );
  try {
    const { rows, inColumns } = await rowsOf(extension, bytes);
    const width = rows[0]?.length ?? 0;
    const dimension = central ? width : width - 1;
    if (rows.length === 0 || dimension < 1)
      throw new FormatError(
        '',
        `expected hyperplanes with ${central ? 'one coefficient' : 'a coefficient and a constant'} at least, got none; correct it, or see --central`,
      );
    if (rows.length * width > MOST_NUMBERS)
      throw new FormatError('', `expected at most ${MOST_NUMBERS} numbers, got ${rows.length * width}; split it`);
    rows.forEach((row, k) => {
      if (row.length !== width)
        throw new FormatError(
          `hyperplane ${k}`,
          `expected ${width} numbers as of the first one, got ${row.length}; correct it`,
        );
    });
    const full = central ? rows.map((row) => [...row, rational(0n)]) : rows;
    const arrangement = { dimension, planes: full.map((row) => integersFromRationals(row).numerators) };
    return { arrangement, net: netOf(full, dimension, sha256), layout: layoutOf(inColumns, central) };
  } catch (error) {
    if (error instanceof FormatError && error.file === '') throw new FormatError(error.place, error.problem, file);
    throw error;
  }
}

function layoutOf(inColumns: boolean, central: boolean): string {
  const constants = central ? 'no constants' : `constants in the last ${inColumns ? 'row' : 'column'}`;
  return `hyperplanes in ${inColumns ? 'columns' : 'rows'}, ${constants}`;
}

function netOf(rows: readonly (readonly Rational[])[], dimension: number, sha256: string): NetworkFile {
  const network = networkOfHyperplanes(dimension, rows);
  return { network, domain: whole(dimension), format: 'hyperplanes', warnings: network.notes, sha256 };
}

/**
 * What `--symmetry` names: symmetries of a file {"generators":[{"permutation":[..],"signs":[..]},..]}, verified; none; or undefined, for those that are looked for.
 *
 * @throws FormatError for what is none
 */
export async function symmetriesOf(given: Arrangement, symmetry: string): Promise<Symmetry[] | undefined> {
  if (symmetry === 'auto' || symmetry === 'orbits') return undefined;
  if (symmetry === 'none') return [];
  const generators = await generatorsOf(symmetry);
  return statedSymmetries(given, generators).map((found, g) => {
    if (typeof found === 'string') throw new FormatError(`generator ${g}`, found, symmetry);
    return found;
  });
}

/** The generators that a file states: {"generators":[..]}. @throws FormatError */
export async function generatorsOf(symmetry: string): Promise<readonly unknown[]> {
  const { bytes } = await readSource(symmetry);
  return complainingAt('', () => generatorsOfJson(textOf(bytes)), symmetry);
}
