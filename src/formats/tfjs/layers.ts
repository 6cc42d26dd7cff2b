/**
 * Layers of Keras as nodes of ONNX. Images have their channels last here, unless the layer says otherwise.
 */
import { FormatError, quoted } from '../input/error.js';
import type { Shape } from '../onnx/tensor.js';
import { type ActivationContext, activated } from './activation.js';
import type { Attribute } from './graph.js';
import type { TfjsWeight } from './weights.js';

/** A value of the graph, and its shape with a batch of one item. */
export interface Tensor {
  readonly value: string;
  readonly shape: Shape;
}

type Config = Readonly<Record<string, unknown>>;

/** One layer with what it needs. */
export interface LayerView extends ActivationContext {
  readonly name: string;
  readonly config: Config;
  readonly place: string;
  /** A weight by the last part of its name, of which there may be several. @throws FormatError if there is none */
  weight(...parts: readonly string[]): TfjsWeight;
  readonly inputs: readonly Tensor[];
}

export type LayerBuilder = (layer: LayerView) => Tensor;

function fail({ place }: LayerView, problem: string): FormatError {
  return new FormatError(place, problem);
}

function only(layer: LayerView): Tensor {
  const [first, ...others] = layer.inputs;
  if (first === undefined || others.length > 0) throw fail(layer, `expected one input, got ${layer.inputs.length}`);
  return first;
}

/** The value that a node of this layer computes. */
function node(layer: LayerView, op: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}) {
  return layer.graph.node(op, inputs, attributes, layer.name);
}

function numberOf(layer: LayerView, names: readonly string[], missing: number): number {
  const value = names
    .map((name) => layer.config[name])
    .find((candidate) => candidate !== undefined && candidate !== null);
  if (value === undefined) return missing;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw fail(layer, `expected a number as ${names[0]}; correct it`);
}

/** One integer per axis: a list, or one for all. */
function integersOf(layer: LayerView, name: string, rank: number, missing: number): number[] {
  const value = layer.config[name] ?? missing;
  const list = Array.isArray(value) ? value : new Array<unknown>(rank).fill(value);
  if (list.length === rank && list.every((entry) => Number.isSafeInteger(entry) && entry >= 0)) return list as number[];
  throw fail(layer, `expected ${rank} integers as ${name}; correct it`);
}

const constant = (layer: LayerView, { shape, values }: TfjsWeight) => layer.graph.weights(shape, values);

/** A constant with its axes in another order. */
const turned = (layer: LayerView, weight: TfjsWeight, perm: readonly number[]) =>
  node(layer, 'Transpose', [constant(layer, weight)], { perm });

const isChannelsFirst = ({ config }: LayerView) => /^channels_?first$/i.test(String(config.data_format ?? ''));

/** Orders of axes that bring the channels to the front, and back. */
const toFront = (rank: number) => [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
const toBack = (rank: number) => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];

/** Runs `work` on images with their channels in front. */
function onImages(layer: LayerView, image: Tensor, work: (image: Tensor) => Tensor): Tensor {
  const rank = image.shape.length;
  if (isChannelsFirst(layer)) return work(image);
  const [front, back] = [toFront(rank), toBack(rank)];
  const value = node(layer, 'Transpose', [image.value], { perm: front });
  const result = work({ value, shape: front.map((axis) => image.shape[axis]!) });
  return {
    value: node(layer, 'Transpose', [result.value], { perm: back }),
    shape: back.map((axis) => result.shape[axis]!),
  };
}

/** Padding by its name, and the extents that come out. */
interface Windows {
  readonly attributes: Record<string, Attribute>;
  readonly extents: number[];
}

