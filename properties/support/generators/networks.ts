/**
 * Valid networks of many kinds, small enough for the references and shrinking to smaller ones.
 *
 * A layer is a list of neurons, and a neuron carries more weights than any layer before it can feed; only the first ones
 * count. So fast-check may drop layers, drop neurons and simplify entries independently, and every shrunken value is a
 * valid network.
 */
import fc from 'fast-check';
import { ONE, type Rational, rational, rationalFromDouble, ZERO } from '../../../src/exact/rational.js';
import { affineFromRationals } from '../../../src/network/affine.js';
import type { Domain } from '../../../src/network/domain.js';
import {
  ABSOLUTE,
  buildNetwork,
  LINEAR,
  leaky,
  type Network,
  RELU,
  type Slopes,
  scaledRelu,
} from '../../../src/network/network.js';
import { anyDomain } from './boxes.js';
import { dyadic, extremeDouble, genericDouble, smallInteger, smallRational, vanishingDouble } from './numbers.js';
import { printedAs, showNetwork, showSlopes } from './show.js';

/** One neuron as it is generated: weights for up to MAX_WIDTH inputs. */
interface NeuronSpec {
  readonly weights: readonly Rational[];
  readonly bias: Rational;
  readonly slopes: Slopes;
}

const MAX_WIDTH = 8;

export interface NetworkShape {
  readonly inputs: number;
  /** The largest number of neurons per activation layer, first to last. */
  readonly widths: readonly number[];
  readonly outputs?: number;
}

/** What the neurons are made of. */
export interface Ingredients {
  readonly entry: fc.Arbitrary<number> | fc.Arbitrary<Rational>;
  readonly slopes?: fc.Arbitrary<Slopes>;
  /** Applied to each layer's neurons: makes duplicates, dead neurons and the like. */
  readonly spoil?: (neurons: readonly NeuronSpec[], choice: number) => readonly NeuronSpec[];
}

function exact(value: number | Rational): Rational {
  return typeof value === 'number' ? rationalFromDouble(value) : value;
}

function networkOf(inputs: number, layers: readonly (readonly NeuronSpec[])[], output: readonly NeuronSpec[]): Network {
  let width = inputs;
  const affine = (neurons: readonly NeuronSpec[]) => {
    const rows = neurons.map((neuron) => neuron.weights.slice(0, width));
    const map = affineFromRationals(
      width,
      rows,
      neurons.map((neuron) => neuron.bias),
    );
    width = neurons.length;
    return { affine: map };
  };
  const steps = layers.flatMap((neurons) => [affine(neurons), { slopes: neurons.map((neuron) => neuron.slopes) }]);
  return printedAs(buildNetwork(inputs, [...steps, affine(output)]), showNetwork);
}

/** Networks of at most the given shape; layers may be absent and narrower. */
export function networkFrom({ inputs, widths, outputs = 1 }: NetworkShape, what: Ingredients): fc.Arbitrary<Network> {
  const entry = (what.entry as fc.Arbitrary<number | Rational>).map(exact);
  const neuron: fc.Arbitrary<NeuronSpec> = fc.record({
    weights: fc.array(entry, { minLength: MAX_WIDTH, maxLength: MAX_WIDTH, size: 'max' }),
    bias: entry,
    slopes: what.slopes ?? fc.constant(RELU),
  });
  const layer = (width: number) =>
    fc
      .tuple(fc.array(neuron, { minLength: 1, maxLength: Math.min(width, MAX_WIDTH), size: 'max' }), fc.nat(99))
      .map(([neurons, choice]) => what.spoil?.(neurons, choice).slice(0, MAX_WIDTH) ?? neurons);
  const last = fc.array(neuron, { minLength: outputs, maxLength: outputs });
  return fc.tuple(fc.tuple(...widths.map(layer)), last).map(([layers, output]) => networkOf(inputs, layers, output));
}

/** Everyday doubles with full mantissas: generic position. */
export function genericNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  return networkFrom(shape, { entry: genericDouble });
}

/** Small integers and short dyadics: sums cancel, lines meet, zero rows and biases are common. */
export function dyadicNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  return networkFrom(shape, { entry: fc.oneof(smallInteger, dyadic) });
}

