/**
 * The head of a classifier: Softmax, Sigmoid and their like at the end of a graph. They are not piecewise linear, but they keep
 * the order of what enters them, the logits: the network up to them has the same creases, cells and classes.
 */
import { FormatError, quoted } from '../input/error.js';
import type { HeadKind, OutputHead } from '../input/head.js';
import { nodePlace } from './node.js';
import type { NumberedNode } from './order.js';
import type { GraphProto, NodeProto } from './schema.js';
import { type Shape, sizeOf } from './tensor.js';

const HEADS: ReadonlyMap<string, HeadKind> = new Map([
  ['Softmax', 'softmax'],
  ['LogSoftmax', 'log-softmax'],
  ['Sigmoid', 'sigmoid'],
  ['ArgMax', 'argmax'],
  ['Hardmax', 'hardmax'],
]);

/** They keep all elements and their order. */
const PASSES = new Set(['Identity', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Dropout', 'Cast']);

/** The head that an output passes through. */
export interface FoundHead {
  /** The value before it. */
  readonly logits: string;
  /** The operators from there on that are no mere rearrangement, in order. */
  readonly nodes: readonly NumberedNode[];
}

function producerOf(graph: GraphProto, name: string): NumberedNode | undefined {
  const index = graph.node.findIndex(({ output }) => output[0] === name);
  return index < 0 ? undefined : { node: graph.node[index]!, index };
}

/** The head before an output of the graph, if it has one. */
export function headOf(graph: GraphProto, output: string): FoundHead | undefined {
  let found: FoundHead | undefined;
  const nodes: NumberedNode[] = [];
  const seen = new Set<string>();
  for (let name = output; !seen.has(name); ) {
    seen.add(name);
    const producer = producerOf(graph, name);
    if (producer === undefined || producer.node.domain.replace('ai.onnx', '') !== '') break;
    const { node } = producer;
    const before = node.input[0];
    if (before === undefined || before === '' || !(HEADS.has(node.opType) || PASSES.has(node.opType))) break;
    if (HEADS.has(node.opType)) {
      nodes.unshift(producer);
      found = { logits: before, nodes: [...nodes] };
    }
    name = before;
  }
  return found;
}

/** The option as messages name it. */
const OPTION = '--head logits';

/** What to say of a head that is read as if it were none. @throws FormatError always */
export function complainOfHead({ nodes }: FoundHead): never {
  const [first] = nodes;
  const { node, index } = first!;
  throw new FormatError(
    nodePlace(node, index),
    `operator ${quoted(node.opType)} is not piecewise linear; ${OPTION} reads the network up to it: the creases, the cells and which class is the largest are the same`,
  );
}

/** For every element, the number of the group that a softmax along an axis compares it with. */
function groupsAlong(shape: Shape, axis: number, joined: boolean): readonly number[] {
  // Before opset 13 all axes from this one on make one group.
  const [extent, inner] = joined ? [sizeOf(shape.slice(axis)), 1] : [shape[axis] ?? 1, sizeOf(shape.slice(axis + 1))];
  return Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(i / (extent * inner)) * inner + (i % inner));
}

function axisOf(node: NodeProto, rank: number, missing: number): number {
  const axis = Number(node.attribute.find(({ name }) => name === 'axis')?.i ?? BigInt(missing));
  return axis < 0 ? axis + rank : axis;
}

/** What a head says about the logits of the given shape. */
export function describeHead({ nodes }: FoundHead, shape: Shape, opset: number): OutputHead {
  const [first] = nodes;
  const { node } = first!;
  const kinds = nodes.map((one) => HEADS.get(one.node.opType)!);
  // A sigmoid under a softmax, and the like: only the order is kept.
  const jump = (['hardmax', 'argmax'] as const).find((one) => kinds.includes(one));
  const only = jump ?? (nodes.length === 1 ? HEADS.get(node.opType)! : 'softmax');
  const grouping = nodes.map((one) => one.node).find(({ opType }) => opType !== 'Sigmoid');
  if (grouping === undefined) return { kind: only, groups: new Array<number>(sizeOf(shape)).fill(0) };
  const joined = opset < 13 && grouping.opType !== 'ArgMax';
  const axis = axisOf(grouping, shape.length, grouping.opType === 'ArgMax' ? 0 : opset < 13 ? 1 : -1);
  return { kind: only, groups: groupsAlong(shape, axis, joined) };
}

/** Whether a head compares logits of different items of a batch, which then is none. */
export function comparesItems({ kind, groups }: OutputHead, items: number): boolean {
  if (kind === 'none' || kind === 'sigmoid') return false;
  const size = groups.length / items;
  const first = new Set(groups.slice(0, size));
  return groups.slice(size).some((group) => first.has(group));
}

/** What `info` says about a head that was cut off. */
export function noteOfHead(output: string, { logits, nodes }: FoundHead): string {
  const operators = nodes.map(({ node }) => node.opType).join(', ');
  return `output ${quoted(output)}: ${operators} is cut off, the outputs are its logits ${quoted(logits)}; which class is the largest stays, values do not`;
}
