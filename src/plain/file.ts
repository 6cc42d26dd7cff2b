/**
 * The plain checker: whether a certificate proves its counts, decided with exact integers and fractions and nothing else.
 *
 * It shares with the rest of the program only the arithmetic of fractions (`exact/rational.ts`): it reads the network and the certificate
 * itself, from the format's text (docs/certificates.md), so that who reads these few files knows why to believe a count.
 */
import { gunzipSync } from 'node:zlib';
import { PlainBytes, PlainRefusal, require } from './bytes.js';
import { type PlainNetwork, plainDigest, plainNetwork } from './network.js';
import { type PlainDomain, type PlainHeader, plainCharts, plainSubject } from './subject.js';
import { type PlainCounts, PlainParts, PlainTree } from './tree.js';

export type PlainReport =
  | ({ readonly accepted: true; readonly domain: PlainDomain } & PlainCounts)
  /** `path`: sides taken at the splits from the root to the node that is refused; '' for the root or the file. */
  | { readonly accepted: false; readonly path: string; readonly reason: string };

const HEADER_LIMIT = 1 << 24;
const TRAILER_LIMIT = 1 << 20;
/** All of the file is in memory. */
const MOST_BYTES = 2 ** 31 - 1;

/** The checker of the tree that a header announces, and how many numbers a witness has. */
function announced(network: PlainNetwork, header: PlainHeader): readonly [PlainTree | PlainParts, number] {
  require(header.format === 'relu-atlas-certificate', 'this is no relu-atlas certificate');
  const { version, charts, domain } = header;
  require(version === 1 || version === 2 || version === 3, `certificate version ${String(version)} is none of 1, 2, 3`);
  require(header.network === plainDigest(network), 'the certificate is about another network (the digests differ)');
  if (charts !== undefined) {
    const isPlaced = version === 3 && Object.keys(domain).join() === 'whole' && domain.whole === network.inputs;
    require(isPlaced, 'the header has charts out of place');
    const parts = plainCharts(network, charts);
    return [new PlainParts(parts), parts.variables];
  }
  const subject = plainSubject(network, header);
  return [new PlainTree(subject), subject.witnessLength];
}

function started(network: PlainNetwork, header: unknown): readonly [PlainTree | PlainParts, number] {
  try {
    return announced(network, header as PlainHeader);
  } catch (error) {
    if (error instanceof PlainRefusal) throw error;
    // It comes from outside: everything about it may be wrong.
    throw new PlainRefusal('', `the header is not valid: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function inflated(file: Uint8Array): Uint8Array {
  try {
    const info = { maxOutputLength: MOST_BYTES, info: true };
    const { buffer, engine } = gunzipSync(file, info) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    // Zeros behind the last member end it, whatever follows.
    if (engine.bytesWritten === file.length) return buffer;
  } catch {
    // It is refused below.
  }
  throw new PlainRefusal('', 'the file is no gzip stream, or damaged, truncated or larger than 2 GiB inside');
}

function verified(network: PlainNetwork, file: Uint8Array): PlainCounts & { readonly domain: PlainDomain } {
  const source = new PlainBytes(inflated(file));
  const header = source.line(HEADER_LIMIT);
  const [tree, witnessLength] = started(network, header);
  for (let record = source.record(witnessLength); record.kind !== 'end'; record = source.record(witnessLength)) {
    tree.record(record);
  }
  if (!tree.complete) throw new PlainRefusal(tree.path, 'the tree ends although cases are open');
  const { cells, cellsPerLayer } = tree;
  const trailer = source.line(TRAILER_LIMIT) as PlainCounts | null;
  const states = trailer?.cells === cells && JSON.stringify(trailer.cellsPerLayer) === JSON.stringify(cellsPerLayer);
  require(states, `the trailer does not state the counts that the tree proves, ${cells} cells, ${cellsPerLayer} per layer`);
  require(source.isAtEnd, 'bytes follow the trailer');
  return { cells, cellsPerLayer, domain: (header as PlainHeader).domain };
}

/**
 * Whether a certificate proves its counts.
 *
 * @param network the text of a network in relu-atlas' JSON
 * @param file the bytes of the certificate
 * @throws Unreadable, or an error of JavaScript, if the network is none; what is wrong with the certificate is a refusal
 */
export function checkPlainly(network: string, file: Uint8Array): PlainReport {
  const read = plainNetwork(network);
  try {
    return { accepted: true, ...verified(read, file) };
  } catch (error) {
    if (error instanceof PlainRefusal) return { accepted: false, path: error.path, reason: error.reason };
    throw error;
  }
}
