/**
 * A partition problem: a network on a domain, lowered to the form in which engines work.
 *
 * The domain becomes a full-dimensional box in `variables` coordinates:
 *
 * - a box keeps its coordinates; inputs that it fixes (lower = upper) are substituted into the first layer, and an interval
 *   so thin or so far out that doubles cannot hold it is mapped to [0, 1];
 * - the whole space R^d becomes the box [-1, 1]^d x [0, 1] in homogeneous coordinates (y, t), x = y / t: a bias c becomes
 *   c t, every pre-activation becomes linear, and each cell of R^d becomes the cone over it, cut off by the box. Cones with
 *   apex 0 have interior if and only if they have interior inside the box, so the cells correspond one to one;
 * - a polytope is restricted to its affine hull (`problem/polytope/domain.ts`); a bounded one then becomes a box around it, an
 *   unbounded one the box of the whole space. The inequalities that cut this box are the rows of one more layer behind those
 *   of the network: the walk takes their positive sides before anything else.
 *
 * Where asked for, the whole space and unbounded polytopes are first restricted to as many inputs as the first layer and the
 * inequalities have independent columns (`row-space.ts`).
 *
 * Rows are affine functions of the variables with `variables + 1` entries, the last one constant; biases enter at
 * `biasSlot` (the constant of a box, the coordinate t of the whole space).
 */
import {
  add,
  compare,
  equal,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  multiply,
  nearestDouble,
  nextDown,
  nextUp,
  ONE,
  type Rational,
  rational,
  rationalFromDouble,
  rationalsFromIntegers,
  subtract,
  ZERO,
} from '../exact/index.js';
import type { AffineHull } from '../network/index.js';
import {
  type AffineMap,
  affineFromIntegers,
  applyAffine,
  type BoxDomain,
  box,
  type ChartBasis,
  type Domain,
  DomainError,
  dimensionOf,
  fixedInputs,
  forEachInRow,
  type Network,
  precompose,
  type WholeDomain,
  whole,
} from '../network/index.js';
import { bendsOf, givenLayer, type ProblemLayer, problemLayer } from './layer.js';
import { type PreparedPolytope, preparePolytope } from './polytope/domain.js';
import type { Restricted } from './polytope/system.js';
import { essentialInputs } from './row-space.js';

/** Rows that are the same on every path, over one denominator. */
export interface GivenRows {
  /** width x (variables + 1), row-major. */
  readonly numerators: readonly bigint[];
  readonly denominator: bigint;
  /** Their nearest doubles, and whether these are exact. */
  readonly doubles: Float64Array;
  readonly isExact: boolean;
}

/** The parts into which some creases of the first layer cut the whole space, each as a bounded problem (`charts.ts`). */
export interface PartitionCharts {
  /** The neurons of the first layer at which the split tree begins. */
  readonly basis: ChartBasis;
  /** How many variables the parts have. */
  readonly variables: number;
  /** The problem of the part where the neurons of the basis have these sides. */
  part(sides: readonly (1 | -1)[]): PartitionProblem;
}

export interface PartitionProblem {
  readonly network: Network;
  readonly domain: Domain;
  readonly variables: number;
  /** True when the last variable is the homogenising t. */
  readonly homogeneous: boolean;
  /** Where biases enter a row. */
  readonly biasSlot: number;
  /** Doubles inside the box: points between them lie in the domain. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Doubles outside the box: bounds over them hold on the domain. */
  readonly outerLower: Float64Array;
  readonly outerUpper: Float64Array;
  /** X_i >= |x_i| on the box. */
  readonly magnitude: Float64Array;
  /** The exact box over one denominator. */
  readonly exactLower: readonly bigint[];
  readonly exactUpper: readonly bigint[];
  readonly boxDenominator: bigint;
  /** The activation layers of the network; behind them, if there are any, the rows of the domain as layer `depth`. */
  readonly layers: readonly ProblemLayer[];
  /** The number of activation layers. */
  readonly depth: number;
  readonly first: GivenRows;
  /** The rows of the domain; empty for boxes and the whole space. */
  readonly given: GivenRows;
  /** For each row of the domain the number of its condition, and how many conditions there are. */
  readonly givenConditions: readonly number[];
  readonly conditions: number;
  /** False if some variable is a rescaled input or inputs are left out: then points of the variables are not those of the inputs. */
  readonly plainCoordinates: boolean;
  /** The point of R^d that a point in the variables stands for. */
  lift(point: IntegerVector): Rational[];
  /** For each variable, but for a homogenising one, the input that it stands for. */
  readonly freeInputNumbers: readonly number[];
  /** Whether inputs depend on each other on the domain: it is flat in other directions than those of inputs. */
  readonly isSkew: boolean;
  /** Neurons of the first layer (1 each) that the split tree begins with where they cut, if there are such (`symmetry/plan.ts`). */
  readonly cuts?: Uint8Array;
  /** The parts of the whole space, if it is to be walked part by part; the other fields then are those of the space. */
  readonly charts?: PartitionCharts;
  /** The inputs that the domain does not fix, at a point in the variables; homogeneous coordinates stay as they are. */
  freeInputs(point: IntegerVector): IntegerVector;
}

