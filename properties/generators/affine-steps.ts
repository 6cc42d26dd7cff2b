/**
 * Rational vectors and affine maps of given shapes, and stacks of them.
 */
import fc from 'fast-check';
import { ONE, type Rational } from '../../src/exact/rational.js';
import { type AffineMap, affineFromRationals } from '../../src/network/affine.js';
import type { Slopes } from '../../src/network/network.js';
import { smallRational } from './numbers.js';
import { printedAs, showAffine } from './show.js';

export function rationalVector(size: number, entry = smallRational): fc.Arbitrary<Rational[]> {
  return fc.array(entry, { minLength: size, maxLength: size });
}

/** An affine map R^inputs -> R^outputs with small rational entries, zero maps included. */
export function smallAffine(inputs: number, outputs: number): fc.Arbitrary<AffineMap> {
  return fc
    .tuple(fc.array(rationalVector(inputs), { minLength: outputs, maxLength: outputs }), rationalVector(outputs))
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

/** Stacks of up to `depth` layers without bends, of any widths from 1 to 4, from R^inputs to R^outputs. */
export function linearStack(inputs: number, outputs: number, depth = 5): fc.Arbitrary<readonly StraightLayer[]> {
  const widths = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: depth - 1 });
  return widths.chain((hidden) => {
    const all = [inputs, ...hidden, outputs];
    const slope = fc.oneof(fc.constant(ONE), smallRational);
    const layers = all
      .slice(1)
      .map((width, l) =>
        fc.tuple(smallAffine(all[l]!, width), rationalVector(width, slope)).map(([map, s]) => straight(map, s)),
      );
    return fc.tuple(...layers);
  });
}
