/**
 * Random networks with float32 entries, by seeds.
 */
import { affineFromDoubles } from '../../../src/network/affine.js';
import { buildNetwork, type Network, RELU, type Step } from '../../../src/network/network.js';
import { randomNumbers } from '../../../src/theory/random.js';

/** One hidden layer of m random lines through the square. */
export function randomLines(m: number): Network {
  const random = randomNumbers(4);
  const angles = Array.from({ length: m }, () => 2 * Math.PI * random());
  const weights = angles.flatMap((a) => [Math.fround(Math.cos(a)), Math.fround(Math.sin(a))]);
  const bias = angles.map(() => Math.fround(0.8 * random() - 0.4));
  const output = angles.map(() => Math.fround(random() - 0.5));
  return buildNetwork(2, [
    { affine: affineFromDoubles(m, 2, weights, bias) },
    { slopes: angles.map(() => RELU) },
    { affine: affineFromDoubles(1, m, output, [0]) },
  ]);
}

/** Dense layers with one output: entries about as large as those of He's initialisation, small biases. */
export function denseNetwork(inputs: number, widths: readonly number[], seed: number): Network {
  const random = randomNumbers(seed);
  const steps: Step[] = [];
  let from = inputs;
  for (const [layer, width] of [...widths, 1].entries()) {
    const scale = 2 * Math.sqrt(2 / from);
    const entry = () => Math.fround((random() + random() + random() - 1.5) * scale);
    const weights = Array.from({ length: width * from }, entry);
    const bias = Array.from({ length: width }, () => Math.fround(entry() / 2));
    steps.push({ affine: affineFromDoubles(width, from, weights, bias) });
    if (layer < widths.length) steps.push({ slopes: new Array(width).fill(RELU) });
    from = width;
  }
  return buildNetwork(inputs, steps);
}

/** A network as PyTorch makes it unless told: weights and biases uniform up to 1 / sqrt(inputs of the layer), as float32. */
export function untrained(widths: readonly number[], seed: number): Network {
  const random = randomNumbers(seed);
  const last = widths.length - 1;
  const steps = widths.slice(1).flatMap((width, l) => {
    const inputs = widths[l]!;
    const uniform = () => Math.fround((2 * random() - 1) / Math.sqrt(inputs));
    const draw = (count: number) => Array.from({ length: count }, uniform);
    const affine = affineFromDoubles(width, inputs, draw(width * inputs), draw(width));
    return l + 1 === last ? [{ affine }] : [{ affine }, { slopes: new Array(width).fill(RELU) }];
  });
  return buildNetwork(widths[0]!, steps);
}
