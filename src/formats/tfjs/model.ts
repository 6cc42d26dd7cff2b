/**
 * TensorFlow.js layers models (`model.json` with weight shards beside it, https://www.tensorflow.org/js), of the topologies of
 * Keras 2, Keras 3 and TensorFlow.js itself: sequential and functional ones, nested in each other.
 *
 * Weights are float32 and taken exactly; a slope in the JSON means the double that is written.
 */
import { z } from 'zod';
import { FormatError, quoted } from '../input/error.js';
import type { Neighbours } from '../input/neighbours.js';
import { conforming } from '../json/conforming.js';
import type { NetworkContent } from '../json/network.js';
import type { OnnxOptions } from '../onnx/inputs.js';
import { networkOfModel } from '../onnx/model.js';
import { GraphBuilder } from './graph.js';
import { LAYERS, type Tensor } from './layers.js';
import { manifestSchema, readWeights, type TfjsWeight } from './weights.js';

const layerSchema = z.object({
  class_name: z.string(),
  name: z.string().optional(),
  config: z.union([z.looseObject({ name: z.string().optional() }), z.array(z.unknown())]),
  inbound_nodes: z.unknown().optional(),
});

type Layer = z.infer<typeof layerSchema>;

const configSchema = z.looseObject({
  name: z.string().optional(),
  layers: z.array(layerSchema),
  input_layers: z.unknown().optional(),
  output_layers: z.unknown().optional(),
});

const modelSchema = z.object({
  class_name: z.enum(
    ['Sequential', 'Functional', 'Model'],
    'expected "Sequential", "Functional" or "Model"; rebuild the model as one',
  ),
  config: z.union([configSchema, z.array(layerSchema)]),
});

type Topology = z.infer<typeof modelSchema>;

const topologySchema = z.union([
  z.looseObject({ model_config: modelSchema, keras_version: z.string().optional() }),
  modelSchema.extend({ keras_version: z.string().optional() }),
]);

const fileSchema = z.object({
  format: z.literal('layers-model', 'expected "layers-model"; convert graph models to ONNX').optional(),
  modelTopology: topologySchema,
  weightsManifest: manifestSchema,
});

/** What building a model needs. */
interface Build {
  readonly graph: GraphBuilder;
  readonly keras: number;
  readonly weights: ReadonlyMap<string, () => TfjsWeight>;
  /** The names of the models that this one is nested in. */
  readonly path: string;
  /** How deep. */
  readonly depth: number;
}

const MAX_DEPTH = 16;

const layerName = (layer: Layer): string =>
  (Array.isArray(layer.config) ? undefined : layer.config.name) ?? layer.name ?? '';
const configOf = ({ config }: Layer): Readonly<Record<string, unknown>> => (Array.isArray(config) ? {} : config);

/** "dense_1/kernel", also below a prefix such as "sequential/". */
function weightOf(weights: Build['weights'], layer: string, parts: readonly string[], place: string): TfjsWeight {
  for (const part of parts) {
    const name = `${layer}/${part}`;
    const exact = weights.get(name);
    if (exact !== undefined) return exact();
    const below = [...weights].filter(([candidate]) => candidate.endsWith(`/${name}`));
    if (below.length > 1) throw new FormatError(place, `several weights are called ${quoted(name)}; rename the layer`);
    if (below.length === 1) return below[0]![1]();
  }
  throw new FormatError(place, `its weight ${quoted(parts[0]!)} is not in the manifest; save the model again`);
}

/** The shape that enters an input layer, with a batch of one item. */
function inputShape(layer: Layer, place: string): number[] {
  const config = configOf(layer);
  const shape = config.batch_input_shape ?? config.batch_shape;
  if (!Array.isArray(shape) || shape.length < 2) {
    throw new FormatError(place, 'expected batch_input_shape [null, inputs]; save the model after it was built');
  }
  return shape.map((extent: unknown, i) => {
    if (i === 0) return 1;
    if (Number.isSafeInteger(extent) && (extent as number) > 0) return extent as number;
    throw new FormatError(place, `dimension ${i} of the input is dynamic; build the model with a fixed shape`);
  });
}

/** What a layer makes of its inputs. */
function built(layer: Layer, inputs: readonly Tensor[], place: string, build: Build): Tensor {
  const name = layerName(layer);
  if (['Sequential', 'Functional', 'Model'].includes(layer.class_name)) return nested(layer, inputs, place, build);
  const builder = Object.hasOwn(LAYERS, layer.class_name) ? LAYERS[layer.class_name] : undefined;
  if (builder === undefined) {
    const known = Object.keys(LAYERS).join(', ');
    throw new FormatError(
      place,
      `layer ${quoted(layer.class_name)} is not supported; export the network to ONNX (read are ${known})`,
    );
  }
  const { graph, keras, weights } = build;
  const weight = (...parts: readonly string[]) => weightOf(weights, name, parts, place);
  return builder({ graph, keras, name, config: configOf(layer), place, weight, inputs });
}

