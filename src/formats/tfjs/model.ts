/**
 * TensorFlow.js layers models (`model.json` with weight shards beside it, https://www.tensorflow.org/js): chains of Dense,
 * Activation, ReLU, LeakyReLU, Flatten and Dropout layers.
 *
 * Weights are float32 and taken exactly; a slope in the JSON means the double that is written.
 */
import { z } from 'zod';
import { rationalFromDouble } from '../../exact/index.js';
import { affineFromDoubles, buildNetwork, leaky, RELU, type Slopes, type Step } from '../../network/index.js';
import { checkLayerSize, checkTotalSize } from '../input/affine-entries.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import { MAX_NUMBERS } from '../input/source.js';
import type { NetworkContent } from '../json/network.js';
import { conforming } from '../json/text.js';
import { manifestSchema, type ReadShard, readWeights, type TfjsWeight } from './weights.js';

const extents = z.array(z.union([z.int().min(1), z.null()]));

const layerSchema = z.object({
  class_name: z.string(),
  config: z.looseObject({
    name: z.string().optional(),
    batch_input_shape: extents.optional(),
    batch_shape: extents.optional(),
    activation: z.unknown().optional(),
  }),
  inbound_nodes: z.unknown().optional(),
});

type Layer = z.infer<typeof layerSchema>;

const modelSchema = z.object({
  class_name: z.enum(['Sequential'], 'expected "Sequential", a chain of layers; rebuild the model as one'),
  config: z.union([z.object({ layers: z.array(layerSchema) }), z.array(layerSchema)]),
});

const fileSchema = z.object({
  format: z.literal('layers-model', 'expected "layers-model"; convert graph models to ONNX').optional(),
  modelTopology: z.union([z.object({ model_config: modelSchema }), modelSchema]),
  weightsManifest: manifestSchema,
});

/** The shape that enters the first layer, without the batch. */
function inputShape(layers: readonly Layer[]): readonly number[] {
  const [first] = layers;
  const shape = first?.config.batch_input_shape ?? first?.config.batch_shape;
  if (shape === undefined || shape.length < 2) {
    throw new FormatError('layers[0]', 'expected batch_input_shape [null, inputs]; save the model after it was built');
  }
  return shape.slice(1).map((extent, i) => {
    if (extent !== null) return extent;
    throw new FormatError(
      'layers[0]',
      `dimension ${i + 1} of the input is dynamic; build the model with a fixed shape`,
    );
  });
}

/** "dense_1/kernel", also below a prefix such as "sequential/". */
function weightOf(weights: ReadonlyMap<string, TfjsWeight>, layer: string, part: string): TfjsWeight | undefined {
  const name = `${layer}/${part}`;
  const exact = weights.get(name);
  if (exact !== undefined) return exact;
  const below = [...weights].filter(([candidate]) => candidate.endsWith(`/${name}`));
  if (below.length > 1) throw new FormatError(`layer ${quoted(layer)}`, `several weights are called ${quoted(name)}`);
  return below[0]?.[1];
}

/** W' x + b for a kernel of shape [inputs, units]. */
function dense(layer: Layer, place: string, inputs: number, weights: ReadonlyMap<string, TfjsWeight>): Step {
  const name = layer.config.name ?? '';
  const kernel = weightOf(weights, name, 'kernel');
  const bias = weightOf(weights, name, 'bias');
  if (kernel === undefined || (bias === undefined && layer.config.use_bias !== false)) {
    throw new FormatError(place, 'its weights are not in the manifest; save the model again');
  }
  const [rows, units] = kernel.shape;
  if (
    kernel.shape.length !== 2 ||
    rows !== inputs ||
    units === 0 ||
    (bias !== undefined && bias.values.length !== units)
  ) {
    const got = `${kernel.shape.join(' x ')} weights`;
    throw new FormatError(place, `expected a kernel with ${inputs} rows and as many biases as columns, got ${got}`);
  }
  checkLayerSize(units!, inputs, place);
  const transposed = new Float64Array(inputs * units!);
  kernel.values.forEach((value, i) => {
    transposed[(i % units!) * inputs + Math.floor(i / units!)] = value;
  });
  return { affine: affineFromDoubles(units!, inputs, transposed, bias?.values ?? new Float64Array(units!)) };
}

