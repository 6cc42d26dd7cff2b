/**
 * Claimed points, one for each cell, and claimed values at points.
 */
import { type Cell, patternOf, patternText } from '../../analysis/cells/index.js';
import type { Rational } from '../../exact/index.js';
import { compare, ZERO } from '../../exact/index.js';
import type { Domain } from '../../network/index.js';
import { affineOnPattern, bends, evaluateExact, type Network, rationalAffine } from '../../network/index.js';
import { partitionProblem } from '../../problem/index.js';
import type { PointsClaim, ValuesClaim } from '../claims/index.js';
import { numberError } from '../claims/index.js';
import { type CompareOptions, DEFAULT_LIST, missingCell } from './patterns.js';
import { isInDomain, sortablePoints, variablesOf } from './placed-points.js';
import { sortClaims } from './sort-claims.js';
import {
  type Duplicate,
  Findings,
  type MisplacedPoint,
  type MissingCell,
  type VerdictOf,
  type WrongNumber,
} from './verdict.js';

/** The neurons that bend on whose crease a point lies. */
export function zerosAt(network: Network, point: readonly Rational[]): [number, number][] {
  const { pattern } = evaluateExact(network, point);
  return pattern.flatMap((signs, l) =>
    signs.flatMap((sign, j): [number, number][] =>
      sign === 0 && bends(network.layers[l]!.slopes[j]!) ? [[l, j]] : [],
    ),
  );
}

/**
 * The verdict on points that are claimed to lie in one cell each, and in every cell one.
 *
 * A point on the boundary of the domain belongs to the one cell that it touches.
 *
 * @throws DomainError, EngineError as counting does; the signal's reason if it was aborted
 */
export async function comparePoints(
  network: Network,
  domain: Domain,
  { points }: PointsClaim,
  options: CompareOptions = {},
): Promise<VerdictOf<'points'>> {
  const problem = partitionProblem(network, domain);
  const limit = options.list ?? DEFAULT_LIST;
  const missing = new Findings<MissingCell>(limit);
  const misplaced = new Findings<MisplacedPoint>(limit);
  const duplicates = new Findings<Duplicate>(limit);
  const inside = points.flatMap((point, claim) => (isInDomain(domain, point) ? [claim] : []));
  const toVariables = variablesOf(problem);
  const reached = new Uint8Array(points.length);
  let matched = 0;
  const visit = (cell: Cell, here: Int32Array) => {
    const claims = Array.from(here, (k) => inside[k]!).sort((a, b) => a - b);
    for (const claim of claims) reached[claim] = 1;
    const [first, ...again] = claims;
    if (first === undefined) missing.add(() => missingCell(cell));
    else matched++;
    for (const claim of again) duplicates.add(() => ({ claim, first: first!, pattern: patternText(patternOf(cell)) }));
  };
  const sortable = sortablePoints(
    problem,
    inside.map((claim) => toVariables(points[claim]!)),
  );
  const cells = await sortClaims(problem, sortable, visit, { ...options, withoutOutput: true });
  points.forEach((point, claim) => {
    if (reached[claim] === 1) return;
    misplaced.add(() =>
      isInDomain(domain, point)
        ? { claim, point, kind: 'on a crease', zeros: zerosAt(network, point) }
        : { claim, point, kind: 'outside the domain' },
    );
  });
  return {
    kind: 'points',
    rule: 'by witness',
    agrees: missing.count + misplaced.count + duplicates.count === 0,
    claimed: points.length,
    cells,
    matched,
    missing: missing.listed(),
    misplaced: misplaced.listed(),
    duplicates: duplicates.listed(),
  };
}

/** Points between two looks at the event loop. */
const SLICE = 64;

/**
 * The verdict on outputs and Jacobians at points; where a neuron is 0 the derivative is that of its negative side.
 *
 * Cost: one exact evaluation per point, and one composition of affine maps per Jacobian.
 *
 * @throws the signal's reason if it was aborted
 */
export async function compareValues(
  network: Network,
  { points, outputs, jacobians, precision }: ValuesClaim,
  { list, signal }: CompareOptions = {},
): Promise<VerdictOf<'values'>> {
  const wrong = new Findings<WrongNumber & { readonly point: readonly Rational[] }>(list ?? DEFAULT_LIST);
  let numbers = 0;
  let largest: WrongNumber | undefined;
  for (const [claim, point] of points.entries()) {
    let worst: WrongNumber | undefined;
    const look = (place: string, claimed: Rational, exact: Rational) => {
      numbers++;
      const { error, allowed, wrong: isWrong } = numberError(claimed, exact, precision);
      const found = { claim, place, claimed, exact, error, allowed };
      if (compare(error, largest?.error ?? ZERO) > 0) largest = found;
      if (isWrong && compare(error, worst?.error ?? ZERO) > 0) worst = found;
    };
    const { output, pattern } = evaluateExact(network, point);
    for (const [k, claimed] of (outputs?.[claim] ?? []).entries()) look(`outputs[${k}]`, claimed, output[k]!);
    if (jacobians !== undefined) {
      const { jacobian } = rationalAffine(affineOnPattern(network, pattern));
      for (const [k, row] of jacobians[claim]!.entries()) {
        for (const [i, claimed] of row.entries()) look(`jacobian[${k}][${i}]`, claimed, jacobian[k]![i]!);
      }
    }
    if (worst !== undefined) {
      const found = worst;
      wrong.add(() => ({ ...found, point }));
    }
    if (claim % SLICE === SLICE - 1) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  }
  return {
    kind: 'values',
    rule: 'by value',
    agrees: wrong.count === 0,
    claimed: points.length,
    numbers,
    wrong: wrong.listed(),
    ...(largest && { largest }),
    precision,
  };
}
