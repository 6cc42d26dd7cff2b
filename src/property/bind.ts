/**
 * A query and the networks that it is about, as one network and its unsafe set.
 */
import {
  FormatError,
  floatTypesOf,
  type NetworkDeclaration,
  type NetworkFile,
  normalForm,
  type Query,
  type TensorDeclaration,
} from '../formats/index.js';
import { type Network, productNetwork, type UnsafeSet } from '../network/index.js';
import { classComparisons, meaningsOf } from './class-comparisons.js';
import { sharedInputs } from './shared-inputs.js';
import { unsafeSetOf } from './unsafe-set.js';

/** What the verifier is asked. */
export interface BoundQuery {
  /** The one network of the query; or all of them side by side, on the inputs that they share. */
  readonly network: Network;
  readonly unsafe: UnsafeSet;
  /** For every input of the query, in the order of declaration, the input of `network` that it is. */
  readonly reads: readonly number[];
  /** Whether bounds on rounding errors of the layers are such of the files' programs: see `NetworkContent`. */
  readonly layered: boolean;
  /** Whether outputs of `network` are the logits of a head that was cut off: see `--head logits`. */
  readonly logits: boolean;
  /** Remarks that a user should see. */
  readonly notes: readonly string[];
}

/** What binding needs of a network that was read. */
export type GivenNetwork = Pick<NetworkFile, 'network' | 'tensors' | 'layered' | 'heads'>;

/** How the networks are given: by the names of the query; a query of version 1.0 has one without a name. */
export type GivenNetworks = ReadonlyMap<string, GivenNetwork>;

/** The name of the network of a query of version 1.0. */
export const NAMELESS = '';

/** The hidden values that a network must show: read it with these. */
export function hiddenNodesOf({ tensors }: NetworkDeclaration): string[] {
  return tensors.flatMap(({ node }) => (node === undefined ? [] : [node]));
}

/** The network that a declaration means: its own, or that of the one it is equal to. */
export function meantBy({ name, equivalence }: NetworkDeclaration): string {
  return equivalence?.kind === 'equal' ? equivalence.to : name;
}

/** @throws FormatError for a query of other types than `real`, unless the answer over the reals was asked for */
export function checkTypes(query: Query, overReals: boolean) {
  const types = floatTypesOf(query);
  const [type] = types;
  if (type === undefined) return;
  const integers = types.find((name) => !name.includes('float'));
  if (integers !== undefined) {
    throw new FormatError(
      'declarations',
      `expected the element type real, got ${integers}, which is none of real numbers`,
    );
  }
  if (overReals) return;
  const fix = 'write real, or ask for the answer over the reals with --over-reals';
  throw new FormatError(
    'declarations',
    `expected the element type real, got ${type}, whose rounding is not analysed; ${fix}`,
  );
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, extent) => product * extent, 1);

/** Declared tensors of one role against those of a file, one by one. */
function matchTensors(
  name: string,
  declared: readonly TensorDeclaration[],
  actual: readonly { readonly name: string; readonly shape: readonly number[] }[],
  notes: Set<string>,
) {
  if (actual.length !== declared.length) {
    const names = actual.map((tensor) => `"${tensor.name}"`).join(', ');
    throw new FormatError(
      `network ${name}`,
      `expected ${declared.length} tensors, the file has ${names}; declare these`,
    );
  }
  declared.forEach((tensor, k) => {
    const { name: own, shape } = actual[k]!;
    if (tensor.onnxName !== undefined && tensor.onnxName !== own) {
      throw new FormatError(
        `network ${name}`,
        `expected "${own}" as the name of ${tensor.name}, got "${tensor.onnxName}"; declare the names of the file, each once`,
      );
    }
    if (sizeOf(shape) !== sizeOf(tensor.shape)) {
      throw new FormatError(
        `network ${name}`,
        `expected ${tensor.name} of shape [${tensor.shape}], the file's "${own}" has [${shape}]; correct the query`,
      );
    }
    if (`${shape}` === `${tensor.shape}`) return;
    notes.add(`${tensor.name} is declared as [${tensor.shape}] and read row by row; the file's "${own}" is [${shape}]`);
  });
}

/** @throws FormatError unless the file has the inputs and outputs that are declared */
function checkInterface({ name, tensors }: NetworkDeclaration, file: GivenNetwork, notes: Set<string>) {
  const inputs = tensors.filter(({ role }) => role === 'input');
  if (inputs.some(({ initialized }) => initialized === true)) {
    throw new FormatError(
      `network ${name}`,
      'expected inputs without a value of their own, got an initialized one, which is no variable; leave its declaration out',
    );
  }
  const of = (role: string) => tensors.filter((tensor) => tensor.role === role);
  const outputs = [...of('output'), ...of('hidden')];
  if (file.tensors !== undefined) {
    matchTensors(name, inputs, file.tensors.inputs, notes);
    matchTensors(name, outputs, file.tensors.outputs, notes);
    return;
  }
  const named = tensors.find(({ onnxName }) => onnxName !== undefined);
  if (named !== undefined) {
    const got = `${named.name} called "${named.onnxName}"`;
    throw new FormatError(`network ${name}`, `expected no names, as the file has none, got ${got}; leave them out`);
  }
  const total = (list: readonly TensorDeclaration[]) => list.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const [declared, actual] = [
    [total(inputs), total(outputs)],
    [file.network.inputs, file.network.outputs],
  ];
  if (`${declared}` === `${actual}`) return;
  throw new FormatError(
    `network ${name}`,
    `expected ${declared[0]} inputs and ${declared[1]} outputs, the file has ${actual[0]} and ${actual[1]}; correct the query`,
  );
}

