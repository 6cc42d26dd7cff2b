/**
 * Arrangements of hyperplanes, and the central one that stands for each: the cone.
 *
 * The cone of an affine arrangement A in R^d is the arrangement of the hyperplanes a . x = b t of R^(d + 1) and of t = 0, the
 * hyperplane at infinity. Its characteristic polynomial is (t - 1) chi(A, t), so that what is counted of central arrangements
 * tells of all (Stanley 2007, An introduction to hyperplane arrangements, lecture 2).
 */
import { content, type IntegerMatrix, reducedEchelon } from '../exact/index.js';

/** Hyperplanes a . x = b of R^dimension: the coefficients a and, last, b, up to a nonzero factor. Any may be repeated. */
export interface Arrangement {
  readonly dimension: number;
  readonly planes: readonly (readonly bigint[])[];
}

/** Hyperplanes that make no sense: the message says which one and what to do. */
export class ArrangementError extends Error {
  override readonly name = 'ArrangementError';
}

/**
 * The hyperplanes through 0 of R^rank that stand for an arrangement: pairwise different, spanning, in integers without common
 * divisor.
 */
export interface Cone {
  readonly rank: number;
  readonly rows: IntegerMatrix;
  /** The position of the hyperplane at infinity; undefined of a central arrangement, which needs none. */
  readonly infinity: number | undefined;
  /** Where the given hyperplanes are among the rows; -1 for those without a normal. */
  readonly places: readonly number[];
  /** The columns of (a, -b) that are kept: the others are combinations of them. */
  readonly columns: readonly number[];
}

/** The row in coprime integers with a positive first entry that is not 0; undefined for 0. */
function canonicalRow(row: readonly bigint[]): readonly bigint[] | undefined {
  const lead = row.find((entry) => entry !== 0n);
  if (lead === undefined) return undefined;
  const divisor = lead < 0n ? -content(row) : content(row);
  return divisor === 1n ? row : row.map((entry) => entry / divisor);
}

/**
 * The cone of an arrangement, or the arrangement itself if all its hyperplanes pass through 0.
 *
 * @throws ArrangementError for rows of another length
 */
export function coneOf({ dimension, planes }: Arrangement): Cone {
  const isCentral = planes.every((plane) => plane[dimension] === 0n);
  const kept = new Map<string, number>();
  const full: (readonly bigint[])[] = [];
  const place = (row: readonly bigint[]): number => {
    const form = canonicalRow(row);
    if (form === undefined) return -1;
    const key = form.join();
    const known = kept.get(key) ?? full.length;
    if (known === full.length) {
      kept.set(key, known);
      full.push(form);
    }
    return known;
  };
  const places = planes.map((plane, k) => {
    if (plane.length !== dimension + 1)
      throw new ArrangementError(
        `hyperplane ${k}: expected ${dimension} coefficients and a constant, got ${plane.length} numbers`,
      );
    // A row without a normal is true everywhere or nowhere: no hyperplane.
    if (plane.every((entry, c) => c === dimension || entry === 0n)) return -1;
    return place(isCentral ? plane.slice(0, dimension) : [...plane.slice(0, dimension), -plane[dimension]!]);
  });
  const infinity = isCentral ? undefined : place([...new Array<bigint>(dimension).fill(0n), 1n]);
  return { ...essential(full), infinity, places };
}

/** Rows in as many of their columns as their rank: the map from the whole rows is one to one, so that all ranks stay. */
function essential(full: IntegerMatrix): Pick<Cone, 'rank' | 'rows' | 'columns'> {
  const columns = full.length === 0 ? [] : reducedEchelon(full, full[0]!.length).pivots;
  const rows = full.map((row) => canonicalRow(columns.map((c) => row[c]!))!);
  return { rank: columns.length, rows, columns };
}