/** A model in the place of a layer. */
function nested(layer: Layer, inputs: readonly Tensor[], place: string, build: Build): Tensor {
  if (build.depth >= MAX_DEPTH)
    throw new FormatError(place, `models are nested more than ${MAX_DEPTH} deep; flatten them`);
  const inner = conforming(modelSchema, { class_name: layer.class_name, config: layer.config });
  const outputs = modelOutputs(inner, inputs, { ...build, path: `${place}: `, depth: build.depth + 1 });
  const [first, ...others] = outputs;
  if (others.length > 0) throw new FormatError(place, `expected one output of a nested model, got ${outputs.length}`);
  return first!;
}

const isInput = ({ class_name }: Layer) => class_name === 'InputLayer';

/** A chain. Its first layer states the shape that enters. */
function sequentialOutputs(layers: readonly Layer[], inputs: readonly Tensor[] | undefined, build: Build): Tensor[] {
  const [first] = layers;
  const place = (l: number) => `${build.path}layers[${l}] (${layers[l]!.class_name.slice(0, 40)})`;
  if (first === undefined)
    throw new FormatError(`${build.path}layers`, 'expected layers, got none; save the model again');
  if (inputs !== undefined && inputs.length !== 1)
    throw new FormatError(place(0), `expected one input, got ${inputs.length}`);
  let value = inputs?.[0] ?? { value: 'x', shape: inputShape(first, place(0)) };
  if (inputs === undefined) build.graph.input('x', value.shape);
  layers.forEach((layer, l) => {
    if (!isInput(layer)) value = built(layer, [value], place(l), build);
  });
  return [value];
}

/** [layer, node, tensor] in the ways that versions write it. */
const reference = z.tuple([z.string(), z.int(), z.int()]).rest(z.unknown());

interface Reference {
  readonly layer: string;
  readonly node: number;
}

function referenceOf(value: unknown, place: string): Reference {
  const keras3 = z
    .looseObject({ class_name: z.literal('__keras_tensor__'), config: z.looseObject({ keras_history: reference }) })
    .safeParse(value);
  const read = keras3.success ? keras3.data.config.keras_history : reference.safeParse(value).data;
  if (read === undefined)
    throw new FormatError(place, 'expected [layer, node, tensor], got something else; save the model again');
  const [layer, node, tensor] = read;
  if (tensor !== 0)
    throw new FormatError(place, `expected the first tensor of ${quoted(layer)}, got ${tensor}; layers have one here`);
  return { layer, node };
}

/** The references of input_layers and output_layers: a list of them, or one alone. */
function referencesOf(value: unknown, place: string): Reference[] {
  if (!Array.isArray(value))
    throw new FormatError(place, 'expected a list of [layer, node, tensor]; save the model again');
  return typeof value[0] === 'string' ? [referenceOf(value, place)] : value.map((one) => referenceOf(one, place));
}

/** The inputs of each use of a layer. */
function usesOf({ inbound_nodes }: Layer, place: string): Reference[][] {
  if (inbound_nodes === undefined) return [];
  if (!Array.isArray(inbound_nodes))
    throw new FormatError(place, 'expected inbound_nodes as a list; save the model again');
  return inbound_nodes.map((use: unknown) => {
    // Keras 3: {args: [tensor] or [[tensor, ...]], kwargs}
    const named = z.looseObject({ args: z.array(z.unknown()) }).safeParse(use);
    const list = named.success ? named.data.args.flat() : use;
    if (!Array.isArray(list)) throw new FormatError(place, 'expected inbound_nodes as lists; save the model again');
    const tensors = named.success ? list.filter((one) => typeof one === 'object' && one !== null) : list;
    return typeof tensors[0] === 'string'
      ? [referenceOf(tensors, place)]
      : tensors.map((one) => referenceOf(one, place));
  });
}

/** What the layers and the outputs refer to. */
function allReferences({ layers, output_layers }: z.infer<typeof configSchema>, path: string): Reference[] {
  const outputs = referencesOf(output_layers, `${path}output_layers`);
  return [...outputs, ...layers.flatMap((layer, l) => usesOf(layer, `${path}layers[${l}]`).flat())];
}

