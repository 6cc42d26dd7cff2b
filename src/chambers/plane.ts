/**
 * Lines in a convex polygon: how many cross it, and in how many points inside they meet.
 *
 * The cells of lines in a convex open set are 1 + sum over the lines that meet it of (1 + the points inside on this line where
 * earlier ones cross it) (deletion and restriction). On the chord of a line from p to q another line l is crossed inside if l . p and l . q have opposite signs, at
 * the parameter t = l . p / (l . p - l . q).
 *
 * *Lemma (doubles).* Scale lines and ends so that all entries are at most 1/2 in and round them: those of a line are off by at most u / 2, u = 2^-53, those of an end by at most
 * u / 2 + e. A rounded product l . p of three terms is off by at most 3 u / 2 + 3 e / 2 from the rounding of the entries, by 3 u / 4 from that of the products, and by 5 u / 4 from the sums, so by less than E = 16 u + 2 e.
 * Where both are beyond E their signs are right. Let d = l . p - l . q be the rounded difference, |d| >= A. Then t is off by at most 2 E / A + 4 u: its derivatives are
 * (l . q, l . p) / d^2, with |l . p| + |l . q| = |d|. []
 *
 * So points whose parameters differ by more than twice that are different. Those that are nearer, and lines that cross at too small an
 * angle, are compared in integers: points are the same if and only if the three lines are dependent. On most lines nothing is that near, which many buckets tell (`lines/arithmetic.ts`), and the ends
 * are told in doubles (`polygon.ts`). On the others most parameters are alone in one of many buckets, of which a bit tells, and are compared with none; those left are kept in few buckets, so that each is compared with few.
 */
import { dotIntegers, SMALL_PIVOT, signBeyond, UNIT_ROUNDOFF } from '../exact/index.js';
import { type Chord, chordOf, type Triple } from './chord.js';
import { type LineArithmetic, lineArithmetic } from './lines/arithmetic.js';
import { type Ends, ERROR, halved, Polygon } from './polygon.js';

/** Twice the error of a parameter. @param error of a value at an end */
const nearFor = (error: number) => 2 * ((2 * error) / SMALL_PIVOT + 4 * UNIT_ROUNDOFF);
const NEAR = nearFor(ERROR);
/** The polygon is looked at in doubles if there are so many lines per wall: its edges are told in integers first. */
const LINES_PER_WALL = 2;
/** Buckets per line: most are empty. */
const ROOM = 4;
/** Products of three integers below this, and sums of six of them, are exact in doubles. */
const SMALL = 2 ** 16;

export interface PlaneCount {
  /** The lines that meet the polygon. */
  readonly lines: number;
  /** Summed over the lines, the points inside where earlier ones cross it. */
  readonly points: number;
}

/** @param lines pairwise different, in integers. @param walls w . p > 0 inside; not empty. */
export function countLines(lines: readonly Triple[], walls: readonly Triple[]): PlaneCount {
  const counter = new LineCounter(lines, walls);
  for (const line of lines) counter.add(line);
  return counter;
}

/** The ends of a chord in doubles; undefined of a whole line. */
function endsOf({ from, to, isProper }: Chord): Ends | undefined {
  return isProper ? { from: halved(from), to: halved(to), off: 0 } : undefined;
}

function bucketsFor(points: number): number {
  return 2 ** Math.ceil(Math.log2(ROOM * points + 2));
}

class LineCounter implements PlaneCount {
  lines = 0;
  points = 0;
  private readonly doubles: LineArithmetic;
  private readonly polygon: Polygon | undefined;
  /** The lines that meet the polygon. */
  private readonly meeting: Triple[] = [];
  private readonly isSmall: boolean;
  private readonly heads: Int32Array;
  /** Of the points on the current line that were compared: the parameter, the line that crosses there, and the next one in the bucket. */
  private readonly parameter: Float64Array;
  private readonly crossing: Int32Array;
  private readonly next: Int32Array;
  private count = 0;

  constructor(
    all: readonly Triple[],
    private readonly walls: readonly Triple[],
  ) {
    const size = all.length;
    this.doubles = lineArithmetic(size);
    this.polygon = size < LINES_PER_WALL * walls.length ? undefined : Polygon.of(walls);
    this.isSmall = all.every((line) => line.every((entry) => entry < SMALL && -entry < SMALL));
    this.heads = new Int32Array(bucketsFor(size) + 2);
    this.parameter = new Float64Array(size);
    this.crossing = new Int32Array(size);
    this.next = new Int32Array(size);
  }

