/**
 * Answers about points and segments.
 */
import { patternText } from '../analysis/cells/index.js';
import type { SegmentPartition, SetValuedGradient } from '../analysis/function/index.js';
import { add, multiply, ONE, type Rational, subtract } from '../exact/index.js';
import { jsonOfRational } from '../formats/index.js';
import { neuronPairs } from './evaluation.js';
import { exactMatrix, exactNumbers } from './form.js';

/** The gradient at a point; see `Oracle.gradient`. */
export function jsonOfGradient(gradient: SetValuedGradient) {
  const { cells, jacobians, onCrease, conventional, conventionalIsAttained } = gradient;
  return {
    jacobians: jacobians.map(exactMatrix),
    conventional: exactMatrix(conventional),
    conventionalIsAttained,
    onCrease: neuronPairs(onCrease),
    cells: cells.map(({ pattern, direction, jacobian }) => ({
      pattern: patternText(pattern),
      direction: exactNumbers(direction),
      jacobian: exactMatrix(jacobian),
    })),
  };
}

/** The point of the input space at parameter t. */
function pointAt([from, to]: readonly [readonly Rational[], readonly Rational[]], t: Rational): Rational[] {
  return from.map((x, i) => add(multiply(subtract(ONE, t), x), multiply(t, to[i]!)));
}

/** The partition of a segment; see `segmentPartition`. */
export function jsonOfSegment(
  { breakpoints, cells }: SegmentPartition,
  ends: readonly [readonly Rational[], readonly Rational[]],
) {
  return {
    cells: cells.length,
    breakpoints: breakpoints.map(jsonOfRational),
    points: breakpoints.map((t) => exactNumbers(pointAt(ends, t))),
    maps: cells.map(({ slope, constant }) => ({ slope: exactNumbers(slope), constant: exactNumbers(constant) })),
  };
}