/** Weights and biases that no double can hold, such as 1/3. */
export function rationalNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  return networkFrom(shape, { entry: smallRational, slopes: anySlopes });
}

function scaled(neuron: NeuronSpec, factor: bigint): NeuronSpec {
  const times = (r: Rational) => rational(r.numerator * factor, r.denominator);
  return { ...neuron, weights: neuron.weights.map(times), bias: times(neuron.bias) };
}

/** Replaces some neurons by relatives of the first one or by nothing at all. */
function degenerate(neurons: readonly NeuronSpec[], choice: number): readonly NeuronSpec[] {
  const [first, ...rest] = neurons as readonly [NeuronSpec, ...NeuronSpec[]];
  const zeros = first.weights.map(() => ZERO);
  const relatives: readonly NeuronSpec[] = [
    first, // duplicated
    scaled(first, -1n), // opposite
    scaled(first, 3n), // proportional
    scaled(first, -2n),
    { ...first, bias: ZERO }, // parallel, through 0
    { ...first, weights: zeros }, // constant
    { ...first, weights: zeros, bias: ZERO }, // identically zero
    { ...first, weights: first.weights.map((w) => rational(-abs(w.numerator), w.denominator)), bias: ZERO }, // dead behind a ReLU
  ];
  return [first, relatives[choice % relatives.length]!, ...rest.slice(1)].slice(0, Math.max(2, neurons.length));
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Duplicated, opposite, proportional, parallel, constant, zero and dead neurons among small integers. */
export function degenerateNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  return networkFrom(shape, { entry: smallInteger, spoil: degenerate });
}

/** Slopes of every sort: ReLU, leaky, absolute value, scaled, linear in disguise, dead, reversed. */
export const anySlopes: fc.Arbitrary<Slopes> = fc
  .oneof(
    fc.constantFrom(RELU, ABSOLUTE, LINEAR, leaky(ONE), leaky(rational(1n, 3n)), leaky(rational(1n, 10n))),
    fc.constantFrom(scaledRelu(rational(5n, 2n)), scaledRelu(ZERO), { negative: ONE, positive: ZERO }),
    fc.record({ negative: smallRational, positive: smallRational }),
  )
  .map((slopes) => printedAs({ ...slopes }, (one) => showSlopes([one])));

/** Neurons of one layer with different activations, over short dyadics. */
export function mixedNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  return networkFrom(shape, { entry: dyadic, slopes: anySlopes });
}

/** Entries k 2^e with |e| <= 300 and subnormal ones: far apart, and products near the ends of the double range. */
export function extremeNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  return networkFrom(shape, { entry: fc.oneof(smallInteger, extremeDouble, vanishingDouble) });
}

/** Narrow and deep: `depth` layers of up to two neurons. */
export function deepNetwork(inputs: number, depth: number): fc.Arbitrary<Network> {
  return networkFrom({ inputs, widths: new Array<number>(depth).fill(2) }, { entry: fc.oneof(smallInteger, dyadic) });
}

/** All kinds of networks of at most the given shape. */
export function anyNetwork(shape: NetworkShape): fc.Arbitrary<Network> {
  const kinds = [genericNetwork, dyadicNetwork, rationalNetwork, degenerateNetwork, mixedNetwork, extremeNetwork];
  return fc.oneof(...kinds.map((kind) => kind(shape)));
}

/** Tiny networks with a domain of their dimension, for comparison with the brute-force reference. */
export function tinyProblem(): fc.Arbitrary<{ readonly network: Network; readonly domain: Domain }> {
  const shapes: readonly NetworkShape[] = [
    { inputs: 1, widths: [3, 3, 2] },
    { inputs: 2, widths: [4] },
    { inputs: 2, widths: [3, 3] },
    { inputs: 3, widths: [3, 2] },
  ];
  const problem = (shape: NetworkShape) =>
    fc.record({ network: fc.oneof(anyNetwork(shape), deepNetwork(shape.inputs, 3)), domain: anyDomain(shape.inputs) });
  return fc.oneof(...shapes.map(problem));
}
