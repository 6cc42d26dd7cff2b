/**
 * What a tree is about: the network in the coordinates of the tree, on a box, a polytope, the whole space, or in charts of it.
 * docs/certificates.md, "Domains" and "Charts".
 */
import {
  add,
  compare,
  equal,
  multiply,
  negate,
  ONE,
  parseRational,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../exact/index.js';
import { require } from './bytes.js';
import { echelon, type Integers, isZero, overCommon, primitive, valueAt, whole, zeros } from './fractions.js';
import type { PlainNetwork } from './network.js';

export type PlainBox = readonly (readonly [low: Rational, high: Rational])[];

/** A layer behind the first one: integer weights and biases over `common`, and the slopes of the layer before it. */
interface DeepLayer {
  readonly matrix: readonly Integers[];
  readonly bias: Integers;
  readonly slopeDenominator: bigint;
  readonly slopes: readonly (readonly [bigint, bigint])[];
}

export interface PlainSubject {
  readonly network: PlainNetwork;
  /** How many coordinates a point has. */
  readonly coordinates: number;
  readonly box: PlainBox | undefined;
  /** Coordinates that the box leaves free; undefined where there is no box. */
  readonly free: readonly number[] | undefined;
  /** Rows that are >= 0 on the domain, and count as the first splits. */
  readonly conditions: readonly Integers[];
  /** The row that stands for the number 1 in the layers behind the first. */
  readonly constant: Integers;
  /** Sides of first-layer neurons that are settled on all of it. */
  readonly known: ReadonlyMap<number, 1 | -1>;
  readonly first: readonly Integers[];
  readonly deep: readonly DeepLayer[];
  /** Of the rows of every layer. */
  readonly denominators: readonly bigint[];
  readonly witnessLength: number;
}

interface Given {
  readonly first: readonly (readonly Rational[])[];
  readonly coordinates: number;
  readonly box?: PlainBox | undefined;
  readonly conditions?: readonly Integers[];
  readonly constant?: Integers;
  readonly known?: ReadonlyMap<number, 1 | -1>;
}

function subjectOf(
  network: PlainNetwork,
  { first, coordinates, box, conditions = [], constant, known }: Given,
): PlainSubject {
  const free = box?.flatMap(([low, high], i) => (equal(low, high) ? [] : [i]));
  const [entries, common] = overCommon(first.flat());
  const size = coordinates + 1;
  const denominators = first.length === 0 ? [] : [common];
  const deep = network.layers.slice(1).map(({ weights, bias }, l): DeepLayer => {
    const [numbers, own] = overCommon([...weights.flat(), ...bias]);
    const width = weights[0]!.length;
    const [slopes, slopeDenominator] = overCommon(network.layers[l]!.slopes!.flat());
    denominators.push(denominators[l]! * own * slopeDenominator);
    return {
      matrix: bias.map((_, k) => numbers.slice(k * width, (k + 1) * width)),
      bias: numbers.slice(numbers.length - bias.length),
      slopeDenominator,
      slopes: weights[0]!.map((_, j) => [slopes[2 * j]!, slopes[2 * j + 1]!] as const),
    };
  });
  return {
    network,
    coordinates,
    box,
    free,
    conditions,
    constant: constant ?? [...new Array<bigint>(coordinates).fill(0n), 1n],
    known: known ?? new Map(),
    first: first.map((_, k) => entries.slice(k * size, (k + 1) * size)),
    deep,
    denominators,
    witnessLength: free?.length ?? coordinates + 1,
  };
}

/** A witness as a point; undefined if it is not strictly inside. Homogeneous coordinates (y, t) stand for y / t. */
export function placed(
  subject: PlainSubject,
  witness: Integers,
  denominator: bigint,
): readonly [Integers, bigint] | undefined {
  const { box, free, conditions } = subject;
  let point: Integers = witness.slice(0, -1);
  let over = witness.at(-1)!;
  if (box !== undefined && free !== undefined) {
    const values = box.map(([low]) => low);
    for (const [k, i] of free.entries()) {
      const value = rational(witness[k]!, denominator);
      values[i] = value;
      if (compare(value, box[i]![0]) <= 0 || compare(value, box[i]![1]) >= 0) return undefined;
    }
    [point, over] = overCommon(values);
  }
  if (over <= 0n) return undefined;
  const inside = conditions.every((row) => row.every((entry) => entry === 0n) || valueAt(row, point, over) > 0n);
  return inside ? [point, over] : undefined;
}

interface StatedBound {
  readonly a: readonly string[];
  readonly b: string;
}
export interface PlainDomain {
  readonly whole?: unknown;
  readonly box?: readonly (readonly [string, string])[];
  readonly dimension?: number;
  readonly inequalities?: readonly StatedBound[];
  readonly equalities?: readonly StatedBound[];
}
export interface PlainHeader {
  readonly format: string;
  readonly version: unknown;
  readonly network: string;
  readonly domain: PlainDomain;
  readonly polytope?: PlainEvidence;
  readonly charts?: { readonly neurons: readonly number[]; readonly exponents: readonly number[] };
}
interface PlainEvidence {
  readonly implied: readonly Weights[];
  readonly bounds?: readonly (readonly { readonly bound: string; readonly by: Weights }[])[];
}
type Weights = readonly (readonly [number, string])[];

const OTHER_DIMENSION = 'the domain has another dimension than the network has inputs';
const rowsOf = ({ layers }: PlainNetwork) => (layers[0]?.weights ?? []).map((row, k) => [...row, layers[0]!.bias[k]!]);

/** The subject of a certificate without charts. */
export function plainSubject(network: PlainNetwork, { domain, polytope }: PlainHeader): PlainSubject {
  const { inputs } = network;
  const first = rowsOf(network);
  const form = Object.keys(domain).sort().join();
  const isOne = /^(whole|box|(box,)?dimension,(equalities,)?inequalities)$/.test(form);
  require(isOne, 'the header states no domain');
  if (domain.whole !== undefined) {
    require(domain.whole === inputs, OTHER_DIMENSION);
    return subjectOf(network, { first, coordinates: inputs });
  }
  if (domain.inequalities !== undefined) return onPolytope(network, domain, polytope);
  const box = domain.box!.map(([low, high]) => [parseRational(low), parseRational(high)] as const);
  require(box.length === inputs, OTHER_DIMENSION);
  require(box.every(([low, high]) => compare(low, high) <= 0), "the header's domain is empty");
  return subjectOf(network, { first, coordinates: inputs, box });
}

interface Condition {
  readonly row: Integers;
  readonly isEquality: boolean;
}

/** All conditions by number, as primitive rows that are >= 0 or = 0: inequalities, bounds of inputs, equalities. */
function conditionsOf({ dimension, inequalities = [], equalities = [], box = [] }: PlainDomain): Condition[] {
  const size = dimension!;
  const row = (a: readonly Rational[], b: Rational): Integers => {
    require(a.length === size, "the header's domain is not valid: a condition of another length");
    return primitive(overCommon([...a.map(negate), b])[0]);
  };
  const stated = (list: readonly StatedBound[]) => list.map(({ a, b }) => row(a.map(parseRational), parseRational(b)));
  require(box.length === 0 || box.length === size, "the header's domain is not valid: a box of another dimension");
  const bounds = box.flatMap(([low, high], i) => {
    const unit = zeros(size);
    unit[i] = ONE;
    return [row(unit.map(negate), negate(parseRational(low))), row(unit, parseRational(high))];
  });
  const all = [...stated(inequalities), ...bounds].map((one): Condition => ({ row: one, isEquality: false }));
  return [...all, ...stated(equalities).map((one) => ({ row: one, isEquality: true }))];
}

type Hull = readonly (readonly Rational[])[];

/** The solutions of equations: every input as a row in those inputs that the equations leave free. */
function hullOf(size: number, equations: readonly Integers[]): Hull {
  const { rows, pivots } = echelon(
    equations.map((row) => row.map(whole)),
    size,
  );
  require(rows.length === pivots.length, 'the domain is empty: its equalities contradict each other');
  const free = Array.from({ length: size }, (_, i) => i).filter((i) => !pivots.includes(i));
  require(free.length > 0, 'the domain is a single point');
  const places = [...free, size];
  return Array.from({ length: size }, (_, i) => {
    const solved = rows[pivots.indexOf(i)];
    return places.map((place) => (solved === undefined ? (place === i ? ONE : ZERO) : negate(solved[place]!)));
  });
}

/** A row on the inputs as one on the free ones. */
function restricted(row: readonly Rational[], hull: Hull): Rational[] {
  let sum = [...zeros(hull[0]!.length - 1), row.at(-1)!];
  hull.forEach((expression, i) => {
    const factor = row[i]!;
    if (!isZero(factor)) sum = sum.map((a, k) => add(a, multiply(factor, expression[k]!)));
  });
  return sum;
}

/** sum of weight * row */
function combined(
  rows: readonly Integers[],
  chosen: readonly (readonly [number, Rational])[],
  start: readonly Rational[],
) {
  return chosen.reduce<Rational[]>(
    (sum, [k, weight]) => sum.map((a, i) => add(a, multiply(weight, whole(rows[k]![i]!)))),
    [...start],
  );
}

function onPolytope(network: PlainNetwork, domain: PlainDomain, evidence: PlainEvidence | undefined): PlainSubject {
  const size = domain.dimension!;
  require(size === network.inputs, OTHER_DIMENSION);
  require(typeof evidence === 'object' && evidence !== null, 'the header has no evidence for its polytope');
  const conditions = conditionsOf(domain);
  const all = conditions.map(({ row }) => row);
  const weights = (stated: Weights) =>
    stated.map(([k, text]): readonly [number, Rational] => {
      const weight = parseRational(text);
      require(Number.isInteger(k) && conditions[k]?.isEquality === false, `there is no inequality ${k}`);
      require(weight.numerator > 0n, `the multiplier of inequality ${k} is not positive`);
      return [k, weight];
    });
  const equations = conditions.filter(({ isEquality }) => isEquality).map(({ row }) => row);
  let hull = hullOf(size, equations);
  for (const combination of evidence.implied) {
    const chosen = weights(combination);
    require(restricted(combined(all, chosen, zeros(size + 1)), hull).every(
      isZero,
    ), 'a combination of inequalities does not vanish');
    equations.push(...chosen.map(([k]) => all[k]!));
    hull = hullOf(size, equations);
  }
  const rows = all.map((row) => primitive(overCommon(restricted(row.map(whole), hull))[0]));
  const isPossible = (row: Integers) => row.slice(0, -1).some((entry) => entry !== 0n) || row.at(-1)! >= 0n;
  require(rows.every(isPossible), 'the domain is empty: a condition is satisfied nowhere');
  const first = rowsOf(network).map((row) => restricted(row, hull));
  const count = hull[0]!.length - 1;
  if (evidence.bounds === undefined) return subjectOf(network, { first, coordinates: count, conditions: rows });
  require(evidence.bounds.length === count, 'the header bounds another number of free inputs');
  const box = evidence.bounds.map((pair, v) => {
    const ends = ([1, -1] as const).map((side, at) => {
      const bound = parseRational(pair[at]!.bound);
      const start = [...zeros(count), multiply(whole(-side), bound)];
      start[v] = whole(side);
      const taken = weights(pair[at]!.by).map(([k, weight]) => [k, negate(weight)] as const);
      const rest = combined(rows, taken, start);
      const holds = rest.slice(0, -1).every(isZero) && rest.at(-1)!.numerator >= 0n;
      require(holds, `the header does not prove a bound of free input ${v}`);
      return bound;
    });
    return [ends[0]!, ends[1]!] as const;
  });
  return subjectOf(network, { first, coordinates: count, box, conditions: rows });
}

const MOST_CHART_NEURONS = 8;
const MOST_EXPONENT = 2000;

/** The whole space in charts: 2^r parts, each a simplex. */
export interface PlainCharts {
  readonly network: PlainNetwork;
  readonly neurons: readonly number[];
  readonly variables: number;
  /** The subject where the neurons have these sides. */
  part(sides: readonly (1 | -1)[]): PlainSubject;
}

export function plainCharts(
  network: PlainNetwork,
  { neurons, exponents }: NonNullable<PlainHeader['charts']>,
): PlainCharts {
  const [head] = network.layers;
  require(head !== undefined, 'charts: the network has no activation');
  const rows = rowsOf(network);
  const r = neurons.length;
  const integers = [...neurons, ...exponents].every(Number.isInteger);
  require(integers && exponents.length === r, 'charts: there are no neurons with as many exponents');
  require(r >= 1 && r <= MOST_CHART_NEURONS, `charts: there are not 1 to ${MOST_CHART_NEURONS} neurons`);
  require(exponents.every((e) => Math.abs(e) <= MOST_EXPONENT), `charts: an exponent is not within ${MOST_EXPONENT}`);
  for (const k of neurons) {
    const slopes = head.slopes![k];
    require(slopes !== undefined &&
      !equal(...(slopes as [Rational, Rational])), `charts: the first layer has no neuron ${k} that bends`);
  }
  const matrix = Array.from({ length: network.inputs }, (_, i) => [
    ...neurons.map((k) => rows[k]![i]!),
    ...rows.map((row) => row[i]!),
  ]);
  const { rows: solved, pivots } = echelon(matrix, r);
  require(pivots.length === r && solved.length === r, 'charts: the neurons do not span the first layer independently');
  // Row k is sum_j shares[k][j] * basis row j + constants[k].
  const shares = rows.map((_, k) => neurons.map((_, j) => solved[j]![r + k]!));
  const constants = rows.map((row, k) =>
    neurons.reduce((rest, b, j) => subtract(rest, multiply(shares[k]![j]!, rows[b]!.at(-1)!)), row.at(-1)!),
  );
  const power = (e: number) => (e < 0 ? rational(1n, 2n ** BigInt(-e)) : whole(2n ** BigInt(e)));
  const scales = exponents.map(power);
  const isLinear = constants.every(isZero) && network.layers.slice(1).every(({ bias }) => bias.every(isZero));
  const conical = r > 1 && isLinear;
  const n = conical ? r - 1 : r;
  const part = (sides: readonly (1 | -1)[]): PlainSubject => {
    const first = shares.map((own, k) => {
      const at = own.map((share, j) => multiply(multiply(whole(sides[j]!), share), scales[j]!));
      if (!conical) at.push(constants[k]!);
      const last = at.at(-1)!;
      return [...at.slice(0, -1).map((entry) => subtract(entry, last)), last];
    });
    // 1 minus the sum of all coordinates: the one that is left out.
    const constant = [...new Array<bigint>(n).fill(-1n), 1n];
    const box = new Array(n).fill([ZERO, ONE] as const);
    const known = new Map(neurons.map((k, j) => [k, sides[j]!]));
    return subjectOf(network, { first, coordinates: n, box, conditions: n > 1 ? [constant] : [], constant, known });
  };
  return { network, neurons, variables: n, part };
}