function windowsOf(
  layer: LayerView,
  extents: readonly number[],
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): Windows {
  const padding = String(layer.config.padding ?? 'valid').toLowerCase();
  const reach = kernel.map((size, a) => dilations[a]! * (size - 1) + 1);
  const counted = (length: number, a: number) => Math.floor((length - reach[a]!) / strides[a]!) + 1;
  if (strides.some((stride) => stride < 1) || kernel.some((size) => size < 1))
    throw fail(layer, 'a kernel or stride is 0; correct it');
  if (padding === 'valid') return { attributes: {}, extents: extents.map(counted) };
  // Keras pads as ONNX does, but the sizes are written out: a runtime refuses dilations with automatic padding.
  const total =
    padding === 'causal'
      ? reach.map((size) => size - 1)
      : extents.map((extent, a) =>
          Math.max(0, (Math.ceil(extent / strides[a]!) - 1) * strides[a]! + reach[a]! - extent),
        );
  if (padding !== 'same' && padding !== 'causal')
    throw fail(layer, `padding ${quoted(padding)} is not supported; use same or valid`);
  const before = total.map((pad) => (padding === 'causal' ? pad : Math.floor(pad / 2)));
  const pads = [...before, ...total.map((pad, a) => pad - before[a]!)];
  return { attributes: { pads }, extents: extents.map((extent, a) => counted(extent + total[a]!, a)) };
}

function biased(layer: LayerView, { value, shape }: Tensor, axisFromEnd: number): Tensor {
  if (layer.config.use_bias === false) return { value, shape };
  const bias = layer.weight('bias');
  const dims = [bias.values.length, ...new Array<number>(axisFromEnd).fill(1)];
  return { value: node(layer, 'Add', [value, layer.graph.weights(dims, bias.values)]), shape };
}

function withActivation(layer: LayerView, { value, shape }: Tensor): Tensor {
  return { value: activated(layer.config.activation, value, layer, layer.name, layer.place), shape };
}

const dense: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const kernel = layer.weight('kernel');
  const [rows, units] = kernel.shape;
  if (kernel.shape.length !== 2 || rows !== shape.at(-1) || units === 0) {
    const got = `${kernel.shape.join(' x ')} weights`;
    throw fail(layer, `expected a kernel with ${shape.at(-1)} rows, got ${got}; save the model again`);
  }
  if (layer.config.use_bias !== false && layer.weight('bias').values.length !== units) {
    throw fail(layer, `expected ${units} biases, got ${layer.weight('bias').values.length}; save the model again`);
  }
  const product = node(layer, 'MatMul', [value, constant(layer, kernel)]);
  return withActivation(layer, biased(layer, { value: product, shape: [...shape.slice(0, -1), units!] }, 0));
};

/** Convolutions of 1 to 3 axes; kernels are [..., inputs, outputs]. */
const convolution =
  (rank: number): LayerBuilder =>
  (layer) =>
    withActivation(
      layer,
      onImages(layer, only(layer), ({ value, shape }) => {
        const kernel = layer.weight('kernel');
        const sizes = kernel.shape.slice(0, rank);
        const groups = numberOf(layer, ['groups'], 1);
        if (
          kernel.shape.length !== rank + 2 ||
          shape.length !== rank + 2 ||
          kernel.shape[rank]! * groups !== shape[1]
        ) {
          throw fail(
            layer,
            `its kernel of shape [${kernel.shape}] does not fit ${shape[1]} channels; save the model again`,
          );
        }
        const [strides, dilations] = [
          integersOf(layer, 'strides', rank, 1),
          integersOf(layer, 'dilation_rate', rank, 1),
        ];
        const { attributes, extents } = windowsOf(layer, shape.slice(2), sizes, strides, dilations);
        const order = [rank + 1, rank, ...sizes.map((_, axis) => axis)];
        const weights = turned(layer, kernel, order);
        const result = node(layer, 'Conv', [value, weights], { ...attributes, strides, dilations, group: groups });
        return biased(layer, { value: result, shape: [1, kernel.shape[rank + 1]!, ...extents] }, rank);
      }),
    );

