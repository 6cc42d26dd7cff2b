/**
 * Weights are finite.
 */
import { FormatError } from '../input/error.js';

/** The same numbers. @throws FormatError at the first that is none */
export function finite(values: Float64Array, place: string): Float64Array {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value - value !== 0)
      throw new FormatError(`${place}[${i}]`, `expected finite numbers, got ${value}; repair the weights`);
  }
  return values;
}
