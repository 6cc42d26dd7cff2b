/**
 * Whether a graph computes its layers one by one, as the network that is made of it has them: then a bound on the rounding
 * errors of these layers is one for the graph, in whatever order a runtime adds the products up.
 */
import { isRational } from '../input/entries.js';
import { isFloating } from './element.js';
import type { NodeProto } from './schema.js';
import type { Constant } from './tensor.js';
import type { GraphValue } from './value.js';

/** What was done to a value since the last activation: nothing, a product with weights, a product and a bias. */
type Stage = 'fresh' | 'product' | 'biased';

/** One node as it was computed. */
interface Step {
  readonly node: NodeProto;
  readonly inputs: readonly (GraphValue | undefined)[];
  readonly outputs: readonly GraphValue[];
}

/** They move elements and compute nothing. */
const MOVES = new Set([
  'Identity',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Dropout',
  'Slice',
  'Split',
  'Gather',
]);

const isZero = ({ entries }: Constant) =>
  Array.from(entries).every((entry) => !isRational(entry) && (entry as number) === 0);

/** Whether a Gemm is a plain product. */
function isPlain({ attribute, opType }: NodeProto): boolean {
  if (opType !== 'Gemm') return true;
  return attribute.every(({ name, f }) => !['alpha', 'beta'].includes(name) || f === 1);
}

/** The stage that a node leaves, or undefined if it is no part of a layer. */
function stageAfter(node: NodeProto, stages: readonly (Stage | undefined)[], constants: readonly Constant[]) {
  const known = stages.filter((stage) => stage !== undefined);
  const [stage] = known;
  if (stage === undefined || known.length > 1) return undefined;
  switch (node.opType) {
    case 'Relu':
    case 'LeakyRelu':
      return 'fresh';
    case 'MatMul':
    case 'Gemm':
    case 'Conv':
      if (stage !== 'fresh' || !isPlain(node)) return undefined;
      return constants.length > 1 ? 'biased' : 'product';
    case 'Add':
    case 'Sub':
      if (constants.length === 1 && isZero(constants[0]!) && !(node.opType === 'Sub' && stages[0] === undefined)) {
        return stage;
      }
      return stage === 'product' && node.opType === 'Add' ? 'biased' : undefined;
    default:
      return MOVES.has(node.opType) ? stage : undefined;
  }
}

/** A runtime rounds constants that it computes, and those of other types when it converts them. */
const isStored = ({ type, stored }: Constant) =>
  !isFloating(type) || (stored && (type === 'float' || type === 'double'));

/** @param steps the nodes that the outputs depend on, as they were computed */
export function isLayered(steps: readonly Step[]): boolean {
  const stages = new Map<GraphValue, Stage>();
  for (const { node, inputs, outputs } of steps) {
    if (inputs.every((value) => value === undefined || value.kind === 'constant')) continue;
    const before = inputs.map((value) =>
      value === undefined || value.kind === 'constant' ? undefined : (stages.get(value) ?? 'fresh'),
    );
    const constants = inputs.filter((value): value is Constant => value?.kind === 'constant');
    const after = constants.every(isStored) ? stageAfter(node, before, constants) : undefined;
    if (after === undefined) return false;
    for (const value of outputs) stages.set(value, after);
  }
  return true;
}