function slopeOf(config: Layer['config'], names: readonly string[], missing: number, place: string): number {
  const value = names.map((name) => config[name]).find((candidate) => candidate !== undefined && candidate !== null);
  if (value === undefined) return missing;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new FormatError(place, `expected a number as ${names[0]}; correct it`);
}

/** The slopes of an activation by its name; undefined for none. */
function namedActivation(name: unknown, place: string): Slopes | undefined {
  if (name === undefined || name === null || name === 'linear') return undefined;
  if (name === 'relu') return RELU;
  const shown = quoted(typeof name === 'string' ? name : 'an object');
  const fix = 'use relu or LeakyReLU, or export the network up to the layer before it';
  throw new FormatError(place, `activation ${shown} is not supported; ${fix}`);
}

/** max(0, x) with a slope below 0 if the layer has one; a threshold or a largest value would change the function. */
function reluLayer(config: Layer['config'], place: string): Slopes {
  const zero = (value: unknown) => value === undefined || value === null || value === 0;
  if (!zero(config.threshold) || (config.max_value !== undefined && config.max_value !== null)) {
    throw new FormatError(place, 'ReLU with max_value or threshold is not supported; export the network to ONNX');
  }
  return leaky(rationalFromDouble(slopeOf(config, ['negative_slope'], 0, place)));
}

/** What an activation layer does; undefined for layers that pass values through. */
function activationOf({ class_name, config }: Layer, place: string): Slopes | undefined {
  if (class_name === 'ReLU') return reluLayer(config, place);
  if (class_name === 'LeakyReLU') {
    return leaky(rationalFromDouble(slopeOf(config, ['alpha', 'negative_slope'], 0.3, place)));
  }
  if (class_name === 'Activation' || class_name === 'Dense') return namedActivation(config.activation, place);
  if (class_name === 'InputLayer' || class_name === 'Dropout' || class_name === 'Flatten') return undefined;
  const known = 'InputLayer, Dense, Activation, ReLU, LeakyReLU, Flatten, Dropout';
  throw new FormatError(
    place,
    `layer ${quoted(class_name)} is not supported (only ${known}); export the network to ONNX`,
  );
}

/**
 * A network from the parsed `model.json`.
 *
 * @param readShard reads a weight file that lies beside the model
 * @throws FormatError naming the layer or weight
 */
export async function networkOfTfjs(value: unknown, readShard: ReadShard): Promise<NetworkContent> {
  const { modelTopology, weightsManifest } = conforming(fileSchema, value);
  const { config } = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  const layers = 'layers' in config ? config.layers : config;
  let shape = inputShape(layers);
  const inputs = shape.reduce((product, extent) => product * extent, 1);
  if (inputs > MAX_NUMBERS / 128)
    throw new FormatError('layers[0]', `${inputs} inputs are too many; use a smaller network`);
  const weights = await readWeights(weightsManifest, readShard);
  const steps: Step[] = [];
  let total = 0;
  layers.forEach((layer, l) => {
    const place = `layers[${l}] (${layer.class_name.slice(0, 40)})`;
    const width = shape.reduce((product, extent) => product * extent, 1);
    if (layer.class_name === 'Dense') {
      if (shape.length !== 1)
        throw new FormatError(place, `expected a vector, got shape [${shape}]; flatten it before`);
      const step = dense(layer, place, width, weights);
      steps.push(step);
      shape = ['affine' in step ? step.affine.outputs : width];
    } else if (layer.class_name === 'Flatten') shape = [width];
    const slopes = activationOf(layer, place);
    if (slopes === undefined) return;
    const values = shape.reduce((p, e) => p * e, 1);
    // Without a Dense layer before it, an identity comes before it.
    total += layer.class_name === 'Dense' ? 0 : values * (values + 1);
    checkTotalSize(total, place);
    steps.push({ slopes: new Array<Slopes>(values).fill(slopes) });
  });
  const network = complainingAt('layers', () => buildNetwork(inputs, steps));
  return { network, format: 'TensorFlow.js layers model' };
}
