/**
 * Hyperplanes a . x = b as rows of exact numbers, from whatever form they are stated in.
 */
import { parseRational, type Rational, rational, rationalFromDouble, ZERO } from '../../exact/index.js';
import { FormatError, quoted } from '../input/error.js';

/** More numbers than this are a mistake. */
const MOST_NUMBERS = 2 ** 22;
/** The longest text of a number. */
const LONGEST = 2000;

/** Hyperplanes of R^dimension, any of which may be repeated: rows a1, .., ad, b. */
export interface Hyperplanes {
  readonly dimension: number;
  readonly rows: readonly (readonly Rational[])[];
}

/** Whether a value is a rational as `parseRational` makes them. */
function isRational(value: unknown): value is Rational {
  const { numerator, denominator } = (value ?? {}) as Partial<Rational>;
  return typeof numerator === 'bigint' && typeof denominator === 'bigint' && denominator > 0n;
}

/**
 * The exact value of a number that was stated: a double, taken exactly; a text such as "1/3" or "0.1", taken as it is written; an integer; a rational.
 *
 * @throws FormatError at `place`
 */
export function exactNumberAt(value: unknown, place: string): Rational {
  try {
    if (typeof value === 'number') return rationalFromDouble(value);
    if (typeof value === 'string' && value.length <= LONGEST) return parseRational(value);
    if (typeof value === 'bigint') return rational(value);
    if (isRational(value)) return rational(value.numerator, value.denominator);
  } catch {
    // Told below.
  }
  throw new FormatError(
    place,
    `expected a number or a rational text such as "1/3", got ${quoted(String(value))}; correct it`,
  );
}

/** Rows of the same length, completed by constants 0 where there are none. @param central whether there are none @throws FormatError */
export function hyperplanesOfRows(rows: readonly (readonly Rational[])[], central: boolean): Hyperplanes {
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
  return { dimension, rows: central ? rows.map((row) => [...row, ZERO]) : rows };
}
