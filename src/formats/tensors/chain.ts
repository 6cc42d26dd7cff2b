/**
 * Weights and biases by name as a chain of linear layers with ReLU between them.
 *
 * Such files say neither the order of the layers nor their activations: the order is stated, or it is that of the numbers in the
 * names; what was assumed is told. A file of which there are two readings is refused.
 */
import { affineFromDoubles, buildNetwork, RELU, type Step } from '../../network/index.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import { MAX_WEIGHTS } from '../input/limits.js';
import type { NetworkContent } from '../json/network.js';
import { isFloating } from '../onnx/element.js';
import type { NamedWeights } from './named.js';

/** One layer: its weights and its bias. */
interface Pair {
  readonly layer: string;
  readonly weight: NamedWeights;
  readonly bias?: NamedWeights;
  /** "out, in" as PyTorch has it, "in, out" as Keras and Flax do; undefined where the name does not say. */
  readonly layout?: 'out-in' | 'in-out';
}

type Part = 'weight' | 'bias';

/** The layer and the part that a name means, and the layout that goes with its spelling. */
function partOf(
  name: string,
): { readonly layer: string; readonly part: Part; readonly layout?: Pair['layout'] } | undefined {
  const match = /^(.*?)[./_]?(weight|kernel|bias|[wWbB])[./_]?(\d*)$/s.exec(name);
  if (match === null) return undefined;
  const [, prefix = '', word, number = ''] = match;
  const part: Part = /^b/i.test(word!) ? 'bias' : 'weight';
  const layer = number === '' ? prefix : `${prefix}${number}`;
  if (word === 'weight') return { layer, part, layout: 'out-in' };
  return word === 'kernel' ? { layer, part, layout: 'in-out' } : { layer, part };
}

const positional = /^arr_(\d+)$/;

/** numpy.savez(file, W0, b0, W1, b1, ...): arr_0, arr_1, ... */
function pairsByPosition(tensors: readonly NamedWeights[]): Pair[] {
  const sorted = [...tensors].sort((a, b) => Number(positional.exec(a.name)![1]) - Number(positional.exec(b.name)![1]));
  return sorted.flatMap((weight, k): Pair[] => {
    if (weight.shape.length !== 2) return [];
    const next = sorted[k + 1];
    return [{ layer: weight.name, weight, ...(next?.shape.length === 1 && { bias: next }) }];
  });
}

function pairsByName(tensors: readonly NamedWeights[]): Pair[] {
  const layers = new Map<string, { weight?: NamedWeights; bias?: NamedWeights; layout?: Pair['layout'] }>();
  for (const tensor of tensors) {
    const found = partOf(tensor.name);
    if (found === undefined) {
      throw new FormatError(
        `tensor ${quoted(tensor.name)}`,
        'expected weights and biases (fc1.weight, fc1.bias, ...) only; export the network to ONNX',
      );
    }
    const known = layers.get(found.layer) ?? {};
    if (known[found.part] !== undefined)
      throw new FormatError(
        `tensor ${quoted(tensor.name)}`,
        `is a second ${found.part} of layer ${quoted(found.layer)}; rename it`,
      );
    layers.set(found.layer, {
      ...known,
      [found.part]: tensor,
      ...(found.layout !== undefined && { layout: found.layout }),
    });
  }
  return [...layers].map(([layer, { weight, bias, layout }]) => {
    if (weight === undefined)
      throw new FormatError(`layer ${quoted(layer)}`, 'has a bias and no weights; save them too');
    return { layer, weight, ...(bias !== undefined && { bias }), ...(layout !== undefined && { layout }) };
  });
}

/** Text and numbers of a name in turn: "net.10" as "net.", 10. */
const pieces = (name: string) => name.split(/(\d+)/);

/** The order of the numbers in the names. @throws FormatError for names that differ in more */
function byNumbers(pairs: readonly Pair[]): Pair[] {
  const texts = new Set(
    pairs.map(({ layer }) =>
      pieces(layer)
        .map((piece, i) => (i % 2 === 1 ? '#' : piece))
        .join(''),
    ),
  );
  const names = pairs.slice(0, 8).map(({ layer }) => quoted(layer));
  if (pairs.length > 1 && texts.size !== 1) {
    throw new FormatError(
      'layers',
      `expected names that differ by a number, got ${names.join(', ')}; state the order: --layers a,b,c`,
    );
  }
  const numbers = ({ layer }: Pair) =>
    pieces(layer)
      .filter((_, i) => i % 2 === 1)
      .map(Number);
  return [...pairs].sort((a, b) => {
    const [x, y] = [numbers(a), numbers(b)];
    const k = x.findIndex((value, i) => value !== y[i]);
    return k < 0 ? 0 : x[k]! - y[k]!;
  });
}

/** The layers in the order that was stated. @throws FormatError unless all are named once */
function inOrder(pairs: readonly Pair[], order: readonly string[]): Pair[] {
  const known = pairs.map(({ layer }) => quoted(layer)).join(', ');
  const found = order.map((name) => {
    const pair = pairs.find(({ layer }) => layer === name);
    if (pair !== undefined) return pair;
    throw new FormatError('--layers', `expected one of ${known}, got ${quoted(name)}; correct it`);
  });
  if (new Set(order).size !== pairs.length || order.length !== pairs.length) {
    throw new FormatError('--layers', `expected each of ${known} once, got ${order.length} names; correct it`);
  }
  return found;
}

