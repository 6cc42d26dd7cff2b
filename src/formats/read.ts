/**
 * Reading files: a table from extension to reader.
 *
 * A reader is loaded when a file of its format is read: the libraries behind ONNX and JSON take longer to start than most
 * counts.
 */
import { dirname, join } from 'node:path';
import type { Domain, Network } from '../network/index.js';
import { complainingLater, FormatError } from './input/error.js';
import { readSource, type Source, textOf } from './input/source.js';
import type { NetworkContent, Tensors } from './json/network.js';
import type { Units } from './nnet/read.js';
import type { OnnxOptions } from './onnx/inputs.js';
import type { ReadShard } from './tfjs/weights.js';
import type { SpecificationCase } from './vnnlib/specification.js';

/** A network with what its file says about it. */
export interface NetworkFile {
  readonly network: Network;
  /** The file's own domain: a .nnet header, a "domain" in JSON. */
  readonly domain?: Domain;
  /** What was read, for people: "ONNX (opset 9)". */
  readonly format: string;
  /** Remarks that a user should see; the network's notes. */
  readonly warnings: readonly string[];
  /** Hex digest of the (decompressed) file. */
  readonly sha256: string;
  /** What the file calls its inputs and outputs, where it names them: ONNX. */
  readonly tensors?: Tensors;
}

export interface ReadOptions extends OnnxOptions {
  /** The coordinates of a .nnet's inputs; normalised (`network`) by default. Other formats know only these. */
  readonly units?: Units;
}

interface NetworkFormat {
  readonly extension: string;
  readonly name: string;
  /** @param beside reads a file in the directory of the network's */
  readonly read: (bytes: Uint8Array, options: ReadOptions, beside: ReadShard) => Promise<NetworkContent>;
}

interface DomainFormat {
  readonly extension: string;
  readonly name: string;
  readonly read: (text: string, inputs: number) => Promise<readonly Domain[]>;
}

/** A network in one of the formats that are JSON: a TensorFlow.js model is recognised by its `modelTopology`. */
async function readJson(bytes: Uint8Array, _: ReadOptions, beside: ReadShard): Promise<NetworkContent> {
  const { valueOfJson } = await import('./json/text.js');
  const value = valueOfJson(textOf(bytes));
  const isTfjs = typeof value === 'object' && value !== null && 'modelTopology' in value;
  if (isTfjs) return (await import('./tfjs/model.js')).networkOfTfjs(value, beside);
  return (await import('./json/network.js')).networkOfJsonValue(value);
}

/** The network formats; each may also be gzipped, with `.gz` after the extension. */
export const networkFormats: readonly NetworkFormat[] = [
  { extension: '.json', name: 'relu-atlas JSON, plain layers or TensorFlow.js layers model', read: readJson },
  {
    extension: '.nnet',
    name: 'NNet text',
    read: async (bytes, { units }) => (await import('./nnet/read.js')).networkOfNnet(textOf(bytes), units ?? 'network'),
  },
  {
    extension: '.onnx',
    name: 'ONNX',
    read: async (bytes, options) => (await import('./onnx/model.js')).networkOfOnnx(bytes, options),
  },
  {
    extension: '.rlv',
    name: 'Planet',
    read: async (bytes) => (await import('./rlv/read.js')).networkOfRlv(textOf(bytes)),
  },
];

/** The domain formats; each may also be gzipped. */
export const domainFormats: readonly DomainFormat[] = [
  {
    extension: '.json',
    name: '{"box":[[lo,hi],...]} or {"inequalities":[{"a":[...],"b":..},...]}',
    read: async (text, inputs) => [(await import('./json/domain.js')).domainOfJson(text, inputs)],
  },
  {
    extension: '.vnnlib',
    name: 'VNN-LIB 1.0, real part of 2.0',
    read: async (text, inputs) => (await import('./vnnlib/specification.js')).domainsOfVnnlib(text, inputs),
  },
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
  if (format.extension !== '.onnx' && (options.batch !== undefined || options.inputShapes !== undefined)) {
    const option = options.batch === undefined ? '--input-shape' : '--batch';
    throw new FormatError(option, `only .onnx files leave shapes open, this is ${format.extension}; drop it`, path);
  }
  const beside = async (name: string) => (await readSource(join(dirname(path), name))).bytes;
  const content = await complainingLater(path, async () => format.read(source.bytes, options, beside));
  return { ...content, warnings: content.network.notes, sha256: source.sha256 };
}

/** A domain typed as JSON. @throws FormatError */
export async function domainOfText(text: string, inputs: number): Promise<Domain> {
  const { domainOfJson } = await import('./json/domain.js');
  return complainingLater('--domain', async () => domainOfJson(text, inputs));
}

/**
 * Reads the input domains of a `.json` or `.vnnlib` file, gzipped or not. A disjunctive property has several.
 *
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readDomain(path: string, inputs: number): Promise<readonly Domain[]> {
  const source = await readSource(path);
  const format = formatOf(domainFormats, source, 'domain');
  return complainingLater(path, async () => format.read(textOf(source.bytes), inputs));
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
  const { specificationOfVnnlib } = await import('./vnnlib/specification.js');
  return complainingLater(path, async () => specificationOfVnnlib(textOf(source.bytes), inputs));
}
