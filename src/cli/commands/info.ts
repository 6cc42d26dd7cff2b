/**
 * `relu-atlas info`
 */
import { stamp } from '../../answers/index.js';
import { bitLength, equal, formatRational, ONE, ZERO } from '../../exact/index.js';
import { jsonOfDomain, type NamedTensor, type NetworkFile, quoted } from '../../formats/index.js';
import type { AffineMap } from '../../network/index.js';
import { bends, networkDigest, neuronCount, type Slopes, shapeOf } from '../../network/index.js';
import { EXIT } from '../exit.js';
import { readSubject, type SubjectOptions } from '../options/subject.js';
import { counted, grouped, showDomain, table } from '../output/text.js';

interface InfoOptions extends SubjectOptions {
  readonly format: 'text' | 'json';
}

export async function info(file: string, options: InfoOptions): Promise<number> {
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
  const exact = maps.map((map) => map.integers());
  const longest = (values: readonly bigint[]) => values.reduce((most, value) => Math.max(most, bitLength(value)), 0);
  return {
    doubles: all((map) => map.exactDoubles),
    float32: all((map) => map.exactDoubles && map.values.every(isFloat) && map.bias.every(isFloat)),
    numbers: maps.reduce((sum, map) => sum + map.outputs * (map.inputs + 1), 0),
    denominatorBits: Math.max(0, ...exact.map((map) => bitLength(map.denominator))),
    numeratorBits: Math.max(0, ...exact.map((map) => Math.max(longest(map.values), longest(map.bias)))),
    dyadic: exact.every(({ denominator }) => (denominator & (denominator - 1n)) === 0n),
  };
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
  for (const warning of warnings) rows.push(['warning', warning]);
  return table(rows);
}
