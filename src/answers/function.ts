/**
 * Answers about the function on a domain: facts, differences, boundaries.
 */
import {
  type Boundary,
  boundaryCurves,
  type Difference,
  type Extreme,
  type FunctionFacts,
  type OutputRange,
  type PairBoundary,
} from '../analysis/function/index.js';
import { jsonOfRational } from '../formats/index.js';
import type { Domain } from '../network/index.js';
import { domainJson, exactNumbers } from './form.js';

export function jsonOfExtreme(extreme: Extreme) {
  return extreme.kind === 'attained'
    ? { value: jsonOfRational(extreme.value), at: exactNumbers(extreme.at), cell: extreme.cell }
    : { unboundedAlong: exactNumbers(extreme.direction), cell: extreme.cell };
}

const jsonOfRanges = (ranges: readonly OutputRange[]) =>
  ranges.map(({ minimum, maximum }) => ({ minimum: jsonOfExtreme(minimum), maximum: jsonOfExtreme(maximum) }));

/** A cell, and a point inside it. */
function placeOf({ cell, around }: Pick<FunctionFacts['lipschitz']['l2'], 'cell' | 'around'>) {
  return { cell, around: around.map(jsonOfRational) };
}

/** Ranges, Lipschitz constants and neurons. */
export function jsonOfFacts({ cells, ranges, lipschitz, neurons }: FunctionFacts, domain: Domain) {
  const { l1, linf, l2 } = lipschitz;
  return {
    cells,
    ranges: jsonOfRanges(ranges),
    lipschitz: {
      l1: { value: jsonOfRational(l1.value), ...placeOf(l1) },
      linf: { value: jsonOfRational(linf.value), ...placeOf(linf) },
      l2: { lower: jsonOfRational(l2.lower), upper: jsonOfRational(l2.upper), ...placeOf(l2) },
    },
    neurons,
    domain: domainJson(domain),
  };
}

/** How two networks differ. */
export function jsonOfDifference({ equal, largest, ranges }: Difference, domain: Domain) {
  const { output, extreme } = largest;
  return {
    equal,
    largest: { output, ...jsonOfExtreme(extreme) },
    ranges: jsonOfRanges(ranges),
    domain: domainJson(domain),
  };
}

/** The boundaries of all pairs of classes that meet. @param planar whether the domain has two free inputs */
export function jsonOfPairs(pairs: readonly PairBoundary[], domain: Domain, planar: boolean) {
  const shown = pairs.map((pair) => {
    const { domain: _, ...boundary } = jsonOfBoundary(pair, domain, planar);
    return { classes: pair.classes, ...boundary };
  });
  return { pairs: shown, domain: domainJson(domain) };
}

/** A boundary: points, pieces, ties, and in the plane its curves. @param planar whether the domain has two free inputs */
export function jsonOfBoundary(boundary: Boundary, domain: Domain, planar: boolean) {
  const shown = (points: Boundary['points']) => points.map(exactNumbers);
  const curves = planar && boundaryCurves(boundary).map((curve) => ({ ...curve, points: shown(curve.points) }));
  const { box, ends, ...numbers } = boundary;
  return {
    ...numbers,
    points: shown(boundary.points),
    ...(box && { within: domainJson(box) }),
    ...(ends && {
      ends: ends.map(({ point, direction }) => ({ point, ...(direction && { direction: exactNumbers(direction) }) })),
    }),
    ...(curves && { curves }),
    domain: domainJson(domain),
  };
}