/** The network of a query of version 1.0. */
function onlyNetwork(query: Query, given: GivenNetworks): GivenNetwork {
  const file = [...given.values()][0];
  if (file === undefined || given.size !== 1) {
    throw new FormatError('networks', `expected one network for a query of version 1.0, got ${given.size}`);
  }
  const { inputs, outputs } = file.network;
  const fix = 'use the query that belongs to this network';
  if (query.inputs !== inputs) {
    throw new FormatError(
      'declarations',
      `expected ${inputs} inputs X_i as the network has, got ${query.inputs}; ${fix}`,
    );
  }
  // Published queries forget to declare outputs, but do not use others.
  if (query.outputs > outputs || (query.outputsDeclared && query.outputs !== outputs)) {
    throw new FormatError(
      'declarations',
      `expected ${outputs} outputs Y_i as the network has, got ${query.outputs}; ${fix}`,
    );
  }
  return file;
}

/** The files of the declared networks. @throws FormatError when one is missing or one too many */
function filesOf(query: Query, given: GivenNetworks, notes: Set<string>): GivenNetwork[] {
  const wanted = new Set(query.networks.map(({ name }) => name));
  const extra = [...given.keys()].find((name) => !wanted.has(name));
  const names = query.networks.map(({ name }) => name).join(', ');
  if (extra !== undefined) throw new FormatError('networks', `expected ${names}, got also ${extra}; leave it out`);
  return query.networks.map((declaration) => {
    const file = given.get(declaration.name);
    if (file === undefined) {
      throw new FormatError(
        'networks',
        `expected a file for ${declaration.name}, got none; add --network ${declaration.name}=FILE`,
      );
    }
    checkInterface(declaration, file, notes);
    return file;
  });
}

/** Shapes of layers, with their activations. */
function structureOf({ layers, inputs, outputs }: Network): string {
  return [inputs, ...layers.map(({ affine }) => affine.outputs), outputs].join('-');
}

function checkIsomorphic(query: Query, files: readonly GivenNetwork[]) {
  query.networks.forEach(({ name, equivalence, tensors }, k) => {
    if (equivalence?.kind !== 'isomorphic') return;
    const other = query.networks.findIndex((declaration) => declaration.name === equivalence.to);
    const hides = [...tensors, ...query.networks[other]!.tensors].some(({ role }) => role === 'hidden');
    const [own, its] = [structureOf(files[k]!.network), structureOf(files[other]!.network)];
    // Hidden values add to what a network hands on.
    if (own === its || hides) return;
    throw new FormatError('networks', `expected ${name} to be isomorphic to ${equivalence.to} (${its}), got ${own}`);
  });
}

/** Which inputs of the network nothing bounds from one side or both: they may be as large as they like. */
function unboundedInputs({ inputs, disjuncts }: UnsafeSet): number[] {
  const free = (input: number, side: 1 | -1) =>
    disjuncts.some(({ conditions }) =>
      conditions.every(({ inputs: row, outputs }) => {
        const own = row[input]!;
        const alone =
          outputs.every(({ numerator }) => numerator === 0n) &&
          row.filter(({ numerator }) => numerator !== 0n).length === 1;
        return !(alone && (side > 0 ? own.numerator < 0n : own.numerator > 0n));
      }),
    );
  return Array.from({ length: inputs }, (_, i) => i).filter((i) => free(i, 1) || free(i, -1));
}

/** The most numbers that one remark lists. */
const LISTED = 8;

function noteUnbounded(unsafe: UnsafeSet, notes: Set<string>) {
  const free = unboundedInputs(unsafe);
  if (free.length === 0) return;
  const shown = free
    .slice(0, LISTED)
    .map((i) => `X_${i}`)
    .join(', ');
  const more = free.length > LISTED ? ` and ${free.length - LISTED} more` : '';
  notes.add(`not every input has a lower and an upper bound of its own in every disjunct: ${shown}${more}`);
}

/**
 * What the verifier is asked: the exact network and unsafe set of a query.
 *
 * Inputs that the query says are equal (`(== A[0] C[0])`, as in comparisons of networks) become one.
 *
 * @param given the network of every declaration (those that are `equal-to` another included), read with its hidden values
 * @throws FormatError for networks with other inputs or outputs, missing ones, float types without `overReals`, and conditions on
 *   outputs behind a head that do not compare classes
 */
export function bindQuery(query: Query, given: GivenNetworks, { overReals = false } = {}): BoundQuery {
  checkTypes(query, overReals);
  const notes = new Set<string>();
  const form = normalForm(query.formula);
  const [files, sizes] =
    query.networks.length === 0
      ? [[onlyNetwork(query, given)], [query.inputs]]
      : [filesOf(query, given, notes), query.networks.map(inputsOf)];
  checkIsomorphic(query, files);
  const { reads, classes } =
    files.length > 1 ? sharedInputs(query.inputs, form.common) : { reads: upTo(query.inputs), classes: query.inputs };
  let first = 0;
  const parts = files.map(({ network }, k) => ({ network, reads: reads.slice(first, (first += sizes[k]!)) }));
  const network = files.length > 1 ? productNetwork(classes, parts) : files[0]!.network;
  const asked = unsafeSetOf(form, { inputs: classes, outputs: network.outputs, reads });
  const meanings = meaningsOf(files);
  const unsafe = meanings === undefined ? asked : classComparisons(asked, meanings);
  noteUnbounded(unsafe, notes);
  const layered = files.every((file) => file.layered === true);
  return { network, unsafe, reads, layered, logits: meanings !== undefined, notes: [...notes] };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** How many inputs a network is declared with. */
export function inputsOf({ tensors }: NetworkDeclaration): number {
  return tensors.reduce((sum, { role, shape }) => sum + (role === 'input' ? sizeOf(shape) : 0), 0);
}
