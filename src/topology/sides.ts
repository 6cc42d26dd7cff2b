/**
 * Components and holes of the two sides of a decision boundary in a rectangle, from the curves alone.
 *
 * *Proposition.* Let f be continuous on a rectangle W, its zero set a finite union of disjoint arcs, which end on the border of W and meet it
 * nowhere else, and of disjoint closed curves inside, and let f change its sign across each of them. Then f has one sign on every
 * component of what is left of W, and
 *
 * - each closed curve has one component next to it on its inside, which does not meet the border of W;
 * - a arcs cut the border into 2a intervals, and the components that meet the border are the orbits of intervals under "go
 *   along the border to the end of the interval, and along the arc there to its other end": a + 1 of them (one if there is no arc);
 * - these are all components, none twice.
 *
 * The set {f >= 0} is the union of the closures of the positive components, which are disjoint. So b0 of it is the number
 * of the positive ones, and b1, by Alexander's duality in the plane, that of the components of {f < 0} that do not meet the border:
 * of the closed curves with a negative inside.
 *
 * What does not fulfil the hypothesis (f zero on a cell or a facet, curves that meet each other, touch the border or stop) is left to `topology`.
 */
import { type Chain, exactTurn, type LevelSum, nearestPlace, type SurveyedLevel } from '../analysis/function/index.js';
import {
  add,
  compare,
  equal,
  type IntegerVector,
  multiply,
  nearestDouble,
  negate,
  type Rational,
  rational,
  rationalFromDouble,
  signOfInteger,
  subtract,
} from '../exact/index.js';
import { type BoxDomain, evaluateExact, type Network, type Sign } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';

/** b0 and b1 of {f >= 0} and of {f <= 0}. */
export interface Sides {
  readonly positive: readonly [components: number, holes: number];
  readonly negative: readonly [components: number, holes: number];
}

export interface SidesRequest {
  readonly network: Network;
  /** Two inputs vary. */
  readonly domain: BoxDomain;
  readonly problem: PartitionProblem;
  /** What a `LevelSurvey` of the only output, at level 0, has gathered, and the same summed up and joined. */
  readonly part: SurveyedLevel;
  readonly sum: LevelSum;
  readonly chains: readonly Chain[];
}

/** The place of a point on the border of a rectangle, counterclockwise from its lower left corner. */
interface BorderPlace {
  readonly edge: number;
  /** Ascending along the edge. */
  readonly along: Rational;
}

/** The two inputs that vary, and the rectangle in them. */
class Rectangle {
  private readonly free: readonly [number, number];

  constructor(
    private readonly domain: BoxDomain,
    private readonly problem: PartitionProblem,
  ) {
    this.free = problem.freeInputNumbers as unknown as [number, number];
  }

  /** A point of the problem's variables in the inputs. */
  lift(point: IntegerVector): Rational[] {
    return this.problem.lift(point);
  }

  placeOf(point: readonly Rational[]): BorderPlace | undefined {
    const { lower, upper } = this.domain;
    const [i, j] = this.free;
    const [x, y] = [point[i]!, point[j]!];
    if (equal(y, lower[j]!)) return { edge: 0, along: x };
    if (equal(x, upper[i]!)) return { edge: 1, along: y };
    if (equal(y, upper[j]!)) return { edge: 2, along: negate(x) };
    return equal(x, lower[i]!) ? { edge: 3, along: negate(y) } : undefined;
  }

  /** The point at distance dx, dy. */
  moved(point: readonly Rational[], dx: Rational, dy: Rational): Rational[] {
    const [i, j] = this.free;
    return point.map((value, k) => (k === i ? add(value, dx) : k === j ? add(value, dy) : value));
  }

  difference(from: readonly Rational[], to: readonly Rational[]): readonly [Rational, Rational] {
    const [i, j] = this.free;
    return [subtract(to[i]!, from[i]!), subtract(to[j]!, from[j]!)];
  }

  get corner(): readonly Rational[] {
    return this.domain.lower;
  }
}

/** Components and holes of both sides; undefined where the proposition's hypothesis does not hold. Exact. */
export function homologyOfSides(request: SidesRequest): Sides | undefined {
  const { part, sum, chains, domain, problem, network } = request;
  if (part.ties.length > 0 || part.touches > 0 || part.pieces.some(({ onFacet }) => onFacet)) return undefined;
  const degree = new Uint8Array(sum.points.length);
  for (const { vertices } of sum.pieces) for (const v of vertices) if (++degree[v]! > 2) return undefined;
  const rectangle = new Rectangle(domain, problem);
  const count = { positive: 0, negative: 0 };
  const holes = { positive: 0, negative: 0 };
  for (const chain of chains.filter(({ closed }) => closed)) {
    const left = leftOf(request, rectangle, chain);
    const inside = left === undefined ? 0 : left * orientationOf(sum.points, chain.points);
    if (inside === 0) return undefined;
    // A component of the one side is a hole of the other.
    count[inside > 0 ? 'positive' : 'negative']++;
    holes[inside > 0 ? 'negative' : 'positive']++;
  }
  const arcs = chains.filter(({ closed }) => !closed);
  const border = arcs.length === 0 ? [signAt(network, rectangle.corner)] : borderSigns(request, rectangle, arcs);
  if (border?.every((sign) => sign !== 0) !== true) return undefined;
  for (const sign of border) count[sign > 0 ? 'positive' : 'negative']++;
  return { positive: [count.positive, holes.positive], negative: [count.negative, holes.negative] };
}

