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
import { hiddenNodesOf, meantBy, NAMELESS } from './bind.js';

/** Paths of networks by the names that the query gives them; a network of a query of version 1.0 has none. */
export type NetworkPaths = ReadonlyMap<string, string>;

/** Networks that were read, so that a file of many rows is read once. */
export type NetworkCache = Map<string, Promise<NetworkFile>>;

/** How files are read. */
export type Reading = Pick<ReadOptions, 'units' | 'batch' | 'inputShapes' | 'inputs' | 'outputs' | 'head' | 'layers'>;

export interface LoadOptions {
  /** How the files are read; a batch is kept as it is unless told otherwise. */
  readonly reading?: Reading;
  readonly cache?: NetworkCache;
}

function read(path: string, hidden: readonly string[], { reading, cache }: LoadOptions): Promise<NetworkFile> {
  const key = [path, ...hidden].join('\n');
  const known = cache?.get(key);
  if (known !== undefined) return known;
  const file = readNetwork(path, { batch: 'all', ...reading, hidden });
  cache?.set(key, file);
  return file;
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
    return given.set(NAMELESS, await read(paths.get(name)!, [], options));
  }
  const names = query.networks.map(({ name }) => name);
  const extra = [...paths.keys()].find((name) => !names.includes(name));
  if (extra !== undefined) {
    throw new FormatError('networks', `expected files for ${names.join(', ')}, got one for ${extra}; leave it out`);
  }
  for (const declaration of query.networks) {
    const path = pathOf(declaration, paths);
    given.set(declaration.name, await read(path, hiddenNodesOf(declaration), options));
  }
  return given;
}
