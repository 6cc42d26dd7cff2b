/**
 * The expected answers of a case, worked out without the engines: from the cells that the checker proved, and the network's
 * definition in plain fractions.
 */
import {
  add,
  compare,
  formatRational,
  multiply,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
} from '../../../src/exact/rational.js';
import { jsonOfRational } from '../../../src/formats/input/numbers.js';
import type { Domain, LinearBound, PolytopeDomain } from '../../../src/network/domain.js';
import { bends, type Network } from '../../../src/network/network.js';
import type { ConformanceCase, Expected } from '../../../src/oracle/conformance/case.js';
import type { CertifiedPartition } from '../../../src/oracle/conformance/cells.js';
import { sha256Of } from '../../../src/oracle/conformance/suite.js';
import { piecesAndMaps } from '../references/pieces.js';
import { affineOn, signsOf, valueAt, valuesAt } from '../references/plain-network.js';
import type { CaseSpec, Point } from './case-spec.js';

/** Most cells whose patterns a case asks for, among which it asks to locate points, whose patterns its file spells out. */
const MOST_PATTERNS = 1500;
const MOST_LOCATED = 250;
const MOST_LISTED = 64;

export const exactPoint = (point: Point): Rational[] =>
  point.map((x) => (typeof x === 'number' ? rationalFromDouble(x) : parseRational(x)));

/** Points of the domain in no special position: every coordinate at another fraction of its interval. */
function generalPoints(domain: Domain, inputs: number): Rational[][] {
  // 2/5, 3/7, 4/9, ... and 5/7, 7/11, 9/15, ...
  const below = (i: number) => rational(BigInt(i + 2), BigInt(2 * i + 5));
  const above = (i: number) => rational(BigInt(2 * i + 5), BigInt(4 * i + 7));
  return [pointAt(domain, inputs, below), pointAt(domain, inputs, above)];
}

/** The point at the given fractions of the intervals; of R^n the point with these coordinates, every other one negative. */
function pointAt(domain: Domain, inputs: number, fractionOf: (i: number) => Rational): Rational[] {
  return Array.from({ length: inputs }, (_, i) => {
    const fraction = multiply(fractionOf(i), rational(domain.kind === 'box' || i % 2 === 0 ? 1n : -1n));
    if (domain.kind !== 'box') return fraction;
    const length = subtract(domain.upper[i]!, domain.lower[i]!);
    const step = multiply(length, fraction);
    return rational(
      domain.lower[i]!.numerator * step.denominator + step.numerator * domain.lower[i]!.denominator,
      domain.lower[i]!.denominator * step.denominator,
    );
  });
}

function isInside(domain: Domain, point: readonly Rational[], strictly: boolean): boolean {
  if (domain.kind === 'polytope') return isInPolytope(domain, point, strictly);
  if (domain.kind !== 'box') return true;
  const least = strictly ? 1 : 0;
  return point.every((x, i) => compare(x, domain.lower[i]!) >= least && compare(domain.upper[i]!, x) >= least);
}

function isInPolytope(domain: PolytopeDomain, point: readonly Rational[], strictly: boolean): boolean {
  const { inequalities, equalities, box } = domain;
  const slack = ({ coefficients, bound }: LinearBound) =>
    compare(
      bound,
      coefficients.reduce((total, a, i) => add(total, multiply(a, point[i]!)), rational(0n)),
    );
  return (
    inequalities.every((inequality) => slack(inequality) >= (strictly ? 1 : 0)) &&
    equalities.every((equality) => slack(equality) === 0) &&
    (box === undefined || isInside(box, point, strictly))
  );
}

/** The cells that contain a point of the domain: no inequality of theirs is violated. */
function cellsAt(network: Network, patterns: readonly string[], point: readonly Rational[]): string[] {
  return patterns.filter((pattern) => {
    const signs = signsOf(pattern);
    return affineOn(network, signs).layers.every((rows, l) =>
      rows.every((row, j) => {
        const sign = bends(network.layers[l]!.slopes[j]!) ? signs[l]![j]! : 0;
        return sign * Number(valueAt(row, point).numerator > 0n ? 1 : valueAt(row, point).numerator < 0n ? -1 : 0) >= 0;
      }),
    );
  });
}

function jacobianOn(network: Network, signs: readonly (readonly number[])[]): string[][] {
  return affineOn(network, signs).output.map((row) => row.slice(0, network.inputs).map(formatRational));
}

function distinct(matrices: readonly string[][][]): string[][][] {
  const byText = new Map(matrices.map((matrix) => [JSON.stringify(matrix), matrix]));
  return [...byText.keys()].sort().map((key) => byText.get(key)!);
}

type Questions = ConformanceCase['questions'];

/** What a case asks: everything that can be answered in a few hundred kilobytes. */
export function questionsOfSpec(spec: CaseSpec, network: Network, domain: Domain, cells: number): Questions {
  const general = spec.inside ?? generalPoints(domain, network.inputs).map((point) => point.map(jsonOfRational));
  const points = (more: readonly Point[] = []) => ({ points: [...general, ...more].map((point) => [...point]) });
  return {
    cells: {},
    cellsPerLayer: {},
    ...(cells <= MOST_PATTERNS && { patterns: {} }),
    ...(spec.regions === true && { pieces: {}, maps: {} }),
    evaluate: points(spec.evaluate),
    gradient: points(spec.gradient),
    ...(spec.clarke !== undefined && { clarke: { points: spec.clarke.map((point) => [...point]) } }),
    ...(cells <= MOST_LOCATED && { locate: points(spec.locate) }),
  };
}

/** SHA-256 of the patterns, sorted, a line each. */
export function patternsDigest(patterns: readonly string[]): string {
  return sha256Of(
    [...patterns]
      .sort()
      .map((pattern) => `${pattern}\n`)
      .join(''),
  );
}

/** The exact answers to the questions. */
export function expectedAnswers(
  network: Network,
  domain: Domain,
  partition: CertifiedPartition,
  questions: Questions,
): Expected {
  const patterns = partition.cells.map(({ pattern }) => pattern).sort();
  const at = (question: 'evaluate' | 'gradient' | 'clarke' | 'locate') => {
    const points = questions[question]?.points.map(exactPoint) ?? [];
    for (const point of points) {
      if (isInside(domain, point, question === 'clarke')) continue;
      throw new RangeError(`conformance: ${question} at (${point.map(formatRational)}) is not inside the domain`);
    }
    return points;
  };
  const clarke = (point: readonly Rational[]) =>
    distinct(cellsAt(network, patterns, point).map((pattern) => jacobianOn(network, signsOf(pattern))));
  return {
    cells: partition.cells.length,
    cellsPerLayer: [...partition.cellsPerLayer],
    ...(questions.patterns && {
      patterns: {
        sha256: patternsDigest(patterns),
        ...(patterns.length <= MOST_LISTED && { list: patterns }),
      },
    }),
    ...(questions.maps && piecesAndMaps(network, domain, patterns)),
    evaluate: at('evaluate').map((point) => valuesAt(network, point).output.map(formatRational)),
    gradient: at('gradient').map((point) => jacobianOn(network, valuesAt(network, point).signs)),
    ...(questions.clarke && { clarke: at('clarke').map(clarke) }),
    ...(questions.locate && { locate: at('locate').map((point) => cellsAt(network, patterns, point)) }),
  };
}
