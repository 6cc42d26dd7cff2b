/**
 * The symmetries of hyperplanes that are found, as permutations of the hyperplanes themselves.
 */
import { type Arrangement, coneOf } from './arrangement.js';
import { leadOf } from './count.js';
import { findSymmetries, type Symmetry } from './symmetry.js';

/**
 * Generators of the affine symmetries of an arrangement, verified, as `statedSymmetries` takes them. Those of the cone that move the hyperplane at infinity
 * are none of them, so that a count may use more.
 *
 * Colours keep infinity where it is, and let hyperplanes go only to such as are repeated as often, copy by copy.
 */
export function symmetriesOfHyperplanes(arrangement: Arrangement): Symmetry[] {
  const { planes, dimension } = arrangement;
  const { rows, rank, infinity, places } = coneOf(arrangement);
  const copies = rows.map((): number[] => []);
  places.forEach((place, k) => {
    if (place >= 0) copies[place]!.push(k);
  });
  const colours = copies.map(({ length }, place) => (place === infinity ? 0 : length));
  return findSymmetries(rows, rank, { colours }).map(({ permutation, signs }) => {
    // A linear map and its negative permute alike: the one that keeps the side of infinity is affine.
    const turn = infinity !== undefined && signs[infinity]! < 0 ? -1 : 1;
    const images = planes.map((_, k) => {
      const place = places[k]!;
      return place < 0 ? k : copies[permutation[place]!]![copies[place]!.indexOf(k)]!;
    });
    return {
      permutation: Uint16Array.from(images),
      signs: Int8Array.from(planes, (plane, k) => {
        const place = places[k]!;
        // Rows of the cone may have another sign than those given.
        return place < 0 ? 1 : turn * signs[place]! * leadOf(plane, dimension) * leadOf(planes[images[k]!]!, dimension);
      }),
    };
  });
}
