/**
 * Activations of Keras by their names.
 */
import { FormatError, quoted } from '../input/error.js';
import type { GraphBuilder } from './graph.js';

/** Where activations are put, and how the file's version of Keras means them. */
export interface ActivationContext {
  readonly graph: GraphBuilder;
  /** 3 for files of Keras 3, else 2: TensorFlow.js computes as Keras 2 did. */
  readonly keras: number;
}

type Builder = (value: string, context: ActivationContext, layer: string) => string;

const clip = (graph: GraphBuilder, value: string, lower: number, upper: number, layer: string) =>
  graph.node('Clip', [value, graph.number(lower), graph.number(upper)], {}, layer);

const head =
  (operator: string): Builder =>
  (value, { graph }, layer) =>
    graph.node(operator, [value], operator === 'Sigmoid' ? {} : { axis: -1 }, layer);

/** 0.2 x + 0.5 cut off at 0 and 1 (the number is a float32 there); relu6(x + 3) / 6 since Keras 3. */
const hardSigmoid: Builder = (value, { graph, keras }, layer) => {
  if (keras < 3) {
    return graph.node('HardSigmoid', [value], { alpha: { float: Math.fround(0.2) }, beta: { float: 0.5 } }, layer);
  }
  const shifted = graph.node('Add', [value, graph.number(3)], {}, layer);
  return graph.node('Div', [clip(graph, shifted, 0, 6, layer), graph.number(6)], {}, layer);
};

const ACTIVATIONS: Readonly<Record<string, Builder>> = {
  linear: (value) => value,
  relu: (value, { graph }, layer) => graph.node('Relu', [value], {}, layer),
  relu6: (value, { graph }, layer) => clip(graph, value, 0, 6, layer),
  leaky_relu: (value, { graph }, layer) => graph.node('LeakyRelu', [value], { alpha: { float: 0.2 } }, layer),
  hard_sigmoid: hardSigmoid,
  hard_tanh: (value, { graph }, layer) => clip(graph, value, -1, 1, layer),
  soft_shrink: (value, { graph }, layer) =>
    graph.node('Shrink', [value], { lambd: { float: 0.5 }, bias: { float: 0.5 } }, layer),
  softmax: head('Softmax'),
  log_softmax: head('LogSoftmax'),
  sigmoid: head('Sigmoid'),
};

const known = Object.keys(ACTIVATIONS).join(', ');

/** "hardSigmoid" as "hard_sigmoid". */
const snake = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

/** The value behind an activation. @throws FormatError for one that is not piecewise linear */
export function activated(
  name: unknown,
  value: string,
  context: ActivationContext,
  layer: string,
  place: string,
): string {
  const named = typeof name === 'object' && name !== null && 'class_name' in name ? name.class_name : name;
  if (named === undefined || named === null) return value;
  const builder = typeof named === 'string' ? ACTIVATIONS[snake(named)] : undefined;
  if (builder !== undefined) return builder(value, context, layer);
  const shown = quoted(typeof named === 'string' ? named : 'an object');
  const fix = `not one of the piecewise linear ones (${known}); use these, or export the network up to the layer before it`;
  throw new FormatError(place, `activation ${shown} is ${fix}`);
}
