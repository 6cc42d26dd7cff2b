/**
 * Reading files: a table from extension to reader.
 *
 * A reader is loaded when a file of its format is read: the libraries behind ONNX and JSON take longer to start than most
 * counts.
 */
import type { Domain, Network } from '../network/index.js';
import { TABLES } from './hyperplanes/extensions.js';
import { complainingLater, FormatError } from './input/error.js';
import type { OutputHead } from './input/head.js';
import { filesBeside, givenFiles, type Neighbours } from './input/neighbours.js';
import { readSource, type Source, sourceAt, textOf } from './input/source.js';
import type { NetworkContent, NetworkTensors } from './json/network.js';
import type { Units } from './nnet/read.js';
import type { OnnxOptions } from './onnx/inputs.js';
import type { Query } from './vnnlib/read.js';
import type { SpecificationCase } from './vnnlib/specification.js';

/** A network with what its file says about it. */
export interface NetworkFile {
  readonly network: Network;
  /** The file's own domain: a .nnet header, a "domain" in JSON. */
  readonly domain?: Domain;
  /** What was read, for people: "ONNX (opset 9)". */
  readonly format: string;
  /** The tensors that inputs and outputs belong to, where the format has such. */
  readonly tensors?: NetworkTensors;
  /** Whether the layers are those that a program computes: see `NetworkContent`. */
  readonly layered?: boolean;
  /** Remarks that a user should see; the network's notes. */
  readonly warnings: readonly string[];
  /** Hex digest of the (decompressed) file. */
  readonly sha256: string;
  /** The files beside it that hold its weights, as it calls them. */
  readonly files?: readonly string[];
  /** What was cut off behind the outputs, if the logits were asked for: see `NetworkContent`. */
  readonly heads?: readonly OutputHead[];
}

export interface ReadOptions extends OnnxOptions {
  /** The coordinates of a .nnet's inputs; normalised (`network`) by default. Other formats know only these. */
  readonly units?: Units;
  /** Values of an ONNX graph that become further outputs, after the network's own. */
  readonly hidden?: readonly string[];
  /** The layers of a .safetensors or .npz in their order, by the names before ".weight"; else by the numbers in the names. */
  readonly layers?: readonly string[];
  /** The name of what is read from memory, with the extension of its format: "net.onnx". */
  readonly name?: string;
  /**
   * Further files of a network that is read from memory, by the names that it calls them: the external data of an ONNX model
   * ("net.onnx.data"), the shards of a TensorFlow.js model; gzipped where the name ends in `.gz`.
   */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

interface NetworkFormat {
  readonly extension: string;
  readonly name: string;
  /** @param beside the files in the directory of the network's */
  readonly read: (bytes: Uint8Array, options: ReadOptions, beside: Neighbours) => Promise<NetworkContent>;
}

interface DomainFormat {
  readonly extension: string;
  readonly name: string;
  readonly read: (text: string, inputs: number) => Promise<readonly Domain[]>;
}

/** A network in one of the formats that are JSON: a TensorFlow.js model is recognised by its `modelTopology`. */
async function readJson(bytes: Uint8Array, options: ReadOptions, beside: Neighbours): Promise<NetworkContent> {
  const { valueOfJson } = await import('./json/text.js');
  const value = valueOfJson(textOf(bytes));
  const isTfjs = typeof value === 'object' && value !== null && 'modelTopology' in value;
  if (isTfjs) return (await import('./tfjs/model.js')).networkOfTfjs(value, beside, options);
  if (options.head !== undefined) {
    throw new FormatError('--head', 'relu-atlas JSON has no Softmax or Sigmoid at its end; drop it');
  }
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
    read: async (bytes, options, beside) => (await import('./onnx/model.js')).networkOfOnnx(bytes, options, beside),
  },
  {
    extension: '.npz',
    name: 'NumPy archive of weights and biases',
    read: async (bytes, { layers }) => {
      const { weightsOfNpz } = await import('./tensors/npz.js');
      return (await import('./tensors/chain.js')).networkOfTensors(weightsOfNpz(bytes), layers, 'NumPy archive');
    },
  },
  {
    extension: '.rlv',
    name: 'Planet',
    read: async (bytes) => (await import('./rlv/read.js')).networkOfRlv(textOf(bytes)),
  },
  {
    extension: '.safetensors',
    name: 'safetensors of weights and biases',
    read: async (bytes, { layers }) => {
      const { weightsOfSafetensors } = await import('./tensors/safetensors.js');
      return (await import('./tensors/chain.js')).networkOfTensors(weightsOfSafetensors(bytes), layers, 'safetensors');
    },
  },
];

/** Pickles of Python: whoever opens one runs the program in it. */
const PICKLES: ReadonlySet<string> = new Set(['.pt', '.pth', '.pkl', '.pickle', '.ckpt', '.bin']);

