/**
 * The project's JSON formats for networks and domains.
 *
 * **Network, version 1:**
 *
 *     { "format": "relu-atlas-network", "version": 1, "inputs": 2,
 *       "layers": [ { "weights": [[1, "1/3"]], "bias": [0], "activation": "relu" }, ... ],
 *       "domain": { "box": [[-1, 1], [0, "2/3"]] },          optional
 *       "notes": ["..."] }                                   optional
 *
 * Each layer is x -> act(W x + b); `weights` has one row per output. Activations: `"relu"`, `"linear"`, `"abs"`,
 * `{"leaky": slope}`, `{"scaled": a}` for a * max(0, t), and `{"slopes": [[negative, positive], ...]}` with one pair per
 * output. A number is the double that JSON makes of it, taken exactly; a string such as "1/3" or "0.1" is that rational.
 *
 * **Plain network:** `{ "layers": [ { "weights": out x in, "bias": [...] }, ... ] }`: ReLU on all layers but the last.
 * It may have "inputs" and a "domain", too; an "activation" is refused there, because it would change the meaning.
 *
 * Members with other names are refused but for remarks (`members.ts`): misspelt, they would be left out. Beside "layers" a plain network may have any that
 * is not spelt almost as one that is read, as other programs write it.
 *
 * **Domain:** `{ "box": [[lo, hi], ...] }`, one interval per input, or a polytope: see `domain.ts`.
 */
import type { BoxDomain, Domain } from '../../network/index.js';
import {
  ABSOLUTE,
  buildNetwork,
  LINEAR,
  leaky,
  type Network,
  RELU,
  type Slopes,
  type Step,
  scaledRelu,
} from '../../network/index.js';
import { affineFromEntries, denseEntries } from '../input/affine-entries.js';
import { type Entry, exactly } from '../input/entries.js';
import { FormatError } from '../input/error.js';
import type { OutputHead } from '../input/head.js';
import { isSpeltLike } from '../input/near-names.js';
import { entryOfJson } from '../input/numbers.js';
import { domainContent, domainOfContent } from './domain.js';
import { membersAt, membersOfOthers } from './members.js';
import { countAt, type JsonObject, listAt, objectAt, refuse } from './parts.js';
import { valueOfJson } from './text.js';
import { NETWORK_FORMAT } from './write.js';

type Activation =
  | 'relu'
  | 'linear'
  | 'abs'
  | { readonly leaky: unknown }
  | { readonly scaled: unknown }
  | { readonly slopes: readonly (readonly unknown[])[] };

/** A layer; its numbers are read one by one, with their places. */
interface LayerContent {
  readonly weights: readonly (readonly unknown[])[];
  readonly bias: readonly unknown[];
}

const ACTIVATIONS = '"relu", "linear", "abs", {"leaky":a}, {"scaled":a} or {"slopes":[[negative,positive],...]}';

const MISSING_ACTIVATION =
  'expected an activation, got none: "relu", "linear" (an output layer), "abs", {"leaky":a}, {"scaled":a} or {"slopes":[...]}; correct it';

const PLAIN_HAS_NO_ACTIVATION =
  'has no meaning in a plain network (ReLU on all layers but the last); ' +
  `add "format":"${NETWORK_FORMAT}","version":1,"inputs":n; correct it`;

function isActivation(value: unknown): value is Activation {
  if (value === 'relu' || value === 'linear' || value === 'abs') return true;
  const [[name, given] = [], ...more] = Object.entries(Object(value));
  if (typeof value === 'string' || more.length > 0) return false;
  if (name !== 'slopes') return name === 'leaky' || name === 'scaled';
  return Array.isArray(given) && given.every((pair) => Array.isArray(pair) && pair.length === 2);
}

function activationAt(value: unknown, place: string): Activation {
  if (value === undefined) throw new FormatError(place, MISSING_ACTIVATION);
  return isActivation(value) ? value : refuse(place, ACTIVATIONS, value);
}

