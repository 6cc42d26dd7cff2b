/**
 * Evaluates the nodes of a graph on exact affine functions of its inputs: standard operators, functions of the model, and `If`
 * with a constant condition.
 */
import { complainingAt, FormatError, quoted } from '../input/error.js';
import { type NodeContext, NodeView, nodePlace } from './node.js';
import { operatorOf } from './operators.js';
import { type NumberedNode, orderedNodes } from './order.js';
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from './schema.js';
import { constantOfTensor, sizeOf, tensorPlace } from './tensor.js';
import type { GraphValue } from './value.js';

/** Values by name: those of a graph, then those of the graph around it. */
export type Scope = Map<string, GraphValue>;

/** One node as it was computed. */
export interface Step {
  readonly node: NodeProto;
  readonly inputs: readonly (GraphValue | undefined)[];
  readonly outputs: readonly GraphValue[];
}

/** What evaluating a model needs and leaves. */
export interface Evaluation {
  readonly context: NodeContext;
  readonly functions: readonly FunctionProto[];
  /** The nodes that were computed, in order: filled as they are. */
  readonly steps: Step[];
  /** How deep functions and branches are nested. */
  readonly nesting: number;
  /** How many nodes were computed, those of functions at every call. */
  readonly spent: { nodes: number };
  /** What stands before the places of messages: the function or branch that a node is in. */
  readonly inside: string;
}

/** The constants of a graph. @throws FormatError naming the tensor */
export function initialValues(graph: GraphProto, { beside }: Pick<NodeContext, 'beside'>): Scope {
  if (graph.sparseInitializer.length > 0) {
    throw new FormatError('sparse_initializer', 'sparse weights are not supported; export dense ones');
  }
  const values: Scope = new Map();
  for (const tensor of graph.initializer) {
    const place = tensorPlace(tensor.name);
    if (values.has(tensor.name)) throw new FormatError(place, 'defined twice; export the network again');
    values.set(tensor.name, constantOfTensor(tensor, place, beside));
  }
  return values;
}

/** Functions that call each other for ever, or nearly. */
const MAX_NESTING = 32;

/** Nodes of a graph with its functions written out at every call. */
const MAX_NODES = 2 ** 20;

function deeper(evaluation: Evaluation, inside: string, context = evaluation.context): Evaluation {
  if (evaluation.nesting < MAX_NESTING) return { ...evaluation, context, inside, nesting: evaluation.nesting + 1 };
  throw new FormatError(inside, `functions and branches are nested more than ${MAX_NESTING} deep; export them inlined`);
}

/** An attribute that refers to one of the function's, as the call gives it; undefined where the call does not. */
function attributeOf(
  attribute: AttributeProto,
  given: ReadonlyMap<string, AttributeProto>,
): AttributeProto | undefined {
  if (attribute.g !== undefined) {
    const node = attribute.g.node.map((inner) => withAttributes(inner, given));
    return { ...attribute, g: { ...attribute.g, node } };
  }
  if (attribute.refAttrName === '') return attribute;
  const value = given.get(attribute.refAttrName);
  return value && { ...value, name: attribute.name };
}

function withAttributes(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const attribute = node.attribute.map((one) => attributeOf(one, given)).filter((one) => one !== undefined);
  return { ...node, attribute };
}

/** The opset of the standard operators in a function; that of the model if it does not say. */
function opsetOfFunction({ opsetImport }: FunctionProto, otherwise: number): number {
  const standard = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return standard === undefined ? otherwise : Number(standard.version);
}

/** What a function of the model computes. */
function callFunction(
  node: NodeProto,
  place: string,
  called: FunctionProto,
  inputs: Step['inputs'],
  outer: Evaluation,
) {
  const given = new Map([...called.attributeProto, ...node.attribute].map((attribute) => [attribute.name, attribute]));
  const known = new Set([...called.attribute, ...called.attributeProto.map(({ name }) => name)]);
  const odd = [...given.keys()].find((name) => !known.has(name));
  if (odd !== undefined) throw new FormatError(place, `the function has no attribute ${quoted(odd)}; repair the model`);
  if (inputs.length > called.input.length) {
    throw new FormatError(
      place,
      `expected at most ${called.input.length} inputs, got ${inputs.length}; repair the model`,
    );
  }
  const scope: Scope = new Map();
  called.input.forEach((name, i) => {
    const value = inputs[i];
    if (value !== undefined) scope.set(name, value);
  });
  const context = { ...outer.context, opset: opsetOfFunction(called, outer.context.opset) };
  const inner = deeper(outer, place, context);
  const nodes = called.node.map((one) => withAttributes(one, given));
  const wanted = called.output.slice(0, node.output.length);
  evaluateNodes(orderedNodes(nodes, wanted), scope, inner, new Set(called.input));
  return wanted.map((name) => resultOf(scope, name, place));
}

