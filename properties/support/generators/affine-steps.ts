/**
 * Rational vectors and affine maps of given shapes, and stacks of them.
 */
import fc from 'fast-check';
import { ONE, type Rational } from '../../../src/exact/rational.js';
import { type AffineMap, affineFromRationals } from '../../../src/network/affine.js';
import type { Slopes } from '../../../src/network/network.js';
import { dyadic, exactly, extremeDouble, genericDouble, smallRational } from './numbers.js';
import { printedAs, showAffine } from './show.js';

export function rationalVector(size: number, entry = smallRational): fc.Arbitrary<Rational[]> {
  return fc.array(entry, { minLength: size, maxLength: size });
}

/** An affine map R^inputs -> R^outputs with the given entries. */
function affineMap(inputs: number, outputs: number, entry: fc.Arbitrary<Rational>): fc.Arbitrary<AffineMap> {
  const rows = fc.array(rationalVector(inputs, entry), { minLength: outputs, maxLength: outputs });
  return fc
    .tuple(rows, rationalVector(outputs, entry))
    .map(([weights, bias]) => printedAs(affineFromRationals(inputs, weights, bias), showAffine));
}

/** A layer whose activation is t -> slope * t on both sides: no bend. */
export interface StraightLayer {
  readonly affine: AffineMap;
  readonly slopes: readonly Slopes[];
}

function straight(affine: AffineMap, factors: readonly Rational[]): StraightLayer {
  const slopes = factors.map((slope) => ({ negative: slope, positive: slope }));
  return printedAs({ affine, slopes }, () => showAffine(affine));
}

/** Stacks of layers without bends with the given widths, from the inputs to the outputs. */
function stackOfWidths(widths: readonly number[], entry: fc.Arbitrary<Rational>) {
  const slope = fc.oneof(fc.constant(ONE), entry);
  const layers = widths
    .slice(1)
    .map((width, l) =>
      fc
        .tuple(affineMap(widths[l]!, width, entry), rationalVector(width, slope))
        .map(([map, factors]) => straight(map, factors)),
    );
  return fc.tuple(...layers);
}

/** Stacks of up to `depth` layers without bends, of any widths from 1 to 4, from R^inputs to R^outputs; zero maps included. */
export function linearStack(inputs: number, outputs: number, depth = 5): fc.Arbitrary<readonly StraightLayer[]> {
  const widths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: depth - 1 });
  return widths.chain((hidden) => stackOfWidths([inputs, ...hidden, outputs], smallRational));
}

/** Stacks of 1 to 7 layers of any widths from 1 to 6, inputs and outputs too; small, generic, dyadic or extreme entries. */
export const anyLinearStack: fc.Arbitrary<readonly StraightLayer[]> = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 8, size: 'max' }),
    fc.constantFrom(smallRational, exactly(genericDouble), exactly(dyadic), exactly(extremeDouble)),
  )
  .chain(([widths, entry]) => stackOfWidths(widths, entry));