/** The largest double that is at most the value (infinite beyond the range). */
function roundDown(value: Rational): number {
  const near = nearestDouble(value.numerator, value.denominator);
  return Number.isFinite(near) && compare(rationalFromDouble(near), value) > 0 ? nextDown(near) : near;
}

/** The smallest double that is at least the value (infinite beyond the range). */
function roundUp(value: Rational): number {
  const near = nearestDouble(value.numerator, value.denominator);
  return Number.isFinite(near) && compare(rationalFromDouble(near), value) < 0 ? nextUp(near) : near;
}

interface Coordinates {
  readonly variables: number;
  readonly homogeneous: boolean;
  readonly biasSlot: number;
  readonly lower: readonly Rational[];
  readonly upper: readonly Rational[];
  /** For each variable the network input it stands for; fixed inputs with their values, unless they are 0 in a whole space. */
  readonly inputs: readonly number[];
  readonly fixed: ReadonlyMap<number, Rational>;
  /** For each variable v the input's value offset + factor * v: (0, 1) wherever doubles can hold the interval. */
  readonly offset: readonly Rational[];
  readonly factor: readonly Rational[];
}

/** Whether doubles can hold the interval with room inside. */
function hasDoubles(lower: Rational, upper: Rational): boolean {
  const lo = roundUp(lower);
  const hi = roundDown(upper);
  return lo < hi && Number.isFinite(hi - lo);
}

/** @param essential the inputs of a whole space that stay variables; the others become 0 */
function coordinatesOf(domain: BoxDomain | WholeDomain, essential: readonly number[]): Coordinates {
  if (domain.kind === 'whole') {
    const d = essential.length;
    const minusOne = { numerator: -1n, denominator: 1n };
    return {
      variables: d + 1,
      homogeneous: true,
      biasSlot: d,
      lower: [...new Array<Rational>(d).fill(minusOne), ZERO],
      upper: new Array<Rational>(d + 1).fill(ONE),
      inputs: essential,
      fixed: new Map(),
      offset: new Array<Rational>(d).fill(ZERO),
      factor: new Array<Rational>(d).fill(ONE),
    };
  }
  const fixed = new Map(fixedInputs(domain).map((i) => [i, domain.lower[i]!]));
  const inputs = domain.lower.flatMap((_, i) => (fixed.has(i) ? [] : [i]));
  const direct = inputs.map((i) => hasDoubles(domain.lower[i]!, domain.upper[i]!));
  return {
    variables: inputs.length,
    homogeneous: false,
    biasSlot: inputs.length,
    lower: inputs.map((i, v) => (direct[v] ? domain.lower[i]! : ZERO)),
    upper: inputs.map((i, v) => (direct[v] ? domain.upper[i]! : ONE)),
    inputs,
    fixed,
    offset: inputs.map((i, v) => (direct[v] ? ZERO : domain.lower[i]!)),
    factor: inputs.map((i, v) => (direct[v] ? ONE : subtract(domain.upper[i]!, domain.lower[i]!))),
  };
}