/** A depthwise convolution: kernels are [height, width, channels, multiplier]. */
function depthwise(layer: LayerView, { value, shape }: Tensor): Tensor {
  const kernel = layer.weight('depthwise_kernel', 'kernel');
  const [height, width, channels, multiplier] = kernel.shape;
  if (kernel.shape.length !== 4 || channels !== shape[1])
    throw fail(layer, `its kernel of shape [${kernel.shape}] does not fit; save the model again`);
  const [strides, dilations] = [integersOf(layer, 'strides', 2, 1), integersOf(layer, 'dilation_rate', 2, 1)];
  const { attributes, extents } = windowsOf(layer, shape.slice(2), [height!, width!], strides, dilations);
  const outputs = channels! * multiplier!;
  const weights = node(layer, 'Reshape', [
    turned(layer, kernel, [2, 3, 0, 1]),
    layer.graph.integers([outputs, 1, height!, width!]),
  ]);
  const result = node(layer, 'Conv', [value, weights], { ...attributes, strides, dilations, group: channels! });
  return { value: result, shape: [1, outputs, ...extents] };
}

const depthwiseConvolution: LayerBuilder = (layer) =>
  withActivation(
    layer,
    onImages(layer, only(layer), (image) => biased(layer, depthwise(layer, image), 2)),
  );

const separableConvolution: LayerBuilder = (layer) =>
  withActivation(
    layer,
    onImages(layer, only(layer), (image) => {
      const { value, shape } = depthwise(layer, image);
      const kernel = layer.weight('pointwise_kernel');
      const result = node(layer, 'Conv', [value, turned(layer, kernel, [3, 2, 0, 1])]);
      return biased(layer, { value: result, shape: [1, kernel.shape[3]!, ...shape.slice(2)] }, 2);
    }),
  );

/** Kernels are [height, width, outputs, inputs]; a stride beyond the kernel leaves zeros between and at the end. */
const transposedConvolution: LayerBuilder = (layer) =>
  withActivation(
    layer,
    onImages(layer, only(layer), ({ value, shape }) => {
      const kernel = layer.weight('kernel');
      const sizes = kernel.shape.slice(0, 2);
      const strides = integersOf(layer, 'strides', 2, 1);
      const padding = String(layer.config.padding ?? 'valid').toLowerCase();
      if (kernel.shape.length !== 4 || kernel.shape[3] !== shape[1])
        throw fail(layer, 'its kernel does not fit; save the model again');
      if (
        !['same', 'valid'].includes(padding) ||
        layer.config.output_padding ||
        integersOf(layer, 'dilation_rate', 2, 1).some((d) => d !== 1)
      ) {
        throw fail(
          layer,
          'only padding same or valid without output_padding and dilation is read; export the network to ONNX',
        );
      }
      const cut = sizes.map((size, a) => (padding === 'same' ? Math.max(0, size - strides[a]!) : 0));
      const before = cut.map((pad) => Math.floor(pad / 2));
      const pads = [...before, ...cut.map((pad, a) => pad - before[a]!)];
      const extra = sizes.map((size, a) => Math.max(0, strides[a]! - size));
      const result = node(layer, 'ConvTranspose', [value, turned(layer, kernel, [3, 2, 0, 1])], {
        strides,
        pads,
        output_padding: extra,
      });
      const extents = shape.slice(2).map((extent, a) => strides[a]! * (extent - 1) + sizes[a]! + extra[a]! - cut[a]!);
      return biased(layer, { value: result, shape: [1, kernel.shape[2]!, ...extents] }, 2);
    }),
  );

/** Padding does not count in the mean. */
const pooling =
  (op: 'MaxPool' | 'AveragePool', rank: number): LayerBuilder =>
  (layer) =>
    onImages(layer, only(layer), ({ value, shape }) => {
      const kernel = integersOf(layer, 'pool_size', rank, 2);
      const strides = layer.config.strides == null ? kernel : integersOf(layer, 'strides', rank, 1);
      const { attributes, extents } = windowsOf(
        layer,
        shape.slice(2),
        kernel,
        strides,
        kernel.map(() => 1),
      );
      const result = node(layer, op, [value], { ...attributes, kernel_shape: kernel, strides });
      return { value: result, shape: [1, shape[1]!, ...extents] };
    });

