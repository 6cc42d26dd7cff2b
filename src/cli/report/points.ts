/**
 * Data points as a report draws them: in the coordinates of the network that is seen, with their classes.
 */
import { toDouble } from '../../exact/index.js';
import type { Slice } from '../../network/index.js';
import { NO_SEEN_POINTS, type SeenPoints } from '../../report/network/index.js';
import { UsageError } from '../exit.js';
import { dataPointsOf } from '../options/points.js';
import type { Subject } from '../options/subject.js';

/** More classes than this are numbers of another kind. */
const MOST_CLASSES = 48;

/** Solves a small system with a symmetric positive matrix: Gaussian elimination. The result is drawn, it decides nothing. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

/** The coordinates of the point of a slice that is nearest to a point, and how far it is. */
function projectionOnto({ origin, directions }: Slice) {
  const start = origin.map(toDouble);
  const along = directions.map((direction) => direction.map(toDouble));
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const gram = along.map((a) => along.map((b) => dot(a, b)));
  return (point: readonly number[]) => {
    const from = point.map((x, i) => x - start[i]!);
    const at = solved(
      gram,
      along.map((direction) => dot(direction, from)),
    );
    const rest = from.map((x, i) => x - along.reduce((sum, direction, k) => sum + at[k]! * direction[i]!, 0));
    return { at, distance: Math.hypot(...rest) };
  };
}

/** "2.0" and "2.000e+00", as NumPy writes it, are the class 2. */
const className = (text: string) => (/^[-+]?\d+(\.\d*)?(e[-+]?\d+)?$/i.test(text) ? String(Number(text)) : text);

/** The classes in order: numbers ascending, names as texts. @throws UsageError if there are too many */
function classesOf(behind: readonly string[], option: string): string[] {
  const names = [...new Set(behind.map(className))];
  if (names.length > MOST_CLASSES) {
    throw new UsageError(
      `${option}: expected at most ${MOST_CLASSES} classes in the last column, got ${names.length}; give a column per input, then the class`,
    );
  }
  const numeric = names.every((name) => /^-?\d+$/.test(name));
  return names.sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : 1));
}

const brief = (value: number) => String(Number(value.toPrecision(3)));

function projectionText(distances: readonly number[]): string {
  const [near, far] = [Math.min(...distances), Math.max(...distances)];
  const space = near === far ? `at distance ${brief(far)}` : `at distances from ${brief(near)} to ${brief(far)}`;
  return `projected orthogonally onto the slice, ${space} from it`;
}

/** The data points of a file, and the points that the slice goes through. @throws UsageError, FormatError */
export async function seenPoints(file: string | undefined, subject: Subject, free: number): Promise<SeenPoints> {
  const given = (subject.slice?.points ?? []).map((point, k) => ({
    at: point.map(toDouble),
    name: ['p', 'q', 'r'][k] ?? `p${k}`,
  }));
  if (file === undefined) return { ...NO_SEEN_POINTS, given };
  const { points, behind } = await dataPointsOf(file, subject.own.inputs, '--points');
  const own = points.map((point) => point.map(toDouble));
  const projected = subject.slice === undefined ? undefined : own.map(projectionOnto(subject.slice.on));
  // On a line the column behind is the value that was measured there.
  const isValue = free === 1 && behind?.every((text) => text.trim() !== '' && Number.isFinite(Number(text)));
  const names = behind === undefined || isValue ? [''] : classesOf(behind, '--points');
  return {
    file,
    places: projected?.map(({ at }) => at) ?? own,
    kinds: behind === undefined || isValue ? own.map(() => 0) : behind.map((text) => names.indexOf(className(text))),
    names,
    values: isValue ? behind?.map(Number) : undefined,
    projection: projected === undefined ? null : projectionText(projected.map(({ distance }) => distance)),
    given,
  };
}
