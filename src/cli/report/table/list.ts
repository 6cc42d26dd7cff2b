/**
 * Which networks a table is about: a directory, or a list of networks with their domains.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import type { Units } from '../../../formats/index.js';
import { complainingAt, FormatError, networkFormats, valueOfJson } from '../../../formats/index.js';
import { IN_OUR_WORDS } from '../../../formats/json/index.js';
import type { DomainOptions } from '../../options/domain.js';
import { quotedArgument } from '../../output/text.js';

/** One network of a table. */
export interface TableEntry {
  /** How the table names it: its path as given and its options. */
  readonly name: string;
  readonly file: string;
  readonly units: Units;
  /** The entry's own domain; empty: the common one, else the file's. */
  readonly domain: DomainOptions;
}

const EXTENSIONS = networkFormats.flatMap(({ extension }) => [extension, `${extension}.gz`]);

/** Every network file below a directory, by name. */
async function entriesOfDirectory(directory: string): Promise<TableEntry[]> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && EXTENSIONS.some((extension) => file.name.endsWith(extension)))
    .map((file) => join(file.parentPath, file.name))
    .sort()
    .map((file) => ({ name: relative(directory, file), file, units: 'network', domain: {} }));
}

/** A line of a list: the network and, as on the command line, its options. */
interface ListLine {
  readonly network: string;
  readonly box?: string | undefined;
  readonly domain?: string | undefined;
  readonly whole?: boolean | undefined;
  readonly units?: Units | undefined;
}

const lineSchema = z
  .strictObject({
    network: z.string().min(1),
    box: z.string().optional(),
    domain: z.string().optional(),
    whole: z.literal(true).optional(),
    units: z.enum(['network', 'raw']).optional(),
  })
  .refine(({ box, domain, whole }) => [box, domain, whole].filter((option) => option !== undefined).length <= 1, {
    message: 'expected one of box, domain and whole; keep one',
  });

/** The words of a line; quotation marks keep spaces. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

/** "net.onnx --box=-1,1 --units=raw" */
function lineOfText(text: string, place: string, file: string): ListLine {
  const [network = '', ...words] = wordsOf(text);
  const options: Record<string, string | boolean> = {};
  while (words.length > 0) {
    const word = words.shift()!;
    const [, name, , value] = /^--(box|domain|whole|units)(=(.*))?$/.exec(word) ?? [];
    if (name === undefined) {
      throw new FormatError(place, `expected --box, --domain, --whole or --units, got ${word}; correct it`, file);
    }
    options[name] = name === 'whole' ? true : (value ?? words.shift() ?? '');
  }
  return parsedLine({ network, ...options }, place, file);
}

function parsedLine(value: unknown, place: string, file: string): ListLine {
  const result = lineSchema.safeParse(value, IN_OUR_WORDS);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = [place, ...issue!.path.map(String)].join(' ');
  throw new FormatError(where, `${issue!.message}; see relu-atlas report --help`, file);
}

function linesOfText(text: string, file: string): ListLine[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const content = line.trim();
    return content === '' || content.startsWith('#') ? [] : [lineOfText(content, `line ${i + 1}`, file)];
  });
}

function linesOfJson(text: string, file: string): ListLine[] {
  const value = complainingAt('', () => valueOfJson(text), file);
  if (!Array.isArray(value)) {
    throw new FormatError('', 'expected a list [{"network":"net.onnx","box":"-1,1"}, ...]; correct it', file);
  }
  return value.map((line, i) =>
    parsedLine(typeof line === 'string' ? { network: line } : line, `entry ${i + 1}`, file),
  );
}

function nameOf({ network, box, domain, whole, units }: ListLine): string {
  return [
    network,
    ...(box === undefined ? [] : [`--box=${quotedArgument(box)}`]),
    ...(domain === undefined ? [] : [`--domain=${quotedArgument(domain)}`]),
    ...(whole === true ? ['--whole'] : []),
    ...(units === 'raw' ? ['--units=raw'] : []),
  ].join(' ');
}

/** Paths of a list are relative to it. */
async function entriesOfList(list: string): Promise<TableEntry[]> {
  const text = await readFile(list, 'utf8');
  const lines = /^\s*[[{]/.test(text) ? linesOfJson(text, list) : linesOfText(text, list);
  const beside = (path: string) => (isAbsolute(path) ? path : join(dirname(list), path));
  return lines.map((line) => ({
    name: nameOf(line),
    file: beside(line.network),
    units: line.units ?? 'network',
    domain: {
      ...(line.box === undefined ? {} : { box: line.box }),
      ...(line.domain === undefined ? {} : { domain: beside(line.domain) }),
      ...(line.whole === undefined ? {} : { whole: line.whole }),
    },
  }));
}

/**
 * The networks of a directory (all below it, by name), or of a list, in its order.
 *
 * A list is text, one network per line with the options that `count` takes (`net.onnx --box=-1,1`; `#` begins a comment), or
 * JSON: `[{"network": "net.onnx", "box": "-1,1"}, ...]` with `box`, `domain`, `whole`, `units`.
 *
 * @throws FormatError, errors of the file system
 */
export async function tableEntries(source: string): Promise<TableEntry[]> {
  const entries = (await stat(source)).isDirectory() ? await entriesOfDirectory(source) : await entriesOfList(source);
  if (entries.length === 0) {
    throw new FormatError('', `expected networks (${EXTENSIONS.join(', ')}), got none; name another place`, source);
  }
  return entries;
}
