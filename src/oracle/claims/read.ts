/**
 * Claims in files: JSON, JSON Lines, NumPy.
 */
import { complainingAt, FormatError, readSource, textOf, valueOfJson } from '../../formats/index.js';
import type { Network } from '../../network/index.js';
import type { Claim } from './claim.js';
import { claimOfJson, claimOfJsonLines } from './json.js';
import { claimOfNpy, claimOfNpz } from './numpy.js';

interface ClaimReader {
  readonly extension: string;
  readonly read: (bytes: Uint8Array, network: Network) => Claim;
}

const READERS: readonly ClaimReader[] = [
  { extension: '.json', read: (bytes, network) => claimOfJson(valueOfJson(textOf(bytes)), network) },
  { extension: '.jsonl', read: (bytes, network) => claimOfJsonLines(textOf(bytes), network) },
  { extension: '.npz', read: claimOfNpz },
  { extension: '.npy', read: claimOfNpy },
];

/**
 * Reads a claim about a network, gzipped or not.
 *
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readClaim(file: string, network: Network): Promise<Claim> {
  const source = await readSource(file);
  const reader = READERS.find(({ extension }) => extension === source.extension);
  if (reader === undefined) {
    const known = READERS.map(({ extension }) => extension).join(', ');
    const got = source.extension === '' ? 'no extension' : source.extension;
    throw new FormatError('', `expected a claim (${known}, or these with .gz), got ${got}; rename or convert it`, file);
  }
  return complainingAt('', () => reader.read(source.bytes, network), file);
}