/** An affine map of the inputs in the variables: exact rows of n + 1 entries, row-major, not yet over one denominator. */
function rowsIn(coordinates: Coordinates, map: AffineMap): GivenRows {
  const { inputs, fixed, variables, biasSlot, offset, factor } = coordinates;
  const exact = map.integers();
  const common = integersFromRationals([...fixed.values(), ...offset, ...factor]);
  const scale = common.denominator;
  const offsets = common.numerators.slice(fixed.size, fixed.size + inputs.length);
  const factors = common.numerators.slice(fixed.size + inputs.length);
  const numerators = new Array<bigint>(map.outputs * (variables + 1)).fill(0n);
  const variableOf = new Map(inputs.map((input, v) => [input, v]));
  const fixedAt = new Map([...fixed.keys()].map((input, f) => [input, common.numerators[f]!]));
  for (let r = 0; r < map.outputs; r++) {
    const start = r * (variables + 1);
    let constant = exact.bias[r]! * scale;
    forEachInRow(exact.pattern, r, (input, e) => {
      const weight = exact.values[e]!;
      const v = variableOf.get(input);
      // An input of a whole space that is no variable is 0.
      if (v === undefined) {
        constant += weight * (fixedAt.get(input) ?? 0n);
        return;
      }
      numerators[start + v] = weight * factors[v]!;
      constant += weight * offsets[v]!;
    });
    numerators[start + biasSlot]! += constant;
  }
  return givenRows(numerators, exact.denominator * scale);
}

/** Rows that are the same on every path. */
export function givenRows(numerators: readonly bigint[], denominator: bigint): GivenRows {
  const doubles = Float64Array.from(numerators, (n) => nearestDouble(n, denominator));
  return { numerators, denominator, doubles, isExact: sameNumbers(doubles, numerators, denominator) };
}

/** A domain in the coordinates of its affine hull. */
interface HullDomain {
  readonly domain: BoxDomain | WholeDomain;
  /** What else bounds it. */
  readonly polytope?: PreparedPolytope;
}

function onHull(domain: Domain): HullDomain {
  if (domain.kind !== 'polytope') return { domain };
  const polytope = preparePolytope(domain);
  const { box: bounds, hull } = polytope;
  return { domain: bounds === undefined ? whole(hull.free.length) : box(bounds.lower, bounds.upper), polytope };
}

/** The rows of a polytope's inequalities as an affine map of the free coordinates. */
function mapOfGiven(given: readonly Restricted[], inputs: number): AffineMap {
  return affineFromIntegers({
    outputs: given.length,
    inputs,
    weights: given.flatMap(({ row }) => row.slice(0, inputs)),
    bias: given.map(({ row }) => row[inputs]!),
    denominator: 1n,
  });
}

/** Whether no input is free. */
function isOnePoint(domain: BoxDomain | WholeDomain): boolean {
  return dimensionOf(domain) === fixedInputs(domain).length;
}

export interface ProblemOptions {
  /**
   * Whether inputs that the others stand for (`row-space.ts`) are left out on an unbounded domain: cells, patterns and
   * evidence are the same, and so are the points inside cells, but faces, maps and volumes are not in all inputs.
   */
  readonly rowSpace?: boolean;
}

/**
 * Lowers a network on a domain.
 *
 * @throws DomainError if the domain has another dimension than the network's input, is a single point, or empty
 */
