/**
 * Reading files: a table from extension to reader.
 */
import { dirname, join } from 'node:path';
import type { BoxDomain } from '../network/domain.js';
import type { Network } from '../network/network.js';
import { complainingAt, complainingLater, FormatError } from './error.js';
import { domainOfJson, type NetworkContent, networkOfJsonValue } from './json.js';
import { valueOfJson } from './json-text.js';
import { networkOfNnet, type Units } from './nnet.js';
import { networkOfOnnx } from './onnx.js';
import { networkOfRlv } from './rlv.js';
import { readSource, type Source, textOf } from './source.js';
import { isTfjsModel, networkOfTfjs } from './tfjs.js';
import type { ReadShard } from './tfjs-weights.js';
import { domainsOfVnnlib, type SpecificationCase, specificationOfVnnlib } from './vnnlib.js';

/** A network with what its file says about it. */
export interface NetworkFile {
  readonly network: Network;
  /** The file's own domain: a .nnet header, a "domain" in JSON. */
  readonly domain?: BoxDomain;
  /** What was read, for people: "ONNX (opset 9)". */
  readonly format: string;
  /** Remarks that a user should see; the network's notes. */
  readonly warnings: readonly string[];
  /** Hex digest of the (decompressed) file. */
  readonly sha256: string;
}

export interface ReadOptions {
  /** The coordinates of a .nnet's inputs; normalised (`network`) by default. Other formats know only these. */
  readonly units?: Units;
}

interface NetworkFormat {
  readonly extension: string;
  readonly name: string;
  /** @param beside reads a file in the directory of the network's */
  readonly read: (
    bytes: Uint8Array,
    options: ReadOptions,
    beside: ReadShard,
  ) => NetworkContent | Promise<NetworkContent>;
}

interface DomainFormat {
  readonly extension: string;
  readonly name: string;
  readonly read: (text: string, inputs: number) => readonly BoxDomain[];
}

/** A network in one of the formats that are JSON: a TensorFlow.js model is recognised by its `modelTopology`. */
function readJson(bytes: Uint8Array, _: ReadOptions, beside: ReadShard) {
  const value = valueOfJson(textOf(bytes));
  return isTfjsModel(value) ? networkOfTfjs(value, beside) : networkOfJsonValue(value);
}

/** The network formats; each may also be gzipped, with `.gz` after the extension. */
export const networkFormats: readonly NetworkFormat[] = [
  { extension: '.json', name: 'relu-atlas JSON, plain layers or TensorFlow.js layers model', read: readJson },
  {
    extension: '.nnet',
    name: 'NNet text',
    read: (bytes, { units }) => networkOfNnet(textOf(bytes), units ?? 'network'),
  },
  { extension: '.onnx', name: 'ONNX', read: (bytes) => networkOfOnnx(bytes) },
  { extension: '.rlv', name: 'Planet', read: (bytes) => networkOfRlv(textOf(bytes)) },
];

/** The domain formats; each may also be gzipped. */
export const domainFormats: readonly DomainFormat[] = [
  { extension: '.json', name: '{"box":[[lo,hi],...]}', read: (text, inputs) => [domainOfJson(text, inputs)] },
  { extension: '.vnnlib', name: 'VNN-LIB 1.0, real part of 2.0', read: domainsOfVnnlib },
];

const specificationFormats = domainFormats.filter(({ extension }) => extension === '.vnnlib');

/** The format of a file by its extension. */
function formatOf<T extends { readonly extension: string }>(formats: readonly T[], source: Source, what: string): T {
  const format = formats.find(({ extension }) => extension === source.extension);
  if (format !== undefined) return format;
  const known = formats.map(({ extension }) => extension).join(', ');
  const got = source.extension === '' ? 'no extension' : source.extension;
  throw new FormatError(
    '',
    `expected a ${what} (${known}, or these with .gz), got ${got}; rename or convert it`,
    source.file,
  );
}

/**
 * Reads a network: `.json`, `.nnet`, `.onnx` or `.rlv`, gzipped or not.
 *
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readNetwork(path: string, options: ReadOptions = {}): Promise<NetworkFile> {
  const source = await readSource(path);
  const format = formatOf(networkFormats, source, 'network');
  if (options.units === 'raw' && format.extension !== '.nnet') {
    const fix = 'only .nnet files state a normalisation; drop it';
    throw new FormatError('units', `raw units have no meaning for ${format.extension}; ${fix}`, path);
  }
  const beside = async (name: string) => (await readSource(join(dirname(path), name))).bytes;
  const content = await complainingLater(path, async () => format.read(source.bytes, options, beside));
  return { ...content, warnings: content.network.notes, sha256: source.sha256 };
}

/**
 * Reads the input boxes of a `.json` or `.vnnlib` file, gzipped or not. A disjunctive property has several.
 *
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readDomain(path: string, inputs: number): Promise<readonly BoxDomain[]> {
  const source = await readSource(path);
  const format = formatOf(domainFormats, source, 'domain');
  return complainingAt('', () => format.read(textOf(source.bytes), inputs), path);
}

/**
 * Reads a `.vnnlib` property with all that it says: bounds and linear inequalities of the inputs, case by case, and the
 * conditions on the outputs.
 *
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readSpecification(path: string, inputs: number): Promise<readonly SpecificationCase[]> {
  const source = await readSource(path);
  formatOf(specificationFormats, source, 'property');
  return complainingAt('', () => specificationOfVnnlib(textOf(source.bytes), inputs), path);
}
