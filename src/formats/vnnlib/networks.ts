/**
 * Declarations of networks in VNN-LIB 2.0: their tensors, and which of them are the same network.
 *
 * Source: the grammar and the typing rules of the standard (github.com/VNNLIB/VNNLIB-Standard).
 */
import type { FormatError } from '../input/error.js';
import { shapeOfDims, sizeOf } from '../onnx/tensor.js';
import { atomText, bracketed } from './brackets.js';
import type { Sexpr } from './sexpr.js';
import { problem } from './terms.js';

export type TensorRole = 'input' | 'hidden' | 'output';

/** A tensor of a declared network. */
export interface TensorDeclaration {
  readonly role: TensorRole;
  readonly name: string;
  /** "real", or an element type of ONNX such as "float32". */
  readonly elementType: string;
  readonly shape: readonly number[];
  /** The value of the ONNX graph that a hidden tensor is. */
  readonly node?: string;
  /** An input whose value is the initializer of the graph (version 2.1). */
  readonly initialized?: boolean;
  /** What the ONNX graph calls this input or output, where the query says so. */
  readonly onnxName?: string;
  /**
   * The number of its first element: inputs are counted over all networks of the query, and so are outputs and hidden
   * values, of which each network has its outputs first.
   */
  readonly first: number;
}

/** A network that a query is about. */
export interface NetworkDeclaration {
  readonly name: string;
  /** The network that it is (`equal`), or that it has the shape of (`isomorphic`). */
  readonly equivalence?: { readonly kind: 'equal' | 'isomorphic'; readonly to: string };
  /** Inputs, hidden values, outputs, in this order. */
  readonly tensors: readonly TensorDeclaration[];
}

/** How many inputs, and outputs and hidden values together, were declared so far. */
export interface Sizes {
  inputs: number;
  outputs: number;
}

/** https://github.com/onnx/onnx/blob/main/docs/IR.md#tensor-element-types, and `real`. */
const ELEMENT_TYPES = new Set(
  (
    'real float16 float32 float64 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float4e2m1 ' +
    'int2 int4 int8 int16 int32 int64 uint2 uint4 uint8 uint16 uint32 uint64 bool string complex64 complex128'
  ).split(' '),
);

const ROLES: Readonly<Record<string, TensorRole>> = {
  'declare-input': 'input',
  'declare-hidden': 'hidden',
  'declare-output': 'output',
};
const ORDER: readonly TensorRole[] = ['input', 'hidden', 'output'];

/** A name as the grammar has it; hyphens, which the standard's own text uses, are allowed. */
export const NAME = /^[A-Za-z_][\w-]{0,99}$/;

/** "[1,5]" as numbers. */
export function extentsOf(text: string): readonly number[] | undefined {
  if (!/^\[(?:\d{1,9}(?:,\d{1,9})*)?\]$/.test(text)) return undefined;
  return text === '[]' ? [] : text.slice(1, -1).split(',').map(Number);
}

type Unplaced = Omit<TensorDeclaration, 'first'>;

/** What follows the shape: the node of a hidden tensor, the graph's name of another, or `initialized`. */
function suffixOf(declaration: Sexpr, role: TensorRole, rest: readonly Sexpr[]): Partial<Unplaced> {
  if (role === 'hidden') {
    const text = rest.length === 1 ? atomText(rest[0]) : '';
    if (!/^"[^"]+"$/.test(text)) {
      throw problem(declaration, 'expected the name of a value of the ONNX graph, in double quotes, after the shape');
    }
    return { node: text.slice(1, -1) };
  }
  if (rest.length === 0) return {};
  const name = rest.length === 1 ? atomText(rest[0]) : '';
  if (/^"[^"]+"$/.test(name)) return { onnxName: name.slice(1, -1) };
  if (role === 'input' && rest.length === 1 && atomText(rest[0]) === 'initialized') return { initialized: true };
  throw problem(declaration, 'expected nothing after the shape but a name of the ONNX graph in double quotes');
}

/** `(declare-input X real [1,5])` */
function tensorOf(declaration: Sexpr): Unplaced {
  const items = declaration.kind === 'list' ? bracketed(declaration.items, 'apart') : [];
  const [head, name, type, shape, ...rest] = items;
  const role = ROLES[atomText(head)];
  if (role === undefined) throw problem(declaration, 'expected declare-input, declare-hidden or declare-output');
  const extents = extentsOf(atomText(shape));
  if (!NAME.test(atomText(name)) || extents === undefined) {
    throw problem(declaration, 'expected a name, an element type and a shape such as [1,5]');
  }
  const elementType = atomText(type).toLowerCase();
  if (!ELEMENT_TYPES.has(elementType)) {
    throw problem(declaration, 'expected the element type real, or one of ONNX such as float32');
  }
  const suffix = suffixOf(declaration, role, rest);
  return {
    role,
    name: atomText(name),
    elementType,
    shape: shapeOfDims(extents.map(BigInt), `line ${declaration.line}`),
    ...suffix,
  };
}

