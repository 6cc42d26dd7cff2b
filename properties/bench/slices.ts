/**
 * A network on images, cut by a plane: 784-256-256-10 with random weights on the plane through three points.
 *
 * The plane is the domain, so that a cell is a polygon whatever the number of pixels is. Both engines must agree.
 */
import { rationalFromDouble } from '../../src/exact/rational.js';
import { affineFromDoubles } from '../../src/network/affine.js';
import { cube } from '../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../src/network/network.js';
import { networkOnSlice, sliceThrough } from '../../src/network/slice.js';
import { normalNumber, randomNumbers } from '../../src/theory/random.js';
import type { BenchCase } from './cases.js';

const PIXELS = 784;

/** He's initialisation: normal weights of variance 2 / inputs. */
function imageNetwork(random: () => number): Network {
  let before = PIXELS;
  const widths = [256, 256, 10];
  const steps = widths.flatMap((width, l) => {
    const weights = Array.from({ length: width * before }, () => normalNumber(random) * Math.sqrt(2 / before));
    const bias = Array.from({ length: width }, () => normalNumber(random) / 8);
    const affine = affineFromDoubles(width, before, weights, bias);
    before = width;
    return l + 1 < widths.length ? [{ affine }, { slopes: new Array(width).fill(RELU) }] : [{ affine }];
  });
  return buildNetwork(PIXELS, steps);
}

/** The case, without a known number of cells. */
export function planeOfImages(): Omit<BenchCase, 'cells'> {
  const random = randomNumbers(28);
  const network = imageNetwork(random);
  const point = () => Array.from({ length: PIXELS }, () => rationalFromDouble(Math.fround(random())));
  const plane = sliceThrough([point(), point(), point()]);
  return { name: '784-256-256-10 on a plane', network: networkOnSlice(network, plane), domain: cube(2, -8, 8) };
}
