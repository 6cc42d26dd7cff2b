/**
 * `relu-atlas info`
 */
import { stamp } from '../../answers/index.js';
import { bitLength, equal, formatRational, ONE, ZERO } from '../../exact/index.js';
import { jsonOfDomain, type NamedTensor, type NetworkFile, quoted } from '../../formats/index.js';
import type { AffineMap } from '../../network/index.js';
import { bends, networkDigest, neuronCount, type Slopes, shapeOf } from '../../network/index.js';
import { EXIT, UsageError } from '../exit.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { operatorTable, operatorText } from '../output/operators.js';
import { counted, grouped, showDomain, table } from '../output/text.js';

interface InfoOptions extends SubjectOptions {
  readonly format: 'text' | 'json';
  readonly operators?: boolean;
}

export async function info(file: string | undefined, options: InfoOptions): Promise<number> {
  if (options.operators === true) {
    if (file !== undefined)
      throw new UsageError('--operators: expected no network, they are the same for all; drop it');
    process.stdout.write(
      options.format === 'json' ? `${JSON.stringify({ ...operatorTable(), ...stamp('info') })}\n` : operatorText(),
    );
    return EXIT.ok;
  }
  if (file === undefined) throw new UsageError('info: expected a network, got none; name one, or ask for --operators');
  const net = await readSubject(file, options, 'silently');
  process.stdout.write(options.format === 'json' ? jsonReport(file, net) : textReport(file, net));
  return EXIT.ok;
}

/** "relu", "abs", "leaky 1/100", "linear", or the two slopes. */
function activationName({ negative, positive }: Slopes): string {
  if (equal(negative, positive)) return equal(positive, ONE) ? 'identity' : `linear ${formatRational(positive)}`;
  if (equal(negative, ZERO)) return equal(positive, ONE) ? 'relu' : `${formatRational(positive)} relu`;
  if (equal(positive, ONE)) return formatRational(negative) === '-1' ? 'abs' : `leaky ${formatRational(negative)}`;
  return `slopes ${formatRational(negative)}, ${formatRational(positive)}`;
}

interface LayerInfo {
  readonly width: number;
  readonly bend: number;
  readonly activations: readonly string[];
}

function layersOf({ network }: NetworkFile): LayerInfo[] {
  return network.layers.map(({ slopes }) => ({
    width: slopes.length,
    bend: slopes.filter(bends).length,
    activations: [...new Set(slopes.map(activationName))],
  }));
}

interface Exactness {
  /** Whether every weight is a double. */
  readonly doubles: boolean;
  readonly float32: boolean;
  readonly numbers: number;
  /** Bits of the longest common denominator of a layer and of its longest numerator over it. */
  readonly denominatorBits: number;
  readonly numeratorBits: number;
  /** Whether all denominators are powers of two. */
  readonly dyadic: boolean;
}

function exactnessOf({ network }: NetworkFile): Exactness {
  const maps: readonly AffineMap[] = [
    ...network.layers.map((layer) => layer.affine),
    ...(network.endsWithActivation ? [] : [network.output]),
  ];
  const all = (test: (map: AffineMap) => boolean) => maps.every(test);
  const isFloat = (value: number) => Math.fround(value) === value;
  const sizes = maps.map(bitsOf);
  return {
    doubles: all((map) => map.exactDoubles),
    float32: all((map) => map.exactDoubles && map.values.every(isFloat) && map.bias.every(isFloat)),
    numbers: maps.reduce((sum, map) => sum + map.outputs * (map.inputs + 1), 0),
    denominatorBits: Math.max(0, ...sizes.map(({ denominator }) => denominator)),
    numeratorBits: Math.max(0, ...sizes.map(({ numerator }) => numerator)),
    dyadic: sizes.every(({ dyadic }) => dyadic),
  };
}

interface Bits {
  readonly denominator: number;
  readonly numerator: number;
  readonly dyadic: boolean;
}

/** The lengths of a map's common denominator and of its longest numerator over it. */
function bitsOf(map: AffineMap): Bits {
  if (map.exactDoubles) return bitsOfDoubles([map.values, map.bias]);
  const { values, bias, denominator } = map.integers();
  const longest = (list: readonly bigint[]) => list.reduce((most, value) => Math.max(most, bitLength(value)), 0);
  const dyadic = (denominator & (denominator - 1n)) === 0n;
  return { denominator: bitLength(denominator), numerator: Math.max(longest(values), longest(bias)), dyadic };
}

