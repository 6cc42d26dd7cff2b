/**
 * Max-min networks (TLL, "two-level lattice"): the functions on which cells, pieces and maps differ most.
 */
import { negate, ONE, type Rational, ZERO } from '../exact/index.js';
import {
  type AffineMap,
  affineFromRationals,
  buildNetwork,
  type Network,
  RELU,
  type Slopes,
} from '../network/index.js';

const MINUS_ONE = negate(ONE);
const zeros = (count: number) => new Array<Rational>(count).fill(ZERO);
const relus = (count: number) => ({ slopes: new Array<Slopes>(count).fill(RELU) });

/**
 * x -> max(min(f_1, f_2), min(f_3, f_4)) for the four outputs f of an affine map, of ReLUs only, exactly:
 * min(s, t) = relu(s) - relu(-s) - relu(s - t) and max(s, t) = relu(s - t) + relu(t) - relu(-t).
 *
 * At most 4 maps, but one neuron per comparison and per sign: cells that differ in what makes no difference.
 *
 * @throws RangeError unless the map has four outputs
 */
export function maxOfMins(lines: AffineMap): Network {
  if (lines.outputs !== 4) throw new RangeError(`lattice: expected 4 affine functions, got ${lines.outputs}`);
  const rows = [
    [ONE, ZERO, ZERO, ZERO],
    [MINUS_ONE, ZERO, ZERO, ZERO],
    [ONE, MINUS_ONE, ZERO, ZERO],
    [ZERO, ZERO, ONE, ZERO],
    [ZERO, ZERO, MINUS_ONE, ZERO],
    [ZERO, ZERO, ONE, MINUS_ONE],
  ];
  const minimum = [ONE, MINUS_ONE, MINUS_ONE];
  const minima = [
    [...minimum, ...zeros(3)],
    [...zeros(3), ...minimum],
  ];
  const comparison = [
    [ONE, MINUS_ONE],
    [ZERO, ONE],
    [ZERO, MINUS_ONE],
  ];
  return buildNetwork(lines.inputs, [
    { affine: lines },
    { affine: affineFromRationals(4, rows, zeros(6)) },
    relus(6),
    { affine: affineFromRationals(6, minima, zeros(2)) },
    { affine: affineFromRationals(2, comparison, zeros(3)) },
    relus(3),
    { affine: affineFromRationals(3, [[ONE, ONE, MINUS_ONE]], [ZERO]) },
  ]);
}
