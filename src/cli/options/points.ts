/**
 * Points given on the command line or in a file.
 */
import { parseRational, type Rational, rationalFromDouble } from '../../exact/index.js';
import {
  complainingAt,
  extensionOf,
  FormatError,
  quoted,
  readSource,
  textOf,
  valueOfJson,
} from '../../formats/index.js';
import { UsageError } from '../exit.js';
import { warn } from '../output/warnings.js';

/** What --at takes, for help. */
export const AT =
  'x1,x2,... (rationals allowed: --at=-1,1/3), points joined by ;, a file .csv .npy .json .txt, or - for stdin';

/** "x1,x2,..." with as many coordinates as there are inputs. @throws UsageError naming the option and the place */
export function pointOf(text: string, inputs: number, option: string): Rational[] {
  const parts = text.split(',');
  if (parts.length !== inputs) {
    const how = text.trim().includes(' ') ? 'x1,x2,..., points joined by ;' : 'x1,x2,...';
    throw new UsageError(`${option}: expected ${inputs} coordinates, one per input, got ${parts.length}; write ${how}`);
  }
  return parts.map((part, i) => {
    try {
      return parseRational(part);
    } catch {
      const shown = JSON.stringify(part.slice(0, 40));
      throw new UsageError(
        `${option}: expected a number such as -1, 0.5 or 1/3, got ${shown} for input ${i}; correct it`,
      );
    }
  });
}

function coordinateOf(value: unknown, place: string): Rational {
  try {
    if (typeof value === 'number') return rationalFromDouble(value);
    if (typeof value === 'string') return parseRational(value);
  } catch {
    // Told below.
  }
  throw new FormatError(place, `expected a number or a rational text such as "1/3", got ${JSON.stringify(value)}`);
}

/** Rows of a file: coordinates, and what stands behind them, if that is allowed. */
interface Rows {
  readonly points: Rational[][];
  /** One per point: the texts of the column behind the coordinates. */
  readonly behind?: string[];
}

/** How many columns there may be: one per input, or also one more. */
interface Columns {
  readonly inputs: number;
  readonly more: boolean;
}

function expectedColumns({ inputs, more }: Columns): string {
  return more ? `${inputs} coordinates, one per input, or one column more for the class` : `${inputs} coordinates`;
}

/** Whether a file has the column behind the coordinates: its first row tells. */
function hasMore({ inputs, more }: Columns, width: number | undefined): boolean {
  return more && width === inputs + 1;
}

function pointsOfJson(text: string, file: string, columns: Columns): Rows {
  const content = complainingAt('', () => valueOfJson(text), file);
  if (!Array.isArray(content) || content.length === 0) {
    throw new FormatError(file, 'expected a JSON list of points [[x1, x2, ...], ...]; correct it');
  }
  const { inputs } = columns;
  const more = hasMore(columns, Array.isArray(content[0]) ? content[0].length : undefined);
  const points = content.map((point: unknown, p) => {
    if (!Array.isArray(point) || point.length !== inputs + (more ? 1 : 0)) {
      const got = Array.isArray(point) ? `${point.length}` : 'no list';
      throw new FormatError(
        `${file}: point ${p}`,
        `expected a list of ${expectedColumns(columns)}, got ${got}; correct it`,
      );
    }
    return point.slice(0, inputs).map((value, i) => coordinateOf(value, `${file}: point ${p}, coordinate ${i}`));
  });
  return { points, ...(more && { behind: content.map((point: unknown[]) => String(point[inputs])) }) };
}