const globalPooling =
  (op: 'ReduceMax' | 'ReduceMean'): LayerBuilder =>
  (layer) => {
    const { value, shape } = only(layer);
    const first = isChannelsFirst(layer);
    const axes = shape.map((_, axis) => axis).filter((axis) => axis !== 0 && axis !== (first ? 1 : shape.length - 1));
    const keeps = layer.config.keepdims === true;
    const result = node(layer, op, [value, layer.graph.integers(axes)], { keepdims: keeps ? 1 : 0 });
    return {
      value: result,
      shape: keeps
        ? shape.map((extent, a) => (axes.includes(a) ? 1 : extent))
        : shape.filter((_, a) => !axes.includes(a)),
    };
  };

const batchNormalization: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const stated = layer.config.axis ?? -1;
  const given = Array.isArray(stated) ? stated[0] : stated;
  const axis = Number(given) < 0 ? Number(given) + shape.length : Number(given);
  const channels = shape[axis];
  if (channels === undefined || axis < 1) throw fail(layer, `axis ${axis} is out of range; correct it`);
  const ones = { shape: [channels], values: new Float32Array(channels).fill(1) };
  const zeros = { shape: [channels], values: new Float32Array(channels) };
  const parameters = [
    layer.config.scale === false ? ones : layer.weight('gamma'),
    layer.config.center === false ? zeros : layer.weight('beta'),
    layer.weight('moving_mean'),
    layer.weight('moving_variance'),
  ].map((weight) => constant(layer, weight));
  const order = [0, axis, ...shape.map((_, a) => a).filter((a) => a !== 0 && a !== axis)];
  const back = order.map((_, a) => order.indexOf(a));
  const front = node(layer, 'Transpose', [value], { perm: order });
  const epsilon = numberOf(layer, ['epsilon'], 0.001);
  const result = node(layer, 'BatchNormalization', [front, ...parameters], { epsilon: { float: epsilon } });
  return { value: node(layer, 'Transpose', [result], { perm: back }), shape };
};

/** max(0, x) with a slope below 0, cut off at a largest value. */
const reluLayer: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  if (numberOf(layer, ['threshold'], 0) !== 0)
    throw fail(layer, 'ReLU with a threshold jumps there, or is cut off; export the network without it');
  const slope = numberOf(layer, ['negative_slope'], 0);
  const bent =
    slope === 0 ? node(layer, 'Relu', [value]) : node(layer, 'LeakyRelu', [value], { alpha: { float: slope } });
  const most = layer.config.max_value;
  if (most === undefined || most === null) return { value: bent, shape };
  const upper = layer.graph.number(numberOf(layer, ['max_value'], 0));
  // Without a slope one neuron cuts off on either side.
  const clipped = slope === 0 ? [value, layer.graph.number(0), upper] : [bent, '', upper];
  return { value: node(layer, 'Clip', clipped), shape };
};

const leakyReluLayer: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const alpha = numberOf(layer, ['alpha', 'negative_slope'], 0.3);
  return { value: node(layer, 'LeakyRelu', [value], { alpha: { float: alpha } }), shape };
};

const parametricReluLayer: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const alpha = layer.weight('alpha');
  return { value: node(layer, 'PRelu', [value, constant(layer, alpha)]), shape };
};

const thresholdedReluLayer: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const theta = numberOf(layer, ['theta'], 1);
  return { value: node(layer, 'ThresholdedRelu', [value], { alpha: { float: theta } }), shape };
};

const activationLayer: LayerBuilder = (layer) => withActivation(layer, only(layer));

const softmaxLayer: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  return { value: node(layer, 'Softmax', [value], { axis: numberOf(layer, ['axis'], -1) }), shape };
};

