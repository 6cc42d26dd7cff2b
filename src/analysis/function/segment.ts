/**
 * A network along a segment: its exact breakpoints and the affine piece between each two.
 *
 * Layer by layer the values at the breakpoints are exact rationals, and between two of them every pre-activation is linear,
 * so that each sign change adds one breakpoint (Sotoudeh and Thakur 2019, "Computing linear restrictions of neural
 * networks"). No engine and no linear program is involved, which makes this an independent witness for both.
 */
import {
  add,
  compare,
  divide,
  type IntegerVector,
  integersFromRationals,
  multiply,
  ONE,
  type Rational,
  rationalsFromIntegers,
  subtract,
  ZERO,
} from '../../exact/index.js';
import { applyAffine, bends, DomainError, type Network, type Slopes } from '../../network/index.js';

/** The affine function value(t) = constant + slope t of every output on start <= t <= end. */
export interface SegmentPiece {
  readonly start: Rational;
  readonly end: Rational;
  readonly slope: readonly Rational[];
  readonly constant: readonly Rational[];
}

export interface SegmentPartition {
  /** Parameters 0 = t_0 < ... < t_m = 1 of the ends and of every crease crossed in between. */
  readonly breakpoints: readonly Rational[];
  /** The cell between t_i and t_{i+1}. */
  readonly cells: readonly SegmentPiece[];
}

/** A point of the segment and the exact values that the layers so far have there. */
interface Station {
  readonly t: Rational;
  readonly values: IntegerVector;
}

/** (1 - s) a + s b, s in [0, 1]. */
function between(a: IntegerVector, b: IntegerVector, s: Rational): IntegerVector {
  const rest = s.denominator - s.numerator;
  return {
    numerators: a.numerators.map((x, i) => x * b.denominator * rest + b.numerators[i]! * a.denominator * s.numerator),
    denominator: a.denominator * b.denominator * s.denominator,
  };
}

/** Where in (0, 1) the bending pre-activations change sign between two stations, increasing and distinct. */
function crossings(a: IntegerVector, b: IntegerVector, slopes: readonly Slopes[]): Rational[] {
  const found: Rational[] = [];
  slopes.forEach((slope, j) => {
    const from = { numerator: a.numerators[j]!, denominator: a.denominator };
    const to = { numerator: b.numerators[j]!, denominator: b.denominator };
    if (bends(slope) && from.numerator * to.numerator < 0n) found.push(divide(from, subtract(from, to)));
  });
  found.sort(compare);
  return found.filter((s, i) => i === 0 || compare(s, found[i - 1]!) !== 0);
}

function activated(values: IntegerVector, slopes: readonly Slopes[]): IntegerVector {
  return integersFromRationals(
    rationalsFromIntegers(values).map((x, j) =>
      multiply(x, compare(x, ZERO) > 0 ? slopes[j]!.positive : slopes[j]!.negative),
    ),
  );
}

/** The stations with one more at every crossing. @param layer their pre-activations */
function refined(stations: readonly Station[], slopes: readonly Slopes[]): Station[] {
  return stations.flatMap((station, i) => {
    const next = stations[i + 1];
    if (next === undefined) return [station];
    const inside = crossings(station.values, next.values, slopes).map((s) => ({
      t: add(station.t, multiply(s, subtract(next.t, station.t))),
      values: between(station.values, next.values, s),
    }));
    return [station, ...inside];
  });
}

/**
 * The partition of the segment from one point to another, parametrised by t in [0, 1].
 *
 * A breakpoint is where the pattern changes. A crease that the segment only touches, or runs along, makes none, and
 * neither does a neuron that does not bend.
 *
 * Cost: per layer one exact matrix product per breakpoint so far.
 * @throws DomainError if the points lie in another space or coincide
 */
export function segmentPartition(
  network: Network,
  from: readonly Rational[],
  to: readonly Rational[],
): SegmentPartition {
  for (const point of [from, to]) {
    if (point.length !== network.inputs) {
      throw new DomainError(`segment: expected points with ${network.inputs} coordinates, got ${point.length}`);
    }
  }
  if (from.every((x, i) => compare(x, to[i]!) === 0)) {
    throw new DomainError('segment: expected two different points, got one twice');
  }
  let stations: Station[] = [
    { t: ZERO, values: integersFromRationals(from) },
    { t: ONE, values: integersFromRationals(to) },
  ];
  for (const { affine, slopes } of network.layers) {
    const pre = stations.map(({ t, values }) => ({ t, values: applyAffine(affine, values) }));
    stations = refined(pre, slopes).map(({ t, values }) => ({ t, values: activated(values, slopes) }));
  }
  const outputs = stations.map(({ t, values }) => ({
    t,
    values: rationalsFromIntegers(applyAffine(network.output, values)),
  }));
  return {
    breakpoints: outputs.map(({ t }) => t),
    cells: outputs.slice(1).map((end, i) => pieceBetween(outputs[i]!, end)),
  };
}

interface Value {
  readonly t: Rational;
  readonly values: readonly Rational[];
}

function pieceBetween(start: Value, end: Value): SegmentPiece {
  const length = subtract(end.t, start.t);
  const slope = end.values.map((value, k) => divide(subtract(value, start.values[k]!), length));
  const constant = start.values.map((value, k) => subtract(value, multiply(slope[k]!, start.t)));
  return { start: start.t, end: end.t, slope, constant };
}