/** A point per line, its coordinates separated by commas, semicolons or blanks; a first line of names is passed over. */
function pointsOfTable(text: string, file: string, columns: Columns): Rows {
  const { inputs } = columns;
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, k) => ({ line: line.replace(/^\ufeff/, '').trim(), number: k + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  const isName = (field: string) => /^["']?[A-Za-z_]/.test(field) && !/^(nan|inf)/i.test(field);
  const fieldsOf = (line: string) => line.split(/\s*[,;]\s*|\s+/);
  // A class may be a name: the coordinates tell. With a number among them a name is a mistake, which is told below.
  const rows = lines.filter(({ line }, k) => k > 0 || !fieldsOf(line).slice(0, inputs).every(isName));
  if (rows.length === 0) {
    const got = lines.length === 0 ? 'none' : `a line of names only, ${quoted(lines[0]!.line)}`;
    throw new FormatError(file, `expected a point per line, got ${got}; write x1,x2,...`);
  }
  const first = fieldsOf(rows[0]!.line);
  if (rows.length > 1 && inputs > 1 && first.slice(0, inputs).every((field, i) => field === String(i)))
    warn(
      `${file}: line ${rows[0]!.number} is taken as a point; if it is the header that pandas writes, drop it (header=False)`,
    );
  const more = hasMore(columns, first.length);
  const fields = rows.map(({ line, number }) => {
    const found = fieldsOf(line);
    if (found.length === inputs + (more ? 1 : 0)) return found;
    const shown = JSON.stringify(line.slice(0, 60));
    throw new FormatError(
      `${file}: line ${number}`,
      `expected ${expectedColumns(columns)}, got ${found.length} in ${shown}; correct it`,
    );
  });
  return {
    points: fields.map((row, k) =>
      row.slice(0, inputs).map((field, i) => coordinateOf(field, `${file}: line ${rows[k]!.number}, coordinate ${i}`)),
    ),
    ...(more && { behind: fields.map((row) => row[inputs]!.replace(/^"(.*)"$|^'(.*)'$/, '$1$2')) }),
  };
}

/** The points of a NumPy array: one per row, or one alone. Its numbers mean their doubles. */
async function pointsOfNumpy(bytes: Uint8Array, file: string, columns: Columns): Promise<Rows> {
  const { readNpy } = await import('../../oracle/claims/index.js');
  const { inputs } = columns;
  const { shape, at } = readNpy(bytes);
  const width = shape.length === 1 ? shape[0] : shape.slice(1).reduce((n, extent) => n * extent, 1);
  const more = hasMore(columns, width);
  if (shape.length === 0 || width !== inputs + (more ? 1 : 0)) {
    const wanted = columns.more ? `[n, ${inputs}] or [n, ${inputs + 1}]` : `[n, ${inputs}]`;
    throw new FormatError(file, `expected an array of shape ${wanted}, got [${shape}]; reshape it`);
  }
  const count = shape.length === 1 ? 1 : shape[0]!;
  const points = Array.from({ length: count }, (_, p) =>
    Array.from({ length: inputs }, (_, i) => coordinateOf(at(p * width + i), `${file}: point ${p}, coordinate ${i}`)),
  );
  const behind = (p: number) => String(at(p * width + inputs));
  return { points, ...(more && { behind: Array.from({ length: count }, (_, p) => behind(p)) }) };
}

const TABLES = new Set(['.csv', '.txt', '.tsv', '.json', '.npy']);

async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether a text names points elsewhere: a file, or "-" for the standard input. */
export function namesPoints(text: string): boolean {
  return text === '-' || TABLES.has(extensionOf(text.replace(/\.gz$/, '')));
}

/** The points of a .json, .csv, .txt, .tsv or .npy file, or on the standard input (as JSON, or a point per line). */
async function rowsOfFile(name: string, columns: Columns): Promise<Rows> {
  if (name === '-') {
    const text = await standardInput();
    return text.trimStart().startsWith('[')
      ? pointsOfJson(text, 'stdin', columns)
      : pointsOfTable(text, 'stdin', columns);
  }
  const { bytes, extension } = await readSource(name);
  if (extension === '.json') return pointsOfJson(textOf(bytes), name, columns);
  if (extension === '.npy') return pointsOfNumpy(bytes, name, columns);
  return pointsOfTable(textOf(bytes), name, columns);
}

/** Points as "x1,x2;y1,y2;..." or in a file. @throws UsageError, FormatError */
export async function pointsOf(text: string, inputs: number, option: string): Promise<Rational[][]> {
  if (namesPoints(text)) return (await rowsOfFile(text, { inputs, more: false })).points;
  return text.split(';').map((point, p) => pointOf(point, inputs, `${option}, point ${p + 1}`));
}

/** Data points with their classes: a column behind the coordinates. @throws UsageError, FormatError */
export async function dataPointsOf(text: string, inputs: number, option: string): Promise<Rows> {
  if (namesPoints(text)) return rowsOfFile(text, { inputs, more: true });
  return { points: await pointsOf(text, inputs, option) };
}
