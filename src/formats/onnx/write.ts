/**
 * Writes networks as ONNX models, exactly: what is read back is the same function with the same creases.
 *
 * One file with all weights inside; float32 where every number is one, float64 where every number is a double. Only standard
 * operators that onnxruntime has in that type are used.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { equal, ONE, type Rational, rationalFromDouble, toDouble, ZERO } from '../../exact/index.js';
import { type AffineMap, forEachEntry, type Network, type Slopes } from '../../network/index.js';
import { FormatError } from '../input/error.js';
import { modelSchema } from './schema.js';

const FIX = 'write .json, which holds every network';

/** Older runtimes read it as well. */
const OPSET = 17n;
const IR_VERSION = 8n;

/** Protobuf messages end at 2 GiB, and readers of this size are none. */
const MAX_BYTES = 2 ** 29;

type Precision = 'float32' | 'float64';

const bytesPer = (precision: Precision) => (precision === 'float32' ? 4 : 8);

const isSingle = (value: number) => Math.fround(value) === value;

/** A number as a double. @throws FormatError if it is none */
function doubleOf(value: Rational, place: string): number {
  const double = toDouble(value);
  if (Number.isFinite(double) && equal(rationalFromDouble(double), value)) return double;
  throw new FormatError(place, `its slopes are no doubles, which ONNX cannot say; ${FIX}`);
}

/** What a group of neurons of one layer does. */
type Kind = 'relu' | 'abs' | 'linear' | 'multiple' | 'leaky' | 'scaled';

function kindOf({ negative, positive }: Slopes): Kind {
  if (equal(negative, positive)) return equal(positive, ONE) ? 'linear' : 'multiple';
  if (!equal(positive, ONE)) return 'scaled';
  if (equal(negative, ZERO)) return 'relu';
  return equal(negative, { numerator: -1n, denominator: 1n }) ? 'abs' : 'leaky';
}

/** A model under construction. */
class ModelWriter {
  readonly #nodes: object[] = [];
  readonly #tensors: object[] = [];

  constructor(private readonly precision: Precision) {}

  numbers(name: string, dims: readonly number[], values: Float64Array): string {
    const list = this.precision === 'float32' ? Float32Array.from(values) : values;
    const rawData = new Uint8Array(list.buffer, list.byteOffset, list.byteLength);
    this.#tensors.push({ name, dims: dims.map(BigInt), dataType: this.precision === 'float32' ? 1 : 11, rawData });
    return name;
  }

  integers(name: string, values: readonly number[]): string {
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    this.#tensors.push({ name, dims: [BigInt(values.length)], dataType: 7, rawData });
    return name;
  }

  node(opType: string, input: readonly string[], output: string, ints: Readonly<Record<string, number>> = {}): string {
    const attribute = Object.entries(ints).map(([name, value]) => ({ name, type: 2, i: BigInt(value) }));
    this.#nodes.push({ opType, input, output: [output], name: output, attribute });
    return output;
  }

  bytes(inputs: number, outputs: number): Uint8Array {
    const elemType = this.precision === 'float32' ? 1 : 11;
    const value = (name: string, width: number) => {
      const dim = [1, width].map((extent) => ({ value: { case: 'dimValue', value: BigInt(extent) } }));
      return { name, type: { tensorType: { elemType, shape: { dim } } } };
    };
    const model = {
      irVersion: IR_VERSION,
      producerName: 'relu-atlas',
      opsetImport: [{ domain: '', version: OPSET }],
      graph: {
        name: 'network',
        node: this.#nodes,
        initializer: this.#tensors,
        input: [value('x', inputs)],
        output: [value('y', outputs)],
      },
    };
    return toBinary(modelSchema, create(modelSchema, model as MessageInitShape<typeof modelSchema>));
  }
}

/** All entries of a map, row-major. */
function matrixOf({ pattern, values, outputs, inputs }: AffineMap): Float64Array {
  if (pattern.columns === null) return values;
  const all = new Float64Array(outputs * inputs);
  forEachEntry(pattern, (r, c, e) => {
    all[r * inputs + c] = values[e]!;
  });
  return all;
}

function writeMap(writer: ModelWriter, map: AffineMap, from: string, to: string): string {
  const weights = writer.numbers(`${to} weight`, [map.outputs, map.inputs], matrixOf(map));
  const bias = writer.numbers(`${to} bias`, [map.outputs], map.bias);
  return writer.node('Gemm', [from, weights, bias], to, { transB: 1 });
}

