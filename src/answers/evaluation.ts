/**
 * The answer to an evaluation.
 */
import { formatRational } from '../exact/index.js';
import type { ValueAt } from '../oracle/questions/index.js';
import { roundedNumber } from './form.js';

export const neuronPairs = (names: readonly (readonly [number, number])[]): [number, number][] =>
  names.map(([l, j]) => [l, j]);

/** What an evaluation tells; see `Oracle.evaluate`. The exact outputs are texts, always. */
export function jsonOfEvaluation({ exact, double, float32, pattern, onCrease }: ValueAt) {
  return {
    exact: exact.map(formatRational),
    double: double.map(roundedNumber),
    float32: float32.map(roundedNumber),
    pattern,
    onCrease: neuronPairs(onCrease),
  };
}