function signAt(network: Network, point: readonly Rational[]): Sign {
  return signOfInteger(evaluateExact(network, point).output[0]!.numerator);
}

/** Parts of a segment's length at which its left is looked at. */
const STEPS = [-8, -20, -40, -80].map((exponent) => rational(1n, 1n << BigInt(-exponent)));

/**
 * The sign of f to the left of a chain, seen from its first point on; undefined where it could not be proved.
 *
 * Looked at is a point beside the middle m of the longest segment. If all neurons that are not zero at m have the same sign there, then every
 * pre-activation keeps its sign on the way, f is affine on it and zero at m, and has the sign of the end.
 */
function leftOf({ sum: { points }, network }: SidesRequest, rectangle: Rectangle, chain: Chain): Sign | undefined {
  const near = chain.points.map((id) => nearestPlace(points[id]!));
  const last = chain.closed ? near.length : near.length - 1;
  let longest = 0;
  let length = -1;
  for (let k = 0; k < last; k++) {
    const next = near[(k + 1) % near.length]!;
    const own = Math.hypot(next[0] - near[k]![0], next[1] - near[k]![1]);
    if (own > length) [length, longest] = [own, k];
  }
  const a = rectangle.lift(points[chain.points[longest]!]!);
  const b = rectangle.lift(points[chain.points[(longest + 1) % near.length]!]!);
  const [dx, dy] = rectangle.difference(a, b);
  const half = rational(1n, 2n);
  const middle = rectangle.moved(a, multiply(dx, half), multiply(dy, half));
  // Any direction to the left will do: one with few digits.
  const [nx, ny] = [negate(shortened(dy)), shortened(dx)];
  if (compare(multiply(dx, ny), multiply(dy, nx)) <= 0) return undefined;
  const here = evaluateExact(network, middle).pattern;
  for (const step of STEPS) {
    const { pattern, output } = evaluateExact(network, rectangle.moved(middle, multiply(nx, step), multiply(ny, step)));
    if (!here.every((layer, l) => layer.every((sign, j) => sign === 0 || sign === pattern[l]![j]))) continue;
    return signOfInteger(output[0]!.numerator);
  }
  return undefined;
}

function shortened({ numerator, denominator }: Rational): Rational {
  return rationalFromDouble(Math.fround(nearestDouble(numerator, denominator)));
}

/** 1 for a closed chain that runs counterclockwise, -1 for one that runs clockwise: the sign of its turn at its leftmost point. */
function orientationOf(points: readonly IntegerVector[], chain: readonly number[]): Sign {
  let first = 0;
  for (let k = 1; k < chain.length; k++) if (comesBefore(points[chain[k]!]!, points[chain[first]!]!)) first = k;
  const at = (k: number) => points[chain[(k + chain.length) % chain.length]!]!;
  return exactTurn(at(first - 1), at(first), at(first + 1));
}

/** Whether a point lies to the left of another, or below it. */
function comesBefore(a: IntegerVector, b: IntegerVector): boolean {
  for (let k = 0; k < 2; k++) {
    const difference = a.numerators[k]! * b.denominator - b.numerators[k]! * a.denominator;
    if (difference !== 0n) return difference < 0n;
  }
  return false;
}

/** An end of an arc on the border: the sign to the left of who enters there, and the other end. */
interface End {
  readonly place: BorderPlace;
  readonly arc: number;
  readonly left: Sign;
}

/** The signs of the components that meet the border; undefined where the hypothesis does not hold. */
function borderSigns(request: SidesRequest, rectangle: Rectangle, arcs: readonly Chain[]): Sign[] | undefined {
  const { points } = request.sum;
  const ends: End[] = [];
  for (const [arc, chain] of arcs.entries()) {
    const [first, ...others] = chain.points.map((id) => rectangle.placeOf(rectangle.lift(points[id]!)));
    const last = others.pop();
    const left = leftOf(request, rectangle, chain);
    if (first === undefined || last === undefined || left === undefined) return undefined;
    // The border is met at the ends alone.
    if (others.some((place) => place !== undefined)) return undefined;
    ends.push({ place: first, arc, left }, { place: last, arc, left: -left as Sign });
  }
  ends.sort((a, b) => a.place.edge - b.place.edge || compare(a.place.along, b.place.along));
  const other = ends.map(({ arc }, k) => ends.findIndex((end, l) => end.arc === arc && l !== k));
  const signs: Sign[] = [];
  const seen = new Uint8Array(ends.length);
  for (let begin = 0; begin < ends.length; begin++) {
    if (seen[begin] === 1) continue;
    // Interval k begins at end k; who enters at its other end has it on the left.
    const sign = ends[(begin + 1) % ends.length]!.left;
    for (let k = begin; seen[k] === 0; k = other[(k + 1) % ends.length]!) {
      if (ends[(k + 1) % ends.length]!.left !== sign)
        throw new Error(`sides: expected one sign along a component, got two`);
      seen[k] = 1;
    }
    signs.push(sign);
  }
  return signs;
}
