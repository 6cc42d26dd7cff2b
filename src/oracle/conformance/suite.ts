/**
 * Reading the conformance suite: every file is the one that the manifest names by its digest.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { complainingAt, FormatError, valueOfJson } from '../../formats/index.js';
import { conforming, domainContent, domainOfContent, networkOfJsonValue } from '../../formats/json/index.js';
import type { Domain, Network } from '../../network/index.js';
import { packageFile } from '../../package/index.js';
import { type ConformanceCase, caseSchema, type Manifest, manifestSchema, type Request } from './case.js';

/** The suite that comes with the program. */
export const SUITE_DIRECTORY = fileURLToPath(packageFile('fixtures/conformance'));

export interface Suite {
  readonly directory: string;
  readonly manifest: Manifest;
}

export type ManifestEntry = Manifest['cases'][number];

/** A case with the network and the domain that it is about. */
export interface LoadedCase {
  readonly content: ConformanceCase;
  readonly network: Network;
  readonly domain: Domain;
  /** The layers as the file has them, one network each: `network` merges what is affine. */
  readonly layers: readonly Network[];
  /** The file that proves its cells. */
  readonly certificate: string;
}

export const caseFile = (id: string) => `cases/${id}.json`;
export const certificateFile = (id: string) => `certificates/${id}.cert`;

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The manifest of a suite. @throws FormatError, errors of the file system */
export async function readSuite(directory = SUITE_DIRECTORY): Promise<Suite> {
  const file = join(directory, 'manifest.json');
  const text = await readFile(file, 'utf8');
  return { directory, manifest: complainingAt('', () => conforming(manifestSchema, valueOfJson(text)), file) };
}

/** The cases whose id or category is among the names, in the suite's order; all of them if there are no names. */
export function selectCases({ manifest }: Suite, names: readonly string[]): ManifestEntry[] {
  const known = new Set(manifest.cases.flatMap(({ id, category }) => [id, category]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    const categories = manifest.categories.map(({ name }) => name).join(', ');
    throw new RangeError(`expected a case or a category (${categories}), got ${JSON.stringify(unknown)}`);
  }
  if (names.length === 0) return [...manifest.cases];
  return manifest.cases.filter(({ id, category }) => names.includes(id) || names.includes(category));
}

/** The network and the domain of a case or of a request. @throws FormatError */
export function subjectOf(request: Pick<Request, 'network' | 'domain'>): { network: Network; domain: Domain } {
  const { network } = networkOfJsonValue(request.network);
  return { network, domain: domainOfContent(domainContent(request.domain), network.inputs) };
}

/** Every layer of a network file as a network of its own. */
function layersOf(file: Request['network']): Network[] {
  let { inputs } = file;
  return file.layers.map((layer) => {
    const { network } = networkOfJsonValue({ format: file.format, version: file.version, inputs, layers: [layer] });
    inputs = network.outputs;
    return network;
  });
}

async function verified(file: string, sha256: string): Promise<Buffer> {
  const bytes = await readFile(file);
  if (sha256Of(bytes) === sha256) return bytes;
  throw new FormatError('', 'is not the file that manifest.json names (SHA-256 differs); restore the suite', file);
}

/** A case of the suite. @throws FormatError, errors of the file system */
export async function readCase({ directory }: Suite, entry: ManifestEntry): Promise<LoadedCase> {
  const file = join(directory, caseFile(entry.id));
  const certificate = join(directory, certificateFile(entry.id));
  const text = (await verified(file, entry.sha256)).toString('utf8');
  await verified(certificate, entry.certificate);
  return complainingAt(
    '',
    () => {
      const content = conforming(caseSchema, valueOfJson(text));
      return { content, ...subjectOf(content), layers: layersOf(content.network), certificate };
    },
    file,
  );
}