/** The domain formats; each may also be gzipped. */
export const domainFormats: readonly DomainFormat[] = [
  {
    extension: '.json',
    name: '{"box":[[lo,hi],...]} or {"inequalities":[{"a":[...],"b":..},...]}',
    read: async (text, inputs) => [(await import('./json/domain-text.js')).domainOfJson(text, inputs)],
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
  if (PICKLES.has(source.extension)) {
    const fix =
      'in Python, safetensors.torch.save_file(model.state_dict(), "net.safetensors") or torch.onnx.export(model, ...), or use the Python package';
    throw new FormatError(
      '',
      `a ${source.extension} file can run programs when it is opened, so it is never read; ${fix}`,
      source.file,
    );
  }
  const got = source.extension === '' ? 'no extension' : source.extension;
  const fix =
    what === 'network' && TABLES.has(source.extension)
      ? 'count hyperplanes with `relu-atlas arrangement`, rename or convert what is a network'
      : 'rename or convert it';
  throw new FormatError('', `expected a ${what} (${known}, or these with .gz), got ${got}; ${fix}`, source.file);
}

/** Bytes, or JSON content as its text; what JSON would make null of, is left to be refused as what it is. */
function bytesOf(content: object): Uint8Array {
  if (content instanceof Uint8Array) return content;
  const told = (_: string, value: unknown) =>
    Number.isFinite(value) || typeof value !== 'number' ? value : `${value}`;
  return new TextEncoder().encode(JSON.stringify(content, told));
}

/**
 * Reads a network: `.json`, `.nnet`, `.onnx`, `.safetensors`, `.npz` or `.rlv`, gzipped or not.
 *
 * @param from a path; or the bytes of a file, whose name says its format (`options.name`); or JSON content
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readNetwork(from: string | Uint8Array | object, options: ReadOptions = {}): Promise<NetworkFile> {
  const path = typeof from === 'string' ? from : (options.name ?? (from instanceof Uint8Array ? '' : 'network.json'));
  const source = await sourceAt(typeof from === 'string' ? from : bytesOf(from), path);
  const format = formatOf(networkFormats, source, 'network');
  if (options.units === 'raw' && format.extension !== '.nnet') {
    const fix = 'only .nnet files state a normalisation; drop it';
    throw new FormatError('units', `raw units have no meaning for ${format.extension}; ${fix}`, path);
  }
  if (format.extension !== '.onnx' && (typeof options.batch === 'number' || options.inputShapes !== undefined)) {
    const option = typeof options.batch !== 'number' ? '--input-shape' : '--batch';
    throw new FormatError(option, `only .onnx files leave shapes open, this is ${format.extension}; drop it`, path);
  }
  const graphOption = options.outputs !== undefined ? '--output' : options.inputs !== undefined ? '--input' : undefined;
  if (graphOption !== undefined && format.extension !== '.onnx') {
    throw new FormatError(
      graphOption,
      `only .onnx files name their values, this is ${format.extension}; drop it`,
      path,
    );
  }
  if (options.head !== undefined && !['.onnx', '.json'].includes(format.extension)) {
    throw new FormatError('--head', `a ${format.extension} file has no Softmax or Sigmoid at its end; drop it`, path);
  }
  if (options.layers !== undefined && !['.safetensors', '.npz'].includes(format.extension)) {
    throw new FormatError('--layers', `a ${format.extension} file has an order of its own; drop it`, path);
  }
  if (options.hidden !== undefined && options.hidden.length > 0 && format.extension !== '.onnx') {
    throw new FormatError('hidden', 'expected an ONNX network, whose values have names; convert it', path);
  }
  const beside = typeof from === 'string' ? filesBeside(from) : await givenFiles(options.files ?? new Map());
  try {
    const content = await complainingLater(path, async () => format.read(source.bytes, options, beside));
    const files = beside.opened;
    return {
      ...content,
      warnings: content.network.notes,
      get sha256() {
        return source.sha256;
      },
      ...(files.length > 0 && { files }),
    };
  } finally {
    beside.close();
  }
}

/** A domain typed as JSON. @throws FormatError */
export async function domainOfText(text: string, inputs: number): Promise<Domain> {
  const { domainOfJson } = await import('./json/domain-text.js');
  return complainingLater('--domain', async () => domainOfJson(text, inputs));
}

/**
 * Reads the input domains of a `.json` or `.vnnlib` file, gzipped or not. A disjunctive property has several.
 *
 * @param from a path; or the bytes of a file, whose name says its format
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readDomain(
  from: string | Uint8Array,
  inputs: number,
  named?: { readonly name: string },
): Promise<readonly Domain[]> {
  const source = await sourceAt(from, named?.name);
  const format = formatOf(domainFormats, source, 'domain');
  return complainingLater(source.file, async () => format.read(textOf(source.bytes), inputs));
}

/**
 * Reads a `.vnnlib` property with all that it says: bounds and linear inequalities of the inputs, case by case, and the
 * conditions on the outputs.
 *
 * @param from a path; or the bytes of a file, whose name says its format
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readSpecification(
  from: string | Uint8Array,
  inputs: number,
  named?: { readonly name: string },
): Promise<readonly SpecificationCase[]> {
  const source = await sourceAt(from, named?.name);
  formatOf(specificationFormats, source, 'property');
  const { specificationOfVnnlib } = await import('./vnnlib/specification.js');
  return complainingLater(source.file, async () => specificationOfVnnlib(textOf(source.bytes), inputs));
}

/** A query with the file that it stands in. */
export interface QueryFile {
  readonly query: Query;
  readonly file: string;
  /** Hex digest of the (decompressed) file. */
  readonly sha256: string;
}

/**
 * Reads a query of VNN-LIB 1.0 or 2.0, gzipped or not: what it asks of which networks.
 *
 * @throws FormatError, and nothing else, for whatever is wrong with the file
 */
export async function readQuery(path: string): Promise<QueryFile> {
  const source = await readSource(path);
  formatOf(specificationFormats, source, 'query');
  const { queryOfVnnlib } = await import('./vnnlib/read.js');
  const query = await complainingLater(path, async () => queryOfVnnlib(textOf(source.bytes)));
  return { query, file: path, sha256: source.sha256 };
}

/**
 * The bytes of an ONNX model of the network, exactly: float32 where every number is one, else float64.
 *
 * @throws FormatError for numbers that are no doubles, and networks that are too large for one file
 */
export async function bytesOfOnnx(network: Network): Promise<Uint8Array> {
  return (await import('./onnx/write.js')).writeOnnx(network);
}
