/**
 * Pictures of networks with more than two inputs: exact partitions of axis-parallel slices of the box.
 */
import { add, multiply, type Rational, rational, subtract } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { type BoxDomain, box, fixedInputs } from '../../network/index.js';
import { type PlanarPicture, planarPicture } from './planar-picture.js';

/** A slice in the plane of the first two free inputs; the others have these values. */
export interface SlicePicture {
  readonly at: readonly { readonly input: number; readonly value: Rational }[];
  readonly picture: PlanarPicture;
}

/** Slices of a network with three free inputs, evenly along the third one. */
const SLICES = 7;

/** Beyond so many cells in the middle slice there are only three, beyond the other number it is alone. */
const MANY = 5000;
const VERY_MANY = 20_000;

/** All slices that there may be. */
export interface SliceSeries {
  readonly slices: readonly SlicePicture[];
  /** How many there would be of a partition of fewer cells. */
  readonly planned: number;
}

/** lower + (part / whole) (upper - lower) */
function between({ lower, upper }: BoxDomain, input: number, part: number, whole: number): Rational {
  const width = subtract(upper[input]!, lower[input]!);
  return add(lower[input]!, multiply(width, rational(BigInt(part), BigInt(whole))));
}

/** Which of the slices 1 to 7 are drawn beside the middle one. */
function beside(cells: number): readonly number[] {
  if (cells > VERY_MANY) return [];
  return cells > MANY ? [2, 6] : [1, 2, 3, 5, 6, 7];
}

/**
 * With three free inputs slices along the third one; with more, the one slice through the middle of the box. The more cells
 * there are in the middle one, the fewer slices are drawn.
 *
 * @returns nothing with fewer free inputs, undefined if the signal was aborted
 */
export async function slicePictures(
  network: Network,
  domain: BoxDomain,
  signal?: AbortSignal,
): Promise<SliceSeries | undefined> {
  const fixed = new Set(fixedInputs(domain));
  const others = domain.lower.flatMap((_, input) => (fixed.has(input) ? [] : [input])).slice(2);
  if (others.length === 0) return { slices: [], planned: 0 };
  const planned = others.length === 1 ? SLICES : 1;
  const draw = async (k: number): Promise<SlicePicture | undefined> => {
    const at = others.map((input) => ({ input, value: between(domain, input, k, planned + 1) }));
    const pinned = (bounds: readonly Rational[]) =>
      bounds.map((bound, input) => at.find((coordinate) => coordinate.input === input)?.value ?? bound);
    const flat = box(pinned(domain.lower), pinned(domain.upper));
    const picture = await planarPicture(network, flat, signal === undefined ? {} : { signal });
    return picture && { at, picture };
  };
  const middle = (planned + 1) / 2;
  const first = await draw(middle);
  if (first === undefined) return undefined;
  const drawn = new Map([[middle, first]]);
  for (const k of planned === 1 ? [] : beside(first.picture.complex.cells)) {
    const slice = await draw(k);
    if (slice === undefined) return undefined;
    drawn.set(k, slice);
  }
  return { slices: [...drawn].sort(([a], [b]) => a - b).map(([, slice]) => slice), planned };
}
