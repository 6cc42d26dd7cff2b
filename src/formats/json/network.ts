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
 * Other keys, such as "note", are ignored; an "activation" is refused there, because it would change the meaning.
 *
 * **Domain:** `{ "box": [[lo, hi], ...] }`, one interval per input, or a polytope: see `domain.ts`.
 */
import { z } from 'zod';
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
import { exactly } from '../input/entries.js';
import { FormatError } from '../input/error.js';
import type { OutputHead } from '../input/head.js';
import { entryOfJson } from '../input/numbers.js';
import { domainOfContent, domainSchema } from './domain.js';
import { conforming, valueOfJson } from './text.js';
import { NETWORK_FORMAT } from './write.js';

/** Numbers are checked one by one with their place, which is faster and clearer than a schema for millions of them. */
const numbers = z.custom<readonly unknown[]>(Array.isArray, 'expected an array of numbers');

const activationSchema = z.union(
  [
    z.enum(['relu', 'linear', 'abs']),
    z.strictObject({ leaky: z.unknown() }),
    z.strictObject({ scaled: z.unknown() }),
    z.strictObject({ slopes: z.array(z.tuple([z.unknown(), z.unknown()])) }),
  ],
  'expected "relu", "linear", "abs", {"leaky":a}, {"scaled":a} or {"slopes":[[negative,positive],...]}',
);
type Activation = z.infer<typeof activationSchema>;

const MISSING_ACTIVATION =
  'expected an activation, got none: "relu", "linear" (an output layer), "abs", {"leaky":a}, {"scaled":a} or {"slopes":[...]}';

const layerSchema = z.object({ weights: z.array(numbers).min(1, 'expected a row per output'), bias: numbers });

const networkSchema = z.object({
  format: z.literal(NETWORK_FORMAT),
  version: z.literal(1, 'expected version 1, the only one this program reads'),
  inputs: z.int().min(1),
  layers: z.array(
    layerSchema.extend({
      activation: z.preprocess((given, context) => {
        if (given === undefined) context.issues.push({ code: 'custom', message: MISSING_ACTIVATION, input: given });
        return given;
      }, activationSchema),
    }),
  ),
  domain: domainSchema.optional(),
  notes: z.array(z.string()).optional(),
});

const PLAIN_HAS_NO_ACTIVATION =
  'has no meaning in a plain network (ReLU on all layers but the last); ' +
  `add "format":"${NETWORK_FORMAT}","version":1,"inputs":n`;

const plainSchema = z.object({
  layers: z.array(layerSchema.extend({ activation: z.never(PLAIN_HAS_NO_ACTIVATION).optional() })).min(1),
});

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

/** The affine map of a layer whose rows must have `inputs` entries. */
function affineOf(layer: z.infer<typeof layerSchema>, inputs: number, place: string) {
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
  const entries = weights.flatMap((row, r) =>
    row.map((value, c) => entryOfJson(value, () => `${place}.weights[${r}][${c}]`)),
  );
  const constants = bias.map((value, r) => entryOfJson(value, () => `${place}.bias[${r}]`));
  return affineFromEntries(denseEntries(constants.length, inputs, entries, place), constants, place);
}

/** A network from JSON text, in either variant. @throws FormatError */
export function networkOfJson(text: string): NetworkContent {
  return networkOfJsonValue(valueOfJson(text));
}

/** A network from a parsed JSON text. @throws FormatError */
export function networkOfJsonValue(value: unknown): NetworkContent {
  const versioned = typeof value === 'object' && value !== null && 'format' in value;
  return versioned ? versionedNetwork(conforming(networkSchema, value)) : plainNetwork(conforming(plainSchema, value));
}

function versionedNetwork(content: z.infer<typeof networkSchema>): NetworkContent {
  let width = content.inputs;
  const steps = content.layers.flatMap((layer, l): Step[] => {
    const place = `layers[${l}]`;
    const affine = affineOf(layer, width, place);
    width = affine.outputs;
    return [{ affine }, { slopes: slopesOf(layer.activation, width, `${place}.activation`) }];
  });
  const network = buildNetwork(content.inputs, steps, content.notes ?? []);
  const format = 'JSON (relu-atlas-network, version 1)';
  // Layers without an activation were merged with the next.
  const layered = network.layers.length + (network.endsWithActivation ? 0 : 1) === content.layers.length;
  return content.domain === undefined
    ? { network, format, layered }
    : { network, format, layered, domain: domainOfContent(content.domain, content.inputs) };
}

function plainNetwork(content: z.infer<typeof plainSchema>): NetworkContent {
  const inputs = content.layers[0]!.weights[0]!.length;
  if (inputs === 0) throw new FormatError('layers[0].weights[0]', 'expected at least one input, got none');
  let width = inputs;
  const last = content.layers.length - 1;
  const steps = content.layers.flatMap((layer, l): Step[] => {
    const affine = affineOf(layer, width, `layers[${l}]`);
    width = affine.outputs;
    return l === last ? [{ affine }] : [{ affine }, { slopes: new Array<Slopes>(width).fill(RELU) }];
  });
  return { network: buildNetwork(inputs, steps), format: 'JSON (plain layers)', layered: true };
}
