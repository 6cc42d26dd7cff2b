/**
 * One call: is this property true of this network?
 */
import { type Query, type QueryFile, readQuery } from '../formats/index.js';
import { answerQuery, type PropertyReport, type SearchOptions } from './answer.js';
import { bindQuery } from './bind.js';
import { loadNetworks, type Reading } from './load.js';

/** What is asked, and of which networks. */
export interface PropertySource {
  /** A .vnnlib file, or what `readQuery` made of one. */
  readonly query: string | QueryFile | Query;
  /** The path of the network, or of several by the names that the query gives them. */
  readonly network: string | Readonly<Record<string, string>>;
  readonly units?: Reading['units'];
  /** Further options of the readers, which hold for all networks: see `readNetwork`. */
  readonly reading?: Reading;
  /** Take float types of the query for real numbers. */
  readonly overReals?: boolean;
}

export interface VerifyPropertyOptions extends PropertySource, SearchOptions {}

/**
 * Answers a query of VNN-LIB 1.0 or 2.0 exactly: `sat` with a rational point of the unsafe set, `unsat` with a certificate if
 * one is asked for, `unknown` when the time is over.
 *
 * ```ts
 * import { verifyProperty } from 'relu-atlas';
 *
 * const { verdict, counterexample } = await verifyProperty({ network: 'net.onnx', query: 'property.vnnlib' });
 * ```
 *
 * @throws FormatError for files that cannot be read and networks that are not what the query is about
 */
export async function verifyProperty({
  query: source,
  network,
  units,
  reading,
  overReals = false,
  ...options
}: VerifyPropertyOptions): Promise<PropertyReport> {
  const read = typeof source === 'string' ? await readQuery(source) : source;
  const query = 'query' in read ? read.query : read;
  const paths = typeof network === 'string' ? singleName(query, network) : new Map(Object.entries(network));
  const given = await loadNetworks(query, paths, { reading: { ...reading, ...(units !== undefined && { units }) } });
  return answerQuery(bindQuery(query, given, { overReals }), options);
}

/** One path for the one network that is not equal to another. */
function singleName({ networks }: Query, path: string): ReadonlyMap<string, string> {
  const [own = ''] = networks.filter(({ equivalence }) => equivalence?.kind !== 'equal').map(({ name }) => name);
  return new Map([[own, path]]);
}