function numbersAt(value: unknown, place: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(place, 'an array of numbers', value);
}

function layerAt({ weights, bias }: JsonObject, place: string): LayerContent {
  const rows = listAt(weights, `${place}.weights`, numbersAt);
  if (rows.length === 0) refuse(`${place}.weights`, 'a row per output', weights);
  return { weights: rows, bias: numbersAt(bias, `${place}.bias`) };
}

function activeLayerAt(value: unknown, place: string) {
  const layer = membersAt(value, place, ['weights', 'bias', 'activation']);
  const { activation } = layer;
  return { ...layerAt(layer, place), activation: activationAt(activation, `${place}.activation`) };
}

function plainLayerAt(value: unknown, place: string): LayerContent {
  const layer = objectAt(value, place);
  if ('activation' in layer) throw new FormatError(`${place}.activation`, PLAIN_HAS_NO_ACTIVATION);
  return layerAt(membersAt(layer, place, ['weights', 'bias']), place);
}

function noteAt(value: unknown, place: string): string {
  return typeof value === 'string' ? value : refuse(place, 'string', value);
}

/** What a network file holds whose format knows boxes only. */
export interface BoxedContent extends NetworkContent {
  readonly domain?: BoxDomain;
}

/** A tensor of a network file. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The tensors whose elements are a network's inputs and outputs, in their order. */
export interface NetworkTensors {
  readonly inputs: readonly NamedTensor[];
  /** Of them the last are the hidden values that were asked for. */
  readonly outputs: readonly NamedTensor[];
}

/** What a network file holds. */
export interface NetworkContent {
  readonly network: Network;
  /** Where the format has tensors. */
  readonly tensors?: NetworkTensors;
  /**
   * True if a program that runs the file computes one sum of products and a bias per neuron, as the layers of `network` have
   * them: then bounds on rounding errors of these layers are such of the program.
   */
  readonly layered?: boolean;
  /** What was cut off behind the outputs, in the order of `tensors.outputs`, if the logits were asked for. */
  readonly heads?: readonly OutputHead[];
  readonly domain?: Domain;
  /** The variant that was recognised, for people. */
  readonly format: string;
}

function slopesOf(activation: Activation, outputs: number, place: string): readonly Slopes[] {
  const constant = (slopes: Slopes) => new Array<Slopes>(outputs).fill(slopes);
  if (activation === 'relu') return constant(RELU);
  if (activation === 'linear') return constant(LINEAR);
  if (activation === 'abs') return constant(ABSOLUTE);
  const number = (value: unknown, part: string) => exactly(entryOfJson(value, () => `${place}.${part}`));
  if ('leaky' in activation) return constant(leaky(number(activation.leaky, 'leaky')));
  if ('scaled' in activation) return constant(scaledRelu(number(activation.scaled, 'scaled')));
  if (activation.slopes.length !== outputs) {
    const got = activation.slopes.length;
    throw new FormatError(
      `${place}.slopes`,
      `expected ${outputs} pairs, one per output, got ${got}; add or remove some`,
    );
  }
  return activation.slopes.map(([negative, positive], i) => ({
    negative: number(negative, `slopes[${i}][0]`),
    positive: number(positive, `slopes[${i}][1]`),
  }));
}

/** The numbers of a list. Most are plain, which is seen without running code for each of them. */
function entriesOf(values: readonly unknown[], place: string): readonly Entry[] {
  if (values.every(Number.isFinite)) return values as readonly number[];
  return values.map((value, k) => entryOfJson(value, () => `${place}[${k}]`));
}