type Layout = 'out-in' | 'in-out';

/** The extents of a layer's weights. */
function extents({ weight: { shape } }: Pair, layout: Layout): readonly [outputs: number, inputs: number] {
  return layout === 'out-in' ? [shape[0]!, shape[1]!] : [shape[1]!, shape[0]!];
}

/** Whether the layers fit behind each other in this layout, with their biases. */
function fits(pairs: readonly Pair[], layout: Layout): boolean {
  return pairs.every((pair, k) => {
    const [outputs, inputs] = extents(pair, pair.layout ?? layout);
    const before = pairs[k - 1];
    const enters = before === undefined ? inputs : extents(before, before.layout ?? layout)[0];
    return inputs === enters && (pair.bias === undefined || pair.bias.shape[0] === outputs);
  });
}

function layoutOf(pairs: readonly Pair[]): Layout {
  const layouts = (['out-in', 'in-out'] as const).filter((layout) => fits(pairs, layout));
  const [first, second] = layouts;
  const shapes = pairs.slice(0, 8).map(({ layer, weight }) => `${quoted(layer)} [${weight.shape}]`);
  if (first === undefined) {
    throw new FormatError(
      'layers',
      `these do not fit behind each other: ${shapes.join(', ')}; state the order: --layers a,b,c`,
    );
  }
  if (second !== undefined && pairs.some(({ layout }) => layout === undefined)) {
    throw new FormatError(
      'layers',
      `rows may be outputs or inputs of ${shapes.join(', ')}; name the arrays NAME.weight (rows are outputs) or NAME.kernel`,
    );
  }
  return first;
}

/** outputs x inputs, row-major. */
function matrixOf(pair: Pair, layout: Layout): Float64Array {
  const values = pair.weight.values();
  if (layout === 'out-in') return values;
  const [outputs, inputs] = extents(pair, layout);
  const rows = new Float64Array(values.length);
  for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) rows[o * inputs + i] = values[i * outputs + o]!;
  return rows;
}

function checkPair({ layer, weight, bias }: Pair) {
  const place = `layer ${quoted(layer)}`;
  if (weight.shape.length !== 2 || weight.shape.includes(0)) {
    throw new FormatError(
      place,
      `expected a matrix, got shape [${weight.shape}]: only linear layers are read; export the network to ONNX`,
    );
  }
  if (bias !== undefined && bias.shape.length !== 1)
    throw new FormatError(place, `expected a vector as bias, got shape [${bias.shape}]`);
  for (const tensor of [weight, bias]) {
    if (tensor !== undefined && !isFloating(tensor.type)) {
      throw new FormatError(
        place,
        `expected floating-point numbers, got ${tensor.type}; dequantise them, or export to ONNX`,
      );
    }
  }
}

/**
 * A network from named tensors.
 *
 * @param order the layers as the user states them
 * @param format what was read, for people
 * @throws FormatError naming the tensor or layer
 */
export function networkOfTensors(
  tensors: readonly NamedWeights[],
  order: readonly string[] | undefined,
  format: string,
): NetworkContent {
  if (tensors.length === 0) throw new FormatError('', 'expected weights, got none; save the network again');
  const total = tensors.reduce((sum, { shape }) => sum + shape.reduce((n, d) => n * d, 1), 0);
  if (total > MAX_WEIGHTS)
    throw new FormatError('', `expected at most ${MAX_WEIGHTS} weights, got ${total}; use a smaller network`);
  const isPositional = tensors.every(({ name }) => positional.test(name));
  const pairs = isPositional ? pairsByPosition(tensors) : pairsByName(tensors);
  const used = pairs.flatMap(({ weight, bias }) => [weight, ...(bias === undefined ? [] : [bias])]);
  const unused = tensors.find((tensor) => !used.includes(tensor));
  if (unused !== undefined)
    throw new FormatError(`array ${quoted(unused.name)}`, 'is no weight and no bias; save W0, b0, W1, b1, ... in turn');
  pairs.forEach(checkPair);
  const chain = order !== undefined ? inOrder(pairs, order) : isPositional ? pairs : byNumbers(pairs);
  const layout = layoutOf(chain);
  const steps = chain.flatMap((pair, k): Step[] => {
    const own = pair.layout ?? layout;
    const [outputs, inputs] = extents(pair, own);
    const bias = pair.bias?.values() ?? new Float64Array(outputs);
    const affine = complainingAt(`layer ${quoted(pair.layer)}`, () =>
      affineFromDoubles(outputs, inputs, matrixOf(pair, own), bias),
    );
    return k === chain.length - 1 ? [{ affine }] : [{ affine }, { slopes: new Array(outputs).fill(RELU) }];
  });
  const names = chain.slice(0, 8).map(({ layer }) => quoted(layer));
  const how =
    order !== undefined ? 'as stated' : isPositional ? 'in the order of the arrays' : 'by the numbers in the names';
  const notes = [
    `the file has no activations: ReLU is assumed after every layer but the last`,
    `the layers are ${names.join(', ')}${chain.length > 8 ? ', ...' : ''}, ${how}`,
  ];
  const inputs = extents(chain[0]!, chain[0]!.layout ?? layout)[1];
  const float32 = used.every(({ type }) => type === 'float' || type === 'double');
  return { network: buildNetwork(inputs, steps, notes), format, layered: float32 };
}
