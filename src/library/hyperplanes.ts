/**
 * One way to say hyperplanes, for every function of the library that takes some.
 */
import { networkOfHyperplanes } from '../chambers/index.js';
import type { Rational } from '../exact/index.js';
import { type Hyperplanes, hyperplanesOf } from '../formats/hyperplanes/index.js';
import type { Network } from '../network/index.js';

/** A number of a hyperplane: a double, taken exactly; a text such as "1/3" or "0.1", taken as it is written; an integer; a rational. */
export type ExactNumber = number | string | bigint | Rational;

/** The points with a . x = b. Default: b = 0. */
export interface Hyperplane {
  readonly a: readonly ExactNumber[];
  readonly b?: ExactNumber;
}

/**
 * Hyperplanes, any of which may be repeated:
 *
 * - rows `[[1, 0, "1/3"], ..]`: the coefficients a1, .., ad and, last, b;
 * - `{ hyperplanes: [{ a: [1, 0], b: "1/3" }, ..] }`, as a JSON file has them;
 * - what `readArrangement` returns;
 * - a network with one layer that bends: its creases.
 */
export type ArrangementLike =
  | readonly (readonly ExactNumber[])[]
  | { readonly hyperplanes: readonly (Hyperplane | readonly ExactNumber[])[] }
  | Hyperplanes
  | Network;

/** The network whose cells are those of the arrangement: one ReLU per hyperplane, or the network itself. @throws FormatError for what are no hyperplanes */
export function arrangementNetwork(like: ArrangementLike): Network {
  if (isObject(like) && 'layers' in like && 'inputs' in like) return like;
  const stated = isObject(like) && 'rows' in like ? like.rows : like;
  const { dimension, rows } = hyperplanesOf(stated);
  return networkOfHyperplanes(dimension, rows);
}

/** Those who have no compiler pass anything. */
const isObject = (like: ArrangementLike): like is Exclude<ArrangementLike, readonly unknown[]> =>
  typeof like === 'object' && like !== null && !Array.isArray(like);