/** Numbers the elements: outputs before hidden values. */
function placed(tensors: readonly Unplaced[], sizes: Sizes): TensorDeclaration[] {
  const firsts = new Map<Unplaced, number>();
  for (const role of ['input', 'output', 'hidden']) {
    for (const tensor of tensors.filter((candidate) => candidate.role === role)) {
      const side = role === 'input' ? 'inputs' : 'outputs';
      firsts.set(tensor, sizes[side]);
      sizes[side] += sizeOf(tensor.shape);
    }
  }
  return tensors.map((tensor) => ({ ...tensor, first: firsts.get(tensor)! }));
}

const shapesOf = ({ tensors }: NetworkDeclaration, typed: boolean) =>
  tensors
    .filter(({ role }) => role !== 'hidden')
    .map(({ role, elementType, shape }) => `${role} ${typed ? `${elementType} ` : ''}[${shape}]`);

/** @throws FormatError unless the network that this one is said to be like is there and has the same interface */
function checkEquivalence(declaration: Sexpr, network: NetworkDeclaration, earlier: readonly NetworkDeclaration[]) {
  const { equivalence } = network;
  if (equivalence === undefined) return;
  const other = earlier.find(({ name }) => name === equivalence.to);
  if (other === undefined) throw problem(declaration, `expected a network declared before, got ${equivalence.to}`);
  if (other.equivalence !== undefined) {
    throw problem(declaration, `${other.name} is itself ${other.equivalence.kind} to another; name that one`);
  }
  const typed = equivalence.kind === 'equal';
  const [own, its] = [shapesOf(network, typed), shapesOf(other, typed)];
  if (own.length !== its.length || own.some((shape, i) => shape !== its[i])) {
    throw problem(declaration, `expected the inputs and outputs of ${other.name}: ${its.join(', ')}`);
  }
  for (const { node, shape } of network.tensors) {
    const same = node === undefined ? undefined : other.tensors.find((tensor) => tensor.node === node);
    if (same !== undefined && `${same.shape}` !== `${shape}`) {
      throw problem(declaration, `expected ${same.name} and its like to have the same shape, as both are "${node}"`);
    }
  }
}

function equivalenceOf(expression: Sexpr): NetworkDeclaration['equivalence'] {
  const [head, to, ...rest] = expression.kind === 'list' ? expression.items : [];
  const kind = atomText(head) === 'equal-to' ? 'equal' : atomText(head) === 'isomorphic-to' ? 'isomorphic' : undefined;
  if (kind === undefined) return undefined;
  if (!NAME.test(atomText(to)) || rest.length > 0) throw problem(expression, 'expected the name of one network');
  return { kind, to: atomText(to) };
}

function checkOrder(declaration: Sexpr, tensors: readonly Unplaced[]): FormatError | undefined {
  const ranks = tensors.map(({ role }) => ORDER.indexOf(role));
  if (ranks.some((rank, i) => rank < (ranks[i - 1] ?? 0))) {
    return problem(declaration, 'expected inputs first, then hidden values, then outputs');
  }
  for (const role of ['input', 'output'] as const) {
    if (!tensors.some((tensor) => tensor.role === role)) return problem(declaration, `expected at least one ${role}`);
  }
  const seen = tensors.filter(({ role }) => role !== 'hidden');
  const named = seen.filter(({ onnxName }) => onnxName !== undefined).length;
  if (named > 0 && named < seen.length) {
    return problem(declaration, 'expected names of the graph for all inputs and outputs, or for none');
  }
  return undefined;
}

/**
 * `(declare-network f (declare-input X real [1,2]) (declare-output Y real [3]))`
 *
 * @param sizes is moved on by what the network has
 * @throws FormatError naming the line
 */
export function networkDeclaration(
  expression: Sexpr,
  [name, ...declarations]: readonly Sexpr[],
  earlier: readonly NetworkDeclaration[],
  sizes: Sizes,
): NetworkDeclaration {
  if (!NAME.test(atomText(name))) throw problem(expression, 'expected the name of the network');
  const equivalences = declarations.map(equivalenceOf);
  const stated = equivalences.filter((equivalence) => equivalence !== undefined);
  if (stated.length > 1) throw problem(expression, 'expected at most one of equal-to and isomorphic-to');
  const unplaced = declarations.filter((_, i) => equivalences[i] === undefined).map(tensorOf);
  const wrong = checkOrder(expression, unplaced);
  if (wrong !== undefined) throw wrong;
  const network: NetworkDeclaration = {
    name: atomText(name),
    ...(stated[0] === undefined ? {} : { equivalence: stated[0] }),
    tensors: placed(unplaced, sizes),
  };
  checkEquivalence(expression, network, earlier);
  return network;
}
