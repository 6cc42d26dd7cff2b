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

/** lower + (part / whole) (upper - lower) */
function between({ lower, upper }: BoxDomain, input: number, part: number, whole: number): Rational {
  const width = subtract(upper[input]!, lower[input]!);
  return add(lower[input]!, multiply(width, rational(BigInt(part), BigInt(whole))));
}

/**
 * With three free inputs slices along the third one; with more, the one slice through the middle of the box.
 *
 * @returns nothing with fewer free inputs, undefined if the signal was aborted
 */
export async function slicePictures(
  network: Network,
  domain: BoxDomain,
  signal?: AbortSignal,
): Promise<SlicePicture[] | undefined> {
  const fixed = new Set(fixedInputs(domain));
  const others = domain.lower.flatMap((_, input) => (fixed.has(input) ? [] : [input])).slice(2);
  if (others.length === 0) return [];
  const count = others.length === 1 ? SLICES : 1;
  const slices: SlicePicture[] = [];
  for (let k = 1; k <= count; k++) {
    const at = others.map((input) => ({ input, value: between(domain, input, k, count + 1) }));
    const pinned = (bounds: readonly Rational[]) =>
      bounds.map((bound, input) => at.find((coordinate) => coordinate.input === input)?.value ?? bound);
    const flat = box(pinned(domain.lower), pinned(domain.upper));
    const picture = await planarPicture(network, flat, signal === undefined ? {} : { signal });
    if (picture === undefined) return undefined;
    slices.push({ at, picture });
  }
  return slices;
}
