/**
 * Networks, domains and hyperplanes on the standard input, named "-": what they are is told from the content.
 */
import { gunzipSync } from 'node:zlib';
import { FormatError, MAX_FILE_BYTES } from '../../formats/index.js';
import { UsageError } from '../exit.js';

const NAME = '-';

/** Whether a file name means the standard input. */
export const isStandardInput = (file: unknown): boolean => file === NAME;

/** The first characters of a content, without blanks and byte order marks before them. */
const beginning = (bytes: Uint8Array) =>
  Buffer.from(bytes.subarray(0, 4096))
    .toString('latin1')
    .replace(/^(\xef\xbb\xbf)?\s*/, '');

/** How contents begin, by the extension of their format: the first that fits. */
type Signatures = readonly (readonly [begins: (text: string, bytes: Uint8Array) => boolean, extension: string])[];

const NETWORKS: Signatures = [
  [(text) => text.startsWith('{'), '.json'],
  [(text) => text.startsWith('PK'), '.npz'],
  // Eight bytes of length before the header.
  [(_, bytes) => bytes[8] === 0x7b && bytes.subarray(4, 8).every((byte) => byte === 0), '.safetensors'],
  [(text) => /^(Input|Linear|ReLU|MaxPool|Assert)\s/.test(text), '.rlv'],
  [(text) => /^(\/\/|\d+\s*,)/.test(text), '.nnet'],
  [() => true, '.onnx'],
];

const DOMAINS: Signatures = [
  [(text) => text.startsWith('{'), '.json'],
  [() => true, '.vnnlib'],
];

const HYPERPLANES: Signatures = [
  [(text) => text.startsWith('\x93NUMPY'), '.npy'],
  [(text) => /^[{[]/.test(text), '.json'],
  // Numbers between commas are rows, between blanks columns, as in files .csv and .txt.
  [(text) => /^(#.*\n\s*)*[^#\n]*[,;\t]/.test(text), '.csv'],
  [() => true, '.txt'],
];

export interface StandardContent {
  readonly bytes: Uint8Array;
  /** With the extension that the content has: "stdin.onnx". */
  readonly name: string;
}

/** It can be read only once, and some commands look at their network twice. */
class StandardInput {
  private content: Promise<Uint8Array> | undefined;

  bytes(): Promise<Uint8Array> {
    this.content ??= this.read();
    return this.content;
  }

  private async read(): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_FILE_BYTES)
        throw new FormatError('', `expected at most ${MAX_FILE_BYTES} bytes, got more; name a file`, NAME);
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes) : bytes;
  }
}

function unpacked(bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES });
  } catch {
    throw new FormatError('gzip', `damaged or truncated data, or too much of it; fetch it again`, NAME);
  }
}

const INPUT = new StandardInput();

async function contentAs(signatures: Signatures): Promise<StandardContent> {
  const bytes = await INPUT.bytes();
  if (bytes.length === 0) throw new FormatError('', 'the standard input is empty; pipe a file into it', NAME);
  const text = beginning(bytes);
  const [, extension] = signatures.find(([begins]) => begins(text, bytes))!;
  return { bytes, name: `stdin${extension}` };
}

/** The network, domain or hyperplanes on the standard input. @throws FormatError if there is nothing */
export const standardNetwork = () => contentAs(NETWORKS);
export const standardDomain = () => contentAs(DOMAINS);
export const standardHyperplanes = () => contentAs(HYPERPLANES);

/** Options that name files which may be there. */
const OPTIONS = { domain: '--domain', plane: '--plane', through: '--through', at: '--at', points: '--points' } as const;

/**
 * Complains where the standard input is named twice, or is a terminal, which nobody types a network into.
 *
 * @param values the arguments of a command and, last but one, its options
 * @throws UsageError
 */
export function requireOneStandardInput(values: readonly unknown[]): void {
  const options = (values.at(-2) ?? {}) as Readonly<Record<string, unknown>>;
  const named = Object.entries(OPTIONS).flatMap(([name, option]) => (isStandardInput(options[name]) ? [option] : []));
  const files = values.slice(0, -2).flat().filter(isStandardInput).length;
  const places = [...new Array<string>(files).fill('an argument'), ...named];
  if (places.length > 1)
    throw new UsageError(
      `-: the standard input can be read once, got it as ${places.join(' and ')}; name a file for one of them`,
    );
  if (process.stdin.isTTY && (files > 0 || options.domain === NAME))
    throw new UsageError('-: expected a file on the standard input, got a terminal; pipe one into it: cat FILE | ..');
}
