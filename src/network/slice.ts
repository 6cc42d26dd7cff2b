/**
 * Slices: a network seen on a segment or a plane of its input space.
 *
 * A slice is the affine map u -> o + sum_k u_k v_k from few coordinates into the input space; the network after it is a
 * network in those coordinates, exactly, and its partition is the trace of the original one on the slice (a cell that the
 * slice only touches leaves none).
 */

import { add, integersFromRationals, multiply, type Rational, rank, subtract } from '../exact/index.js';
import { type AffineMap, affineFromRationals } from './affine.js';
import { DomainError } from './domain.js';
import { type Network, precompose } from './model.js';

export interface Slice {
  readonly origin: readonly Rational[];
  /** Linearly independent directions, one per coordinate of the slice. */
  readonly directions: readonly (readonly Rational[])[];
}

/**
 * The slice o + span(directions).
 *
 * @throws DomainError if lengths differ, there is no direction, or the directions are linearly dependent
 */
export function slice(origin: readonly Rational[], directions: readonly (readonly Rational[])[]): Slice {
  const bad = directions.findIndex((direction) => direction.length !== origin.length);
  if (bad >= 0) {
    throw new DomainError(
      `slice: expected ${origin.length} coordinates as in the origin, got ${directions[bad]!.length} in direction ${bad + 1}`,
    );
  }
  if (directions.length === 0) throw new DomainError('slice: expected at least one direction, got none');
  const matrix = directions.map((direction) => integersFromRationals(direction).numerators);
  if (rank(matrix) < directions.length) {
    throw new DomainError('slice: expected linearly independent directions; choose other points or directions');
  }
  return { origin, directions };
}

/**
 * The slice through points p_0, p_1, ..., p_k, which have the coordinates 0, e_1, ..., e_k.
 *
 * @throws DomainError if they do not span a slice of dimension k
 */
export function sliceThrough(points: readonly (readonly Rational[])[]): Slice {
  const [origin, ...others] = points;
  if (origin === undefined || others.length === 0) throw new DomainError('slice: expected at least two points');
  const bad = others.findIndex((point) => point.length !== origin.length);
  if (bad >= 0) {
    throw new DomainError(
      `slice: expected ${origin.length} coordinates in every point, got ${others[bad]!.length} in point ${bad + 2}`,
    );
  }
  return slice(
    origin,
    others.map((point) => point.map((x, i) => subtract(x, origin[i]!))),
  );
}

/** The point of the input space that has these coordinates on a slice. */
export function pointOnSlice({ origin, directions }: Slice, coordinates: readonly Rational[]): Rational[] {
  return origin.map((start, i) =>
    directions.reduce((sum, direction, k) => add(sum, multiply(coordinates[k]!, direction[i]!)), start),
  );
}

/** The affine map of a slice, from its coordinates to the input space. */
export function sliceMap({ origin, directions }: Slice): AffineMap {
  const rows = origin.map((_, i) => directions.map((direction) => direction[i]!));
  return affineFromRationals(directions.length, rows, origin);
}

/** The network in the coordinates of a slice. @throws DomainError if the slice lies in another space */
export function networkOnSlice(network: Network, on: Slice): Network {
  if (on.origin.length !== network.inputs) {
    throw new DomainError(`slice: expected points with ${network.inputs} coordinates, got ${on.origin.length}`);
  }
  return precompose(network, sliceMap(on));
}
