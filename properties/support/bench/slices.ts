/**
 * Networks on images: 784-256-256-10 with random weights on the plane through three points, where a cell is a polygon
 * whatever the number of pixels is; on a tiny box around a point; deep narrow networks around a point; and few neurons on all
 * of R^784, which are counted in the row space.
 */
import { existsSync } from 'node:fs';
import { add, type Rational, rational, rationalFromDouble, subtract } from '../../../src/exact/rational.js';
import { readNetwork } from '../../../src/formats/read.js';
import { affineFromDoubles } from '../../../src/network/affine.js';
import { box, cube, type Domain, whole } from '../../../src/network/domain.js';
import { buildNetwork, type Network, RELU } from '../../../src/network/network.js';
import { networkOnSlice, sliceThrough } from '../../../src/network/slice.js';
import { normalNumber, randomNumbers } from '../../../src/theory/random.js';
import { type BenchCase, DATA } from './cases.js';

const PIXELS = 784;

/** He's initialisation: normal weights of variance 2 / inputs. */
function imageNetwork(random: () => number, widths: readonly number[] = [256, 256, 10]): Network {
  let before = PIXELS;
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

/** All images that differ from the point by at most the radius in every pixel. */
function around(point: readonly Rational[], radius: Rational): Domain {
  return box(
    point.map((x) => subtract(x, radius)),
    point.map((x) => add(x, radius)),
  );
}

/** Networks on 784-dimensional domains, without a known number of cells; those on MNIST only where the data are. */
export async function imagesInAllPixels(): Promise<Omit<BenchCase, 'cells'>[]> {
  const random = randomNumbers(29);
  const image = Array.from({ length: PIXELS }, () => rationalFromDouble(Math.fround(random())));
  const grey = new Array<Rational>(PIXELS).fill(rational(1n, 2n));
  const file = `${DATA}mnist_nnet/mnist10x10.nnet`;
  const mnist = existsSync(file) ? (await readNetwork(file)).network : undefined;
  return [
    {
      name: '784-256-256-10, radius 1/1000',
      network: imageNetwork(random),
      domain: around(image, rational(1n, 1000n)),
    },
    {
      name: '784-16-16-16-10, radius 1/100',
      network: imageNetwork(random, [16, 16, 16, 10]),
      domain: around(image, rational(1n, 100n)),
    },
    ...(mnist === undefined
      ? []
      : [
          { name: 'mnist10x10 around grey, radius 1/100', network: mnist, domain: around(grey, rational(1n, 100n)) },
          { name: 'mnist10x10 around grey, radius 1/50', network: mnist, domain: around(grey, rational(1n, 50n)) },
        ]),
    { name: '784-3-3-1 on all of R^784', network: imageNetwork(random, [3, 3, 1]), domain: whole(PIXELS) },
    { name: '784-6-6-1 on all of R^784', network: imageNetwork(random, [6, 6, 1]), domain: whole(PIXELS) },
  ];
}