/** The same for doubles, without integers for all of them: there may be a hundred million. */
function bitsOfDoubles(lists: readonly ArrayLike<number>[]): Bits {
  // The exponents of the lowest bit and of the bit above the highest.
  let [lowest, highest] = [0, Number.NEGATIVE_INFINITY];
  const bits = new BigUint64Array(1);
  const double = new Float64Array(bits.buffer);
  const words = new Uint32Array(bits.buffer);
  bits[0] = 1n;
  const littleEndian = words[0] === 1;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!;
      if (value === 0) continue;
      double[0] = value;
      const [low, high] = [words[littleEndian ? 0 : 1]!, words[littleEndian ? 1 : 0]!];
      const field = (high >>> 20) & 2047;
      const mantissa = high & 0xfffff;
      const exponent = (field === 0 ? 1 : field) - 1075;
      const top = field === 0 ? 0 : 1;
      const trailing =
        low !== 0 ? 31 - Math.clz32(low & -low) : mantissa !== 0 ? 63 - Math.clz32(mantissa & -mantissa) : 52;
      const length = top === 1 ? 53 : mantissa !== 0 ? 64 - Math.clz32(mantissa) : 32 - Math.clz32(low);
      lowest = Math.min(lowest, exponent + trailing);
      highest = Math.max(highest, exponent + length);
    }
  }
  const numerator = highest === Number.NEGATIVE_INFINITY ? 0 : highest - lowest;
  return { denominator: 1 - lowest, numerator, dyadic: true };
}

function jsonReport(file: string, net: NetworkFile): string {
  const { network, domain, format, warnings, sha256 } = net;
  const report = {
    file,
    format,
    sha256,
    shape: shapeOf(network),
    inputs: network.inputs,
    outputs: network.outputs,
    neurons: neuronCount(network),
    layers: layersOf(net),
    weights: exactnessOf(net),
    domain: domain === undefined ? null : jsonOfDomain(domain),
    digest: networkDigest(network),
    ...(net.tensors && { tensors: net.tensors }),
    ...(net.files && { files: net.files }),
    ...(net.heads && { heads: net.heads.map(({ kind }) => kind) }),
    warnings,
    ...stamp('info'),
  };
  return `${JSON.stringify(report)}\n`;
}

function showLayer({ width, bend, activations }: LayerInfo): string {
  const dead = bend === width ? '' : `, ${counted(width - bend, 'neuron')} that bend nowhere`;
  const names = activations.length <= 4 ? activations.join(', ') : `${activations.length} kinds of activation`;
  return `${counted(width, 'neuron')}, ${names}${dead}`;
}

function showExactness(exactness: Exactness): string {
  const { numbers, doubles, float32, dyadic, denominatorBits, numeratorBits } = exactness;
  const kind = float32 ? 'all float32' : doubles ? 'all doubles' : dyadic ? 'longer than doubles, dyadic' : 'rationals';
  const size = `common denominators up to ${counted(denominatorBits, 'bit')}, numerators up to ${grouped(numeratorBits)}`;
  return `${grouped(numbers)} numbers, taken exactly: ${kind}; ${size}`;
}

function textReport(file: string, net: NetworkFile): string {
  const { network, domain, format, warnings, sha256 } = net;
  const rows: [string, string][] = [
    ['file', `${file}: ${format}, sha256 ${sha256}`],
    ['shape', `${shapeOf(network)}, ${counted(neuronCount(network), 'neuron')} that bend`],
  ];
  layersOf(net).forEach((layer, l) => {
    rows.push([`layer ${l}`, showLayer(layer)]);
  });
  rows.push(
    ['output', network.endsWithActivation ? 'the last layer' : counted(network.outputs, 'affine value')],
    ['weights', showExactness(exactnessOf(net))],
    ['domain', domain === undefined ? 'none in the file; count needs --box, --domain or --whole' : showDomain(domain)],
    ['digest', networkDigest(network)],
  );
  for (const [kind, tensors] of Object.entries(net.tensors ?? {})) {
    rows.push([
      kind,
      tensors.map(({ name, shape }: NamedTensor) => `${quoted(name)} [${shape.join(', ')}]`).join(', '),
    ]);
  }
  if (net.files !== undefined) rows.push(['weights in', net.files.map(quoted).join(', ')]);
  for (const warning of warnings) rows.push(['warning', warning]);
  return table(rows);
}
