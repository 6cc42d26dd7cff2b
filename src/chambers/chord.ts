/**
 * The part of a line inside of a convex polygon, exactly, in homogeneous coordinates.
 *
 * A polygon is the points p of R^3 (of the projective plane) where walls w . p > 0; it may be unbounded. A line is the p with l . p = 0. The points of it
 * inside are the positive combinations of two rays, its ends.
 */
import { dotIntegers } from '../exact/index.js';

export type Triple = readonly bigint[];

export interface Chord {
  readonly from: Triple;
  readonly to: Triple;
  /** Whether positive combinations of the ends are all the points inside: false of a whole line, whose ends are opposite. */
  readonly isProper: boolean;
}

/** A ray of a cone in the plane that is spanned by two vectors. */
type Ray = readonly [bigint, bigint];

/** Two independent vectors on a line. */
function spanOf([a, b, c]: Triple): readonly [Triple, Triple] {
  const x = [0n, c!, -b!];
  const y = [-c!, 0n, a!];
  const z = [b!, -a!, 0n];
  if (a !== 0n) return [y, z];
  return b !== 0n ? [x, z] : [x, y];
}

/** The rays between the outer ones where u . ray >= 0; undefined if no ray is inside. */
function clipped(rays: readonly Ray[], [p, q]: Ray): Ray[] | undefined {
  const values = rays.map(([u, v]) => p * u + q * v);
  if (!values.some((value) => value > 0n)) return undefined;
  return rays.flatMap((ray, k): Ray[] => {
    const [here, next] = [values[k]!, values[k + 1] ?? 0n];
    const kept: Ray[] = here >= 0n ? [ray] : [];
    if ((here > 0n && next < 0n) || (here < 0n && next > 0n)) {
      const [a, b] = [here < 0n ? -here : here, next < 0n ? -next : next];
      const other = rays[k + 1]!;
      kept.push([b * ray[0] + a * other[0], b * ray[1] + a * other[1]]);
    }
    return kept;
  });
}

/** The open segment of a line inside; undefined if there is none. */
export function chordOf(line: Triple, walls: readonly Triple[]): Chord | undefined {
  const [k, l] = spanOf(line);
  let rays: Ray[] | undefined;
  for (const wall of walls) {
    const half: Ray = [dotIntegers(wall, k), dotIntegers(wall, l)];
    const [p, q] = half;
    if (p === 0n && q === 0n) return undefined;
    // The half-plane's rays: its ends and one between.
    rays = rays === undefined ? [[q, -p], half, [-q, p]] : clipped(rays, half);
    if (rays === undefined) return undefined;
  }
  if (rays === undefined) throw new RangeError('chord: expected a wall at least');
  const at = ([u, v]: Ray): Triple => [u * k[0]! + v * l[0]!, u * k[1]! + v * l[1]!, u * k[2]! + v * l[2]!];
  const [first, last] = [rays[0]!, rays.at(-1)!];
  return { from: at(first), to: at(last), isProper: first[0] * last[1] !== first[1] * last[0] };
}