  /** Adds a line, and the points in which those before cross it inside. */
  add(line: Triple) {
    const row = halved(line);
    const told = this.polygon?.ends(row);
    if (told === 'none') return;
    const chord = told === undefined ? chordOf(line, this.walls) : undefined;
    if (told === undefined && chord === undefined) return;
    const k = this.lines++;
    this.meeting.push(line);
    this.doubles.rows.forEach((entries, i) => {
      entries[k] = row[i]!;
    });
    this.points += this.apart(k, told ?? endsOf(chord!)) ?? this.crossings(k, chord ?? chordOf(line, this.walls)!);
  }

  /** How many points inside the lines before line k have on its chord, if doubles tell that all of these are different ones. */
  private apart(k: number, ends: Ends | undefined): number | undefined {
    if (ends === undefined) return undefined;
    const error = ERROR + 2 * ends.off;
    const points = this.doubles.apart(k, ends.from, ends.to, error, nearFor(error));
    return points < 0 ? undefined : points;
  }

  /** How many points inside the lines before line k have on its chord. */
  private crossings(k: number, chord: Chord): number {
    const ends = endsOf(chord);
    if (ends === undefined) return this.crossingsExactly(k, chord);
    const { doubles } = this;
    const { points, doubts } = doubles.meet(k, ends.from, ends.to, ERROR);
    const steep: number[] = [];
    for (let d = 0; d < doubts; d++) if (this.crosses(doubles.doubt[d]!, chord)) steep.push(doubles.doubt[d]!);
    return this.distinct(k, points) + this.addExactly(k, points, steep);
  }

  /** How many different ones there are among the points found on line k. */
  private distinct(k: number, points: number): number {
    const { place, line, together, crowd } = this.doubles;
    const crowded = crowd(points, NEAR);
    if (crowded === 0) return points;
    const buckets = bucketsFor(crowded);
    this.heads.fill(-1, 0, buckets + 2);
    this.count = 0;
    for (let c = 0; c < crowded; c++) this.meet(k, line[together[c]!]!, place[together[c]!]!, buckets);
    return points - crowded + this.count;
  }

  private crosses(j: number, { from, to }: Chord): boolean {
    const line = this.meeting[j]!;
    const [first, last] = [dotIntegers(line, from), dotIntegers(line, to)];
    return first > 0n ? last < 0n : first < 0n && last > 0n;
  }

  /** Takes note of a point, unless it is known. */
  private meet(k: number, j: number, t: number, buckets: number) {
    const { heads, parameter, crossing, next } = this;
    const place = t * buckets;
    const bucket = Math.floor(place) + 1;
    if (heads[bucket]! >= 0 && this.isKnown(k, j, t, bucket)) return;
    const inside = place + 1 - bucket;
    if (inside < NEAR * buckets && heads[bucket - 1]! >= 0 && this.isKnown(k, j, t, bucket - 1)) return;
    if (
      1 - inside < NEAR * buckets &&
      bucket <= buckets &&
      heads[bucket + 1]! >= 0 &&
      this.isKnown(k, j, t, bucket + 1)
    )
      return;
    parameter[this.count] = t;
    crossing[this.count] = j;
    next[this.count] = heads[bucket]!;
    heads[bucket] = this.count++;
  }

  private isKnown(k: number, j: number, t: number, bucket: number): boolean {
    const { heads, parameter, crossing, next } = this;
    for (let at = heads[bucket]!; at >= 0; at = next[at]!)
      if (signBeyond(t - parameter[at]!, NEAR) === 0 && this.areConcurrent(k, j, crossing[at]!)) return true;
    return false;
  }

  private areConcurrent(i: number, j: number, k: number): boolean {
    const [a, b, c] = [this.meeting[i]!, this.meeting[j]!, this.meeting[k]!];
    return this.isSmall ? determinantOfSmall(a, b, c) === 0 : determinantOf(a, b, c) === 0n;
  }

  /** How many of further lines that cross inside make points that are not among those found. */
  private addExactly(k: number, points: number, lines: readonly number[]): number {
    const fresh: number[] = [];
    for (const j of lines) {
      let isKnown = fresh.some((other) => this.areConcurrent(k, j, other));
      for (let p = 0; p < points && !isKnown; p++) isKnown = this.areConcurrent(k, j, this.doubles.line[p]!);
      if (!isKnown) fresh.push(j);
    }
    return fresh.length;
  }

  /** On a whole line: all lines cross but those that do so at infinity. */
  private crossingsExactly(k: number, { from }: Chord): number {
    const lines: number[] = [];
    for (let j = 0; j < k; j++) if (dotIntegers(this.meeting[j]!, from) !== 0n) lines.push(j);
    return this.addExactly(k, 0, lines);
  }
}

function determinantOf([a, b, c]: Triple, [d, e, f]: Triple, [g, h, i]: Triple): bigint {
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
}

function determinantOfSmall(p: Triple, q: Triple, r: Triple): number {
  const [a, b, c] = p.map(Number);
  const [d, e, f] = q.map(Number);
  const [g, h, i] = r.map(Number);
  return a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
}