/** The affine map of a layer whose rows must have `inputs` entries. */
function affineOf(layer: LayerContent, inputs: number, place: string) {
  const { weights, bias } = layer;
  if (bias.length !== weights.length) {
    const fix = 'weights are rows, one per output';
    throw new FormatError(`${place}.bias`, `expected ${weights.length} numbers, got ${bias.length}; ${fix}`);
  }
  weights.forEach((row, r) => {
    if (row.length === inputs) return;
    const fix = 'a row has one weight per input';
    throw new FormatError(`${place}.weights[${r}]`, `expected ${inputs} numbers, got ${row.length}; ${fix}`);
  });
  const entries = weights.flatMap((row, r) => entriesOf(row, `${place}.weights[${r}]`));
  const constants = entriesOf(bias, `${place}.bias`);
  return affineFromEntries(denseEntries(constants.length, inputs, entries, place), constants, place);
}

/** A network from JSON text, in either variant. @throws FormatError */
export function networkOfJson(text: string): NetworkContent {
  return networkOfJsonValue(valueOfJson(text));
}

/** A network from a parsed JSON text. @throws FormatError */
export function networkOfJsonValue(value: unknown): NetworkContent {
  const content = objectAt(value, '');
  return 'format' in content ? versionedNetwork(content) : plainNetwork(content);
}

function versionedNetwork(content: JsonObject): NetworkContent {
  const { format: name, version, inputs: count, layers: given, domain: where, notes: said } = content;
  if (name !== NETWORK_FORMAT) refuse('format', `"${NETWORK_FORMAT}"`, name);
  if (version !== 1) refuse('version', 'version 1, the only one this program reads', version);
  membersAt(content, '', ['format', 'version', 'inputs', 'layers', 'domain', 'notes']);
  const inputs = countAt(count, 'inputs');
  const layers = listAt(given, 'layers', activeLayerAt);
  const domain = where === undefined ? undefined : domainContent(where, 'domain');
  const notes = said === undefined ? [] : listAt(said, 'notes', noteAt);
  let width = inputs;
  const steps = layers.flatMap((layer, l): Step[] => {
    const place = `layers[${l}]`;
    const affine = affineOf(layer, width, place);
    width = affine.outputs;
    return [{ affine }, { slopes: slopesOf(layer.activation, width, `${place}.activation`) }];
  });
  const network = buildNetwork(inputs, steps, notes);
  const format = 'JSON (relu-atlas-network, version 1)';
  // Layers without an activation were merged with the next.
  const layered = network.layers.length + (network.endsWithActivation ? 0 : 1) === layers.length;
  return domain === undefined
    ? { network, format, layered }
    : { network, format, layered, domain: domainOfContent(domain, inputs) };
}

function plainNetwork(content: JsonObject): NetworkContent {
  const { layers: given, inputs: count, domain: where } = membersOfOthers(content, '', ['layers', 'inputs', 'domain']);
  const activation = Object.keys(content).find((name) => isSpeltLike(name, 'activation'));
  if (activation !== undefined) throw new FormatError(activation, PLAIN_HAS_NO_ACTIVATION);
  if (given === undefined && 'hyperplanes' in content)
    throw new FormatError(
      'layers',
      'expected the layers of a network, got hyperplanes; count them with `relu-atlas arrangement`',
    );
  const layers = listAt(given, 'layers', plainLayerAt);
  if (layers.length === 0) refuse('layers', 'at least one layer', layers);
  const inputs = layers[0]!.weights[0]!.length;
  if (inputs === 0) throw new FormatError('layers[0].weights[0]', 'expected at least one input, got none');
  if (count !== undefined && count !== inputs) refuse('inputs', `${inputs}, the length of layers[0].weights[0]`, count);
  let width = inputs;
  const last = layers.length - 1;
  const steps = layers.flatMap((layer, l): Step[] => {
    const affine = affineOf(layer, width, `layers[${l}]`);
    width = affine.outputs;
    return l === last ? [{ affine }] : [{ affine }, { slopes: new Array<Slopes>(width).fill(RELU) }];
  });
  const domain = where === undefined ? undefined : domainOfContent(domainContent(where, 'domain'), inputs);
  return {
    network: buildNetwork(inputs, steps),
    format: 'JSON (plain layers)',
    layered: true,
    ...(domain && { domain }),
  };
}