export function partitionProblem(network: Network, domain: Domain, options: ProblemOptions = {}): PartitionProblem {
  const dimension = dimensionOf(domain);
  if (dimension !== network.inputs) {
    throw new DomainError(`domain: expected ${network.inputs} intervals, one per input, got ${dimension}`);
  }
  const { domain: within, polytope } = onHull(domain);
  if (isOnePoint(within)) {
    throw new DomainError(
      'domain: every input is fixed, so it is one point; use `relu-atlas eval`, or widen an interval',
    );
  }
  const { layers: onFree } = polytope?.hull.map === undefined ? network : precompose(network, polytope.hull.map);
  const head = onFree[0];
  const given = polytope?.given ?? [];
  const mapGiven = mapOfGiven(given, dimensionOf(within));
  const every = Array.from({ length: dimensionOf(within) }, (_, i) => i);
  const essential =
    options.rowSpace === true && within.kind === 'whole' && head !== undefined
      ? essentialInputs([head.affine, mapGiven], every.length)
      : every;
  const coordinates = coordinatesOf(within, essential);
  const isReduced = essential.length < every.length;
  const { variables, homogeneous, biasSlot, lower, upper } = coordinates;
  const bounds = integersFromRationals([...lower, ...upper]);
  const outerLower = Float64Array.from(lower, roundDown);
  const outerUpper = Float64Array.from(upper, roundUp);
  const magnitude = outerLower.map((lo, i) => Math.max(Math.abs(lo), Math.abs(outerUpper[i]!)));
  const scale = magnitude.reduce((sum, x) => sum + x, variables);
  const layers = onFree.map((layer, l) =>
    l === 0
      ? givenLayer(bendsOf(layer.slopes), scale)
      : problemLayer(layer.affine, layer.slopes, onFree[l - 1]!.slopes, scale),
  );
  if (given.length > 0) layers.push(givenLayer(new Uint8Array(given.length).fill(1), scale));
  return {
    network,
    domain,
    variables,
    homogeneous,
    biasSlot,
    lower: Float64Array.from(lower, roundUp),
    upper: Float64Array.from(upper, roundDown),
    outerLower,
    outerUpper,
    magnitude,
    exactLower: bounds.numerators.slice(0, variables),
    exactUpper: bounds.numerators.slice(variables),
    boxDenominator: bounds.denominator,
    layers,
    depth: onFree.length,
    first: head === undefined ? givenRows([], 1n) : rowsIn(coordinates, head.affine),
    given: rowsIn(coordinates, mapGiven),
    givenConditions: given.map(({ condition }) => condition),
    conditions: polytope?.conditions ?? 0,
    plainCoordinates:
      !isReduced && coordinates.factor.every((f, i) => equal(f, ONE) && equal(coordinates.offset[i]!, ZERO)),
    lift: (point) => liftFrom(coordinates, dimensionOf(within), polytope?.hull, point),
    freeInputs: (point) => freeInputs(coordinates, every.length, point),
    isSkew: polytope?.hull.isSkew === true,
    freeInputNumbers: coordinates.inputs.map((input) => polytope?.hull.free[input] ?? input),
  };
}

/** Whether doubles are exactly the numbers numerators / denominator. */
function sameNumbers(doubles: Float64Array, numerators: readonly bigint[], denominator: bigint): boolean {
  if (!doubles.every(Number.isFinite)) return false;
  const back = integersFromDoubles(doubles);
  return numerators.every((n, i) => n * back.denominator === back.numerators[i]! * denominator);
}

/** The point of the input space that a point in the variables stands for. */
function liftFrom(
  coordinates: Coordinates,
  dimension: number,
  hull: AffineHull | undefined,
  point: IntegerVector,
): Rational[] {
  const free = lift(coordinates, dimension, point);
  return hull?.map === undefined ? free : rationalsFromIntegers(applyAffine(hull.map, integersFromRationals(free)));
}

function lift(coordinates: Coordinates, dimension: number, point: IntegerVector): Rational[] {
  const { inputs, fixed, homogeneous, variables, offset, factor } = coordinates;
  const divisor = homogeneous ? point.numerators[variables - 1]! : point.denominator;
  const result = new Array<Rational>(dimension).fill(ZERO);
  inputs.forEach((input, v) => {
    result[input] = add(offset[v]!, multiply(factor[v]!, rational(point.numerators[v]!, divisor)));
  });
  for (const [input, value] of fixed) result[input] = value;
  return result;
}

function freeInputs(coordinates: Coordinates, dimension: number, point: IntegerVector): IntegerVector {
  const { offset, factor, inputs, homogeneous } = coordinates;
  if (homogeneous) {
    const numerators = new Array<bigint>(dimension + 1).fill(0n);
    inputs.forEach((input, v) => {
      numerators[input] = point.numerators[v]!;
    });
    numerators[dimension] = point.numerators[inputs.length]!;
    return { numerators, denominator: point.denominator };
  }
  return integersFromRationals(
    point.numerators.map((n, v) => add(offset[v]!, multiply(factor[v]!, rational(n, point.denominator)))),
  );
}

/** The centre of the box: a point strictly inside the domain. */
export function centreOf(problem: PartitionProblem): Rational[] {
  const half = rational(1n, 2n);
  return problem.exactLower.map((lo, i) =>
    multiply(half, add(rational(lo, problem.boxDenominator), rational(problem.exactUpper[i]!, problem.boxDenominator))),
  );
}