/** A graph of layers, each of which may be used several times. */
function functionalOutputs(
  config: z.infer<typeof configSchema>,
  inputs: readonly Tensor[] | undefined,
  build: Build,
): Tensor[] {
  const layers = new Map(config.layers.map((layer, l) => [layerName(layer), { layer, l }]));
  if (layers.size !== config.layers.length)
    throw new FormatError(`${build.path}layers`, 'two layers have one name; save the model again');
  const known = new Map<string, Tensor>();
  const key = ({ layer, node }: Reference) => `${layer}:${node}`;
  const starts = referencesOf(config.input_layers, `${build.path}input_layers`);
  if (inputs !== undefined && inputs.length !== starts.length)
    throw new FormatError(`${build.path}input_layers`, `expected ${starts.length} inputs, got ${inputs.length}`);
  starts.forEach((start, k) => {
    const found = layers.get(start.layer);
    if (found === undefined)
      throw new FormatError(`${build.path}input_layers`, `there is no layer ${quoted(start.layer)}`);
    const shape = inputs?.[k]?.shape ?? inputShape(found.layer, `${build.path}layers[${found.l}]`);
    if (inputs === undefined) build.graph.input(start.layer, shape);
    known.set(key(start), inputs?.[k] ?? { value: start.layer, shape });
  });
  const open = new Set<string>();
  const references = allReferences(config, build.path);
  // A model in the place of a layer has a use of its own, which some versions count and do not list.
  const firstUse = (layer: string, uses: number) =>
    Math.max(...references.filter((one) => one.layer === layer).map(({ node }) => node)) >= uses ? 1 : 0;
  const resultOf = (wanted: Reference, from: string): Tensor => {
    const found = known.get(key(wanted));
    if (found !== undefined) return found;
    const entry = layers.get(wanted.layer);
    if (entry === undefined)
      throw new FormatError(from, `there is no layer ${quoted(wanted.layer)}; save the model again`);
    const place = `${build.path}layers[${entry.l}] (${entry.layer.class_name.slice(0, 40)})`;
    const uses = usesOf(entry.layer, place);
    const use = uses[wanted.node - firstUse(wanted.layer, uses.length)];
    if (use === undefined)
      throw new FormatError(from, `layer ${quoted(wanted.layer)} has no use ${wanted.node}; save the model again`);
    if (open.has(key(wanted))) throw new FormatError(place, 'the layers form a cycle; save the model again');
    open.add(key(wanted));
    if (open.size > MAX_OPEN)
      throw new FormatError(place, `expected at most ${MAX_OPEN} layers behind each other; use a smaller network`);
    const value = built(
      entry.layer,
      use.map((one) => resultOf(one, place)),
      place,
      build,
    );
    open.delete(key(wanted));
    known.set(key(wanted), value);
    return value;
  };
  const place = `${build.path}output_layers`;
  return referencesOf(config.output_layers, place).map((wanted) => resultOf(wanted, place));
}

/** Layers that wait for the one before: each is a few calls deep. */
const MAX_OPEN = 1000;

function modelOutputs({ class_name, config }: Topology, inputs: readonly Tensor[] | undefined, build: Build): Tensor[] {
  if (Array.isArray(config)) return sequentialOutputs(config, inputs, build);
  if (class_name === 'Sequential') return sequentialOutputs(config.layers, inputs, build);
  return functionalOutputs(config, inputs, build);
}

/**
 * A network from the parsed `model.json`.
 *
 * @param beside the weight files that lie beside the model
 * @throws FormatError naming the layer or weight
 */
export async function networkOfTfjs(
  value: unknown,
  beside: Neighbours,
  { head }: Pick<OnnxOptions, 'head'> = {},
): Promise<NetworkContent> {
  const { modelTopology, weightsManifest } = conforming(fileSchema, value);
  const topology = 'model_config' in modelTopology ? modelTopology.model_config : modelTopology;
  const version = modelTopology.keras_version ?? '';
  const keras = version.startsWith('3') ? 3 : 2;
  const graph = new GraphBuilder();
  const weights = readWeights(weightsManifest, beside);
  const outputs = modelOutputs(topology, undefined, { graph, keras, weights, path: '', depth: 0 });
  const name = (k: number) => (outputs.length === 1 ? 'y' : `y${k}`);
  const model = graph.model(outputs.map(({ value: output }, k) => [name(k), output]));
  const content = networkOfModel(model, head === undefined ? {} : { head });
  return {
    ...content,
    format: `TensorFlow.js layers model${version === '' ? '' : ` (Keras ${version.slice(0, 20)})`}`,
  };
}
