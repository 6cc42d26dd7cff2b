/**
 * Whether a graph computes its layers one by one, as the network that is made of it has them: then a bound on the rounding
 * errors of these layers is one for the graph, in whatever order a runtime adds the products up.
 */
import { isRational } from '../input/entries.js';
import type { NodeProto } from './schema.js';
import type { Constant } from './tensor.js';
import type { Value } from './value.js';

/** What was done to a value since the last activation: nothing, a product with weights, a product and a bias. */
type Stage = 'fresh' | 'product' | 'biased';

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

/**
 * @param nodes that the outputs depend on, in order
 * @param values of the graph, by name
 */
export function isLayered(nodes: readonly NodeProto[], values: ReadonlyMap<string, Value>): boolean {
  const stages = new Map<string, Stage>();
  for (const node of nodes) {
    const inputs = node.input.map((name) => values.get(name));
    if (inputs.every((value) => value?.kind !== 'affine')) continue;
    const before = node.input.map((name, i) =>
      inputs[i]?.kind === 'affine' ? (stages.get(name) ?? 'fresh') : undefined,
    );
    const constants = inputs.filter((value) => value?.kind === 'constant');
    const after = stageAfter(node, before, constants);
    if (after === undefined) return false;
    for (const name of node.output) stages.set(name, after);
  }
  return true;
}