/** One activation on a value whose elements all have this kind. */
function writeKind(
  writer: ModelWriter,
  kind: Kind,
  slopes: readonly Slopes[],
  from: string,
  to: string,
  place: string,
) {
  const list = (value: (slopes: Slopes) => Rational) => Float64Array.from(slopes, (own) => doubleOf(value(own), place));
  const dims = [slopes.length];
  switch (kind) {
    case 'linear':
      return from;
    case 'relu':
      return writer.node('Relu', [from], to);
    case 'abs':
      return writer.node('Abs', [from], to);
    case 'multiple':
      return writer.node(
        'Mul',
        [
          from,
          writer.numbers(
            `${to} factor`,
            dims,
            list(({ positive }) => positive),
          ),
        ],
        to,
      );
    default: {
      // positive relu(x) + negative (x - relu(x)): one crease, and no difference of slopes that may be no double.
      const bent = writer.node('Relu', [from], `${to} relu`);
      const rest = writer.node('Sub', [from, bent], `${to} rest`);
      const above = writer.numbers(
        `${to} above`,
        dims,
        list(({ positive }) => positive),
      );
      const below = writer.numbers(
        `${to} below`,
        dims,
        list(({ negative }) => negative),
      );
      const parts = [writer.node('Mul', [bent, above], `${to} part`), writer.node('Mul', [rest, below], `${to} other`)];
      return writer.node('Add', parts, to);
    }
  }
}

/** Neurons of one kind, by their numbers in the layer; in the order of the first of each. */
function groupsOf(slopes: readonly Slopes[]): Map<Kind, number[]> {
  const groups = new Map<Kind, number[]>();
  slopes.forEach((own, i) => {
    // A group of its own for what bends nowhere, so that no crease is made.
    const kind = kindOf(own);
    groups.set(kind, [...(groups.get(kind) ?? []), i]);
  });
  return groups;
}

/** The activations of one layer. */
function writeActivations(
  writer: ModelWriter,
  precision: Precision,
  slopes: readonly Slopes[],
  from: string,
  to: string,
  place: string,
) {
  const groups = groupsOf(slopes);
  const [only] = groups.keys();
  if (groups.size === 1 && only !== 'leaky') return writeKind(writer, only!, slopes, from, to, place);
  // float64 has no PRelu in onnxruntime.
  if (precision === 'float32' && slopes.every(({ positive }) => equal(positive, ONE))) {
    const below = Float64Array.from(slopes, ({ negative }) => doubleOf(negative, place));
    return writer.node('PRelu', [from, writer.numbers(`${to} slope`, [slopes.length], below)], to);
  }
  if (groups.size === 1) return writeKind(writer, only!, slopes, from, to, place);
  const parts = [...groups].map(([kind, members]) => {
    const indices = writer.integers(`${to} ${kind} places`, members);
    const part = writer.node('Gather', [from, indices], `${to} ${kind} before`, { axis: 1 });
    return writeKind(
      writer,
      kind,
      members.map((i) => slopes[i]!),
      part,
      `${to} ${kind}`,
      place,
    );
  });
  const order = [...groups.values()].flat();
  const sorted = order.every((i, k) => i === k);
  const joined = writer.node('Concat', parts, sorted ? to : `${to} groups`, { axis: 1 });
  if (sorted) return joined;
  const places = new Array<number>(order.length);
  order.forEach((i, k) => {
    places[i] = k;
  });
  return writer.node('Gather', [joined, writer.integers(`${to} order`, places)], to, { axis: 1 });
}

/** The shortest type that holds all numbers. @throws FormatError if doubles do not */
function precisionOf(network: Network, maps: readonly AffineMap[]): Precision {
  maps.forEach((map, l) => {
    if (!map.exactDoubles)
      throw new FormatError(`layer ${l + 1}`, `its weights are no doubles, which ONNX cannot say; ${FIX}`);
  });
  const slopes = network.layers.flatMap((layer, l) =>
    layer.slopes.flatMap(({ negative, positive }) =>
      [negative, positive].map((slope) => doubleOf(slope, `layer ${l + 1}`)),
    ),
  );
  const single = slopes.every(isSingle) && maps.every((map) => map.values.every(isSingle) && map.bias.every(isSingle));
  return single ? 'float32' : 'float64';
}

/**
 * The bytes of a model: input "x" [1, inputs], output "y" [1, outputs].
 *
 * @throws FormatError for numbers that are no doubles, and networks that are too large for one file
 */
export function writeOnnx(network: Network): Uint8Array {
  const last = network.endsWithActivation ? [] : [network.output];
  const maps = [...network.layers.map(({ affine }) => affine), ...last];
  const precision = precisionOf(network, maps);
  const size = bytesPer(precision) * maps.reduce((sum, map) => sum + map.outputs * (map.inputs + 1), 0);
  if (size > MAX_BYTES) {
    throw new FormatError('weights', `expected at most ${MAX_BYTES} bytes of matrices, got ${size}; ${FIX}`);
  }
  const writer = new ModelWriter(precision);
  let value = 'x';
  network.layers.forEach(({ affine, slopes }, l) => {
    const before = writeMap(writer, affine, value, `layer ${l + 1}`);
    value = writeActivations(writer, precision, slopes, before, `activation ${l + 1}`, `layer ${l + 1}`);
  });
  if (!network.endsWithActivation) value = writeMap(writer, network.output, value, 'output');
  writer.node('Identity', [value], 'y');
  return writer.bytes(network.inputs, network.outputs);
}
