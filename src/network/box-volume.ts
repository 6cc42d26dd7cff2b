/**
 * The exact volume of a box. A file of its own, as no checker rests on it.
 */
import { multiply, ONE, type Rational, subtract } from '../exact/index.js';
import type { BoxDomain } from './domain.js';

/** The volume of a box in its free inputs. */
export function boxVolume({ lower, upper }: BoxDomain): Rational {
  return lower
    .map((low, i) => subtract(upper[i]!, low))
    .reduce((volume, width) => (width.numerator === 0n ? volume : multiply(volume, width)), ONE);
}
