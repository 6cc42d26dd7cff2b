/**
 * Writes ReLU networks in the .nnet format (see `read.ts`), exactly: what is read back is the same network and box.
 */
import { equal, formatRational, ONE, type Rational, rationalFromDouble, toDouble, ZERO } from '../../exact/index.js';
import type { AffineMap, BoxDomain, Network } from '../../network/index.js';
import { FormatError } from '../input/error.js';

const FIX = 'write .json, which holds every network';

/** The rows and biases of one layer, one per line. */
function layerLines(map: AffineMap, place: string): string[] {
  if (!map.exactDoubles) throw new FormatError(place, `its weights are no doubles, which .nnet cannot say; ${FIX}`);
  const rows = Array.from({ length: map.outputs }, (_, r) => {
    const row = Array.from(map.weights.subarray(r * map.inputs, (r + 1) * map.inputs), textOfDouble);
    return `${row.join(',')},`;
  });
  return [...rows, ...Array.from(map.bias, (value) => `${textOfDouble(value)},`)];
}

/** The shortest decimal that reads back to the double; -0 keeps its sign. */
function textOfDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function boundText(bound: Rational, input: number): string {
  const double = toDouble(bound);
  if (Number.isFinite(double) && equal(rationalFromDouble(double), bound)) return textOfDouble(double);
  throw new FormatError(`input ${input}`, `its bound ${formatRational(bound)} is no double; round the box, or ${FIX}`);
}

/** A network that ends with an activation gets an identity behind it: in .nnet the last layer has none. */
function mapsOf(network: Network): AffineMap[] {
  return [...network.layers.map(({ affine }) => affine), network.output];
}

/**
 * The text of a ReLU network whose weights are doubles, with mean 0 and range 1, so that raw and network units agree.
 *
 * @param domain the box of the header, which the format demands
 * @throws FormatError for other activations, weights that are no doubles, and bounds that are none
 */
export function writeNnet(network: Network, domain: BoxDomain): string {
  network.layers.forEach(({ slopes }, l) => {
    const other = slopes.findIndex(({ negative, positive }) => !equal(negative, ZERO) || !equal(positive, ONE));
    if (other < 0) return;
    const { negative, positive } = slopes[other]!;
    const got = `slopes ${formatRational(negative)} and ${formatRational(positive)}`;
    throw new FormatError(`layer ${l + 1}, neuron ${other + 1}`, `expected ReLU, got ${got}; ${FIX}`);
  });
  const maps = mapsOf(network);
  const widths = [network.inputs, ...maps.map(({ outputs }) => outputs)];
  const line = (values: readonly (string | number)[]) => `${values.join(',')},`;
  const constant = (value: number) => line(new Array<number>(network.inputs + 1).fill(value));
  const lines = [
    '// written by relu-atlas: ReLU after every layer but the last; mean 0 and range 1',
    line([maps.length, network.inputs, network.outputs, Math.max(...widths)]),
    line(widths),
    '0,',
    line(domain.lower.map(boundText)),
    line(domain.upper.map(boundText)),
    constant(0),
    constant(1),
    ...maps.flatMap((map, l) => layerLines(map, `layer ${l + 1}`)),
  ];
  return `${lines.join('\n')}\n`;
}
