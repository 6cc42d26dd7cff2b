/**
 * Range: arithmetic sequences of constants.
 */
import { add, compare, divide, multiply, type Rational, rational, subtract } from '../../exact/index.js';
import { entryOf, exactly, isRational } from '../input/entries.js';
import type { Operator } from './node.js';
import { computed } from './value.js';

/** Longer ones are no shapes and no weights. */
const MAX_RANGE = 2 ** 20;

/** The elements start, start + delta, ... before limit. */
export const range: Operator = (node) => {
  const parameters = ['start', 'limit', 'delta'].map((what, i) => node.constant(i, what));
  const { type } = parameters[0]!;
  if (parameters.some((value) => value.entries.length !== 1 || value.type !== type)) {
    throw node.fail('expected three numbers of one type; repair the model');
  }
  const [start, limit, delta] = parameters.map(({ entries }) => exactly(entries[0]!)) as [Rational, Rational, Rational];
  if (delta.numerator === 0n) throw node.fail('its step is 0; repair the model');
  const { numerator, denominator } = divide(subtract(limit, start), delta);
  const count = numerator <= 0n ? 0n : (numerator + denominator - 1n) / denominator;
  if (compare(rational(count, 1n), rational(BigInt(MAX_RANGE), 1n)) > 0) {
    throw node.fail(`expected at most ${MAX_RANGE} elements, got ${count}; use a smaller network`);
  }
  const entries = Array.from({ length: Number(count) }, (_, i) =>
    entryOf(add(start, multiply(rational(BigInt(i), 1n), delta))),
  );
  return computed([entries.length], type, entries.some(isRational) ? entries : Float64Array.from(entries as number[]));
};