const reshapedTo = (layer: LayerView, { value }: Tensor, shape: Shape): Tensor => ({
  value: node(layer, 'Reshape', [value, layer.graph.integers(shape)]),
  shape,
});

const flatten: LayerBuilder = (layer) => {
  const input = only(layer);
  const rank = input.shape.length;
  const size = input.shape.reduce((product, extent) => product * extent, 1);
  if (rank < 3 || !isChannelsFirst(layer)) return reshapedTo(layer, input, [1, size]);
  // Channels come last in the vector too.
  return reshapedTo(layer, { value: node(layer, 'Transpose', [input.value], { perm: toBack(rank) }), shape: [] }, [
    1,
    size,
  ]);
};

const reshape: LayerBuilder = (layer) => {
  const input = only(layer);
  const target = layer.config.target_shape;
  if (!Array.isArray(target) || !target.every((extent) => extent === null || Number.isSafeInteger(extent)))
    throw fail(layer, 'expected a target_shape; correct it');
  const size = input.shape.reduce((product, extent) => product * extent, 1);
  const free = (extent: unknown) => extent === null || extent === -1;
  const known = target.reduce((product: number, extent) => (free(extent) ? product : product * Number(extent)), 1);
  return reshapedTo(layer, input, [1, ...target.map((extent) => (free(extent) ? size / known : Number(extent)))]);
};

const permute: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const dims = layer.config.dims;
  const perm = [0, ...(Array.isArray(dims) ? dims.map(Number) : [])];
  if (perm.length !== shape.length) throw fail(layer, `expected an order of ${shape.length - 1} axes; correct it`);
  return { value: node(layer, 'Transpose', [value], { perm }), shape: perm.map((axis) => shape[axis] ?? 0) };
};

const repeat: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const count = numberOf(layer, ['n'], 1);
  const row = node(layer, 'Unsqueeze', [value, layer.graph.integers([1])]);
  return { value: node(layer, 'Tile', [row, layer.graph.integers([1, count, 1])]), shape: [1, count, shape[1]!] };
};

/** Zeros around images, or images without their border: [before, after] per axis, one number per axis, or one for all. */
const border =
  (option: 'padding' | 'cropping', rank: number): LayerBuilder =>
  (layer) =>
    onImages(layer, only(layer), ({ value, shape }) => {
      const given = layer.config[option] ?? 1;
      const list: unknown[] = Array.isArray(given)
        ? rank === 1 && !Array.isArray(given[0])
          ? [given]
          : given
        : new Array<unknown>(rank).fill(given);
      const pairs = list.map((entry) => (Array.isArray(entry) ? entry.map(Number) : [Number(entry), Number(entry)]));
      if (
        pairs.length !== rank ||
        !pairs.flat().every((pad) => Number.isSafeInteger(pad) && pad >= 0) ||
        pairs.some((pair) => pair.length !== 2)
      ) {
        throw fail(layer, `expected ${rank} pairs as ${option}; correct it`);
      }
      const sign = option === 'padding' ? 1 : -1;
      const pads = [0, 1].flatMap((side) => [0, 0, ...pairs.map((pair) => sign * pair[side]!)]);
      const extents = shape.slice(2).map((extent, a) => extent + sign * (pairs[a]![0]! + pairs[a]![1]!));
      return { value: node(layer, 'Pad', [value, layer.graph.integers(pads)]), shape: [1, shape[1]!, ...extents] };
    });

const upSampling =
  (rank: number): LayerBuilder =>
  (layer) =>
    onImages(layer, only(layer), ({ value, shape }) => {
      const size = integersOf(layer, 'size', rank, 2);
      if (rank === 2 && String(layer.config.interpolation ?? 'nearest') !== 'nearest') {
        throw fail(
          layer,
          'only interpolation nearest is read: Keras and TensorFlow.js place the points of bilinear differently',
        );
      }
      const scales = layer.graph.weights([rank + 2], Float32Array.from([1, 1, ...size]));
      const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
      const result = node(layer, 'Resize', [value, '', scales], attributes);
      return { value: result, shape: [1, shape[1]!, ...shape.slice(2).map((extent, a) => extent * size[a]!)] };
    });

