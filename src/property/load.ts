/**
 * Reads the networks that a query is about.
 */
import {
  FormatError,
  type NetworkDeclaration,
  type NetworkFile,
  type Query,
  type ReadOptions,
  readNetwork,
} from '../formats/index.js';
import { hiddenNodesOf, inputsOf, meantBy, NAMELESS } from './bind.js';

/** Paths of networks by the names that the query gives them; a network of a query of version 1.0 has none. */
export type NetworkPaths = ReadonlyMap<string, string>;

/** Networks that were read, so that a file of many rows is read once. */
export type NetworkCache = Map<string, Promise<NetworkFile>>;

/** How files are read. */
export type Reading = Pick<ReadOptions, 'units' | 'batch' | 'inputShapes' | 'inputs' | 'outputs' | 'head' | 'layers'>;

export interface LoadOptions {
  /** How the files are read; unless told, a batch is kept where the query declares the inputs of all its items. */
  readonly reading?: Reading;
  readonly cache?: NetworkCache;
}

interface Wanted {
  /** How many inputs the query declares. */
  readonly size: number;
  readonly hidden: readonly string[];
  /** Names of inputs, and of outputs, in another order than the file's. */
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
}

function read(path: string, wanted: Wanted, { reading, cache }: LoadOptions): Promise<NetworkFile> {
  const key = `${path}\n${JSON.stringify(wanted)}`;
  const known = cache?.get(key);
  if (known !== undefined) return known;
  const { hidden, inputs, outputs } = wanted;
  const options = {
    ...reading,
    ...(inputs !== undefined && { inputs: inputs.map((name) => ({ name })) }),
    ...(outputs !== undefined && { outputs }),
    hidden,
  };
  const file = readFitting(path, wanted.size, options);
  cache?.set(key, file);
  return file;
}

/** The network with all items of a batch, or with one where only this has as many inputs as the query declares. */
async function readFitting(path: string, size: number, options: ReadOptions): Promise<NetworkFile> {
  const all = await readNetwork(path, { batch: 'all', ...options });
  if (options.batch !== undefined || all.network.inputs <= size) return all;
  const one = await readNetwork(path, options);
  return one.network.inputs === size ? one : all;
}

/** The names that are declared, if these are the file's in another order. */
function reordered(
  { tensors }: NetworkDeclaration,
  role: 'input' | 'output',
  actual: readonly { readonly name: string }[],
): readonly string[] | undefined {
  const names = tensors.flatMap((tensor) => (tensor.role === role ? [tensor.onnxName] : []));
  const own = actual.slice(0, names.length).map(({ name }) => name);
  if (names.some((name) => name === undefined) || names.every((name, k) => name === own[k])) return undefined;
  const isPermuted = new Set(names).size === own.length && own.every((name) => names.includes(name));
  return isPermuted ? (names as readonly string[]) : undefined;
}

/** The network of a declaration: its tensors in the order in which their names are declared. */
async function readDeclared(path: string, declaration: NetworkDeclaration, options: LoadOptions): Promise<NetworkFile> {
  const hidden = hiddenNodesOf(declaration);
  const size = inputsOf(declaration);
  const file = await read(path, { size, hidden }, options);
  const { tensors } = file;
  if (tensors === undefined) return file;
  const inputs = reordered(declaration, 'input', tensors.inputs);
  const outputs = reordered(declaration, 'output', tensors.outputs);
  if (inputs === undefined && outputs === undefined) return file;
  return read(path, { size, hidden, ...(inputs && { inputs }), ...(outputs && { outputs }) }, options);
}

/** The path of a declared network: that of the one it is equal to, unless it has its own. */
function pathOf(declaration: NetworkDeclaration, paths: NetworkPaths): string {
  const path = paths.get(declaration.name) ?? paths.get(meantBy(declaration));
  if (path !== undefined) return path;
  const { name } = declaration;
  throw new FormatError('networks', `expected a file for ${name}, got none; add --network ${name}=FILE`);
}

/**
 * The networks of a query.
 *
 * @throws FormatError for files that cannot be read, names that the query does not have, and networks without a file
 */
export async function loadNetworks(
  query: Query,
  paths: NetworkPaths,
  options: LoadOptions = {},
): Promise<ReadonlyMap<string, NetworkFile>> {
  const given = new Map<string, NetworkFile>();
  if (query.networks.length === 0) {
    const [name, ...others] = paths.keys();
    if (name === undefined || others.length > 0) {
      throw new FormatError('networks', `expected one network for a query of version 1.0, got ${paths.size}`);
    }
    return given.set(NAMELESS, await read(paths.get(name)!, { size: query.inputs, hidden: [] }, options));
  }
  const names = query.networks.map(({ name }) => name);
  const extra = [...paths.keys()].find((name) => !names.includes(name));
  if (extra !== undefined) {
    throw new FormatError('networks', `expected files for ${names.join(', ')}, got one for ${extra}; leave it out`);
  }
  for (const declaration of query.networks) {
    const path = pathOf(declaration, paths);
    given.set(declaration.name, await readDeclared(path, declaration, options));
  }
  return given;
}