function resultOf(scope: Scope, name: string, place: string): GraphValue {
  const value = scope.get(name);
  if (value !== undefined) return value;
  throw new FormatError(place, `its result ${quoted(name)} is not computed; export the network again`);
}

/** The branch that a constant condition takes. */
function takeBranch(node: NodeProto, place: string, inputs: Step['inputs'], scope: Scope, outer: Evaluation) {
  const condition = inputs[0];
  if (condition?.kind !== 'constant' || condition.type !== 'bool' || condition.entries.length !== 1) {
    throw new FormatError(
      place,
      'expected a constant condition, got one that depends on the input, so that the function may jump; export one branch',
    );
  }
  const name = condition.entries[0] === 1 ? 'then_branch' : 'else_branch';
  const branch = node.attribute.find((attribute) => attribute.name === name)?.g;
  if (branch === undefined) throw new FormatError(place, `expected the attribute ${name}, got none; repair the model`);
  const inner = deeper(outer, `${place}, ${name}`);
  const own: Scope = new Map([...scope, ...initialValues(branch, outer.context)]);
  const wanted = branch.output.map((info) => info.name);
  evaluateNodes(orderedNodes(branch.node, wanted), own, inner);
  return wanted.map((output) => resultOf(own, output, place));
}

function functionOf({ opType, domain, overload }: NodeProto, functions: readonly FunctionProto[]) {
  const standard = (name: string) => (name === 'ai.onnx' ? '' : name);
  return functions.find(
    (one) => one.name === opType && standard(one.domain) === standard(domain) && one.overload === overload,
  );
}

/** What one node computes. */
function resultsOf(node: NodeProto, place: string, inputs: Step['inputs'], scope: Scope, evaluation: Evaluation) {
  const called = functionOf(node, evaluation.functions);
  if (called !== undefined) return callFunction(node, place, called, inputs, evaluation);
  if (node.opType === 'If' && (node.domain === '' || node.domain === 'ai.onnx'))
    return takeBranch(node, place, inputs, scope, evaluation);
  const operator = operatorOf(node, place, evaluation.context.opset);
  const view = new NodeView(node, inputs, place, evaluation.context);
  const result = complainingAt(place, () => operator(view));
  view.checkAttributesUsed();
  const outputs = 'kind' in result ? [result] : result;
  evaluation.steps.push({ node, inputs, outputs });
  return outputs;
}

/** Evaluates one node and defines its outputs. */
function evaluateNode({ node, index }: NumberedNode, scope: Scope, evaluation: Evaluation, maybe: ReadonlySet<string>) {
  const own = nodePlace(node, index);
  const place = evaluation.inside === '' ? own : `${evaluation.inside}, ${own}`;
  if (++evaluation.spent.nodes > MAX_NODES)
    throw new FormatError(place, `expected at most ${MAX_NODES} nodes in all, got more; use a smaller network`);
  const inputs = node.input.map((name) => {
    const value = scope.get(name);
    // An input that the call of a function leaves out is left out inside of it.
    if (value !== undefined || name === '' || maybe.has(name)) return value;
    throw new FormatError(place, `its input ${quoted(name)} is computed nowhere; export the network again`);
  });
  if (node.output[0] === undefined || node.output.every((name) => name === '')) {
    throw new FormatError(place, 'expected an output, got none; repair the model');
  }
  const results = resultsOf(node, place, inputs, scope, evaluation);
  const { budget } = evaluation.context;
  complainingAt(place, () => budget.spendCopies(results.reduce((sum, { shape }) => sum + sizeOf(shape), 0)));
  results.slice(0, node.output.length).forEach((value, i) => {
    const name = node.output[i]!;
    if (scope.has(name) && evaluation.nesting === 0)
      throw new FormatError(place, `its output ${quoted(name)} is defined twice; repair the model`);
    if (name !== '') scope.set(name, value);
  });
}

/**
 * Evaluates nodes, each after those that it reads, and defines their outputs in `scope`.
 *
 * @param maybe names that may be undefined: inputs of a function that its call leaves out
 * @throws FormatError naming the node
 */
export function evaluateNodes(
  nodes: readonly NumberedNode[],
  scope: Scope,
  evaluation: Evaluation,
  maybe: ReadonlySet<string> = new Set(),
) {
  for (const node of nodes) evaluateNode(node, scope, evaluation, maybe);
}