/** Element by element on several values, of one shape or broadcast. */
const merge =
  (op: string): LayerBuilder =>
  (layer) => {
    const [first, ...others] = layer.inputs;
    if (first === undefined || others.length === 0) throw fail(layer, 'expected several inputs');
    const rank = Math.max(...layer.inputs.map(({ shape }) => shape.length));
    if (layer.inputs.some(({ shape }) => shape.length !== rank))
      throw fail(layer, 'expected inputs of one rank; reshape them before');
    const shape = first.shape.map((_, axis) => Math.max(...layer.inputs.map((input) => input.shape[axis]!)));
    return {
      value: node(
        layer,
        op,
        layer.inputs.map(({ value }) => value),
      ),
      shape,
    };
  };

const concatenate: LayerBuilder = (layer) => {
  const [first] = layer.inputs;
  if (first === undefined) throw fail(layer, 'expected several inputs');
  const stated = numberOf(layer, ['axis'], -1);
  const axis = stated < 0 ? stated + first.shape.length : stated;
  const extent = layer.inputs.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const values = layer.inputs.map(({ value }) => value);
  return {
    value: node(layer, 'Concat', values, { axis }),
    shape: first.shape.map((own, a) => (a === axis ? extent : own)),
  };
};

const rescaling: LayerBuilder = (layer) => {
  const { value, shape } = only(layer);
  const scaled = node(layer, 'Mul', [value, layer.graph.number(numberOf(layer, ['scale'], 1))]);
  return { value: node(layer, 'Add', [scaled, layer.graph.number(numberOf(layer, ['offset'], 0))]), shape };
};

const pass: LayerBuilder = (layer) => only(layer);

/** What is read, by class name. */
export const LAYERS: Readonly<Record<string, LayerBuilder>> = {
  Activation: activationLayer,
  ActivityRegularization: pass,
  Add: merge('Sum'),
  AlphaDropout: pass,
  Average: merge('Mean'),
  AveragePooling1D: pooling('AveragePool', 1),
  AveragePooling2D: pooling('AveragePool', 2),
  AveragePooling3D: pooling('AveragePool', 3),
  BatchNormalization: batchNormalization,
  Concatenate: concatenate,
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv2DTranspose: transposedConvolution,
  Conv3D: convolution(3),
  Cropping1D: border('cropping', 1),
  Cropping2D: border('cropping', 2),
  Dense: dense,
  DepthwiseConv2D: depthwiseConvolution,
  Dropout: pass,
  Flatten: flatten,
  GaussianDropout: pass,
  GaussianNoise: pass,
  GlobalAveragePooling1D: globalPooling('ReduceMean'),
  GlobalAveragePooling2D: globalPooling('ReduceMean'),
  GlobalMaxPooling1D: globalPooling('ReduceMax'),
  GlobalMaxPooling2D: globalPooling('ReduceMax'),
  LeakyReLU: leakyReluLayer,
  MaxPooling1D: pooling('MaxPool', 1),
  MaxPooling2D: pooling('MaxPool', 2),
  MaxPooling3D: pooling('MaxPool', 3),
  Maximum: merge('Max'),
  Minimum: merge('Min'),
  PReLU: parametricReluLayer,
  Permute: permute,
  ReLU: reluLayer,
  RepeatVector: repeat,
  Rescaling: rescaling,
  Reshape: reshape,
  SeparableConv2D: separableConvolution,
  Softmax: softmaxLayer,
  SpatialDropout1D: pass,
  SpatialDropout2D: pass,
  Subtract: merge('Sub'),
  ThresholdedReLU: thresholdedReluLayer,
  UpSampling1D: upSampling(1),
  UpSampling2D: upSampling(2),
  ZeroPadding1D: border('padding', 1),
  ZeroPadding2D: border('padding', 2),
};
