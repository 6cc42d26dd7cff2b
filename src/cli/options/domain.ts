/**
 * The domains that a command is about: from an option, or the file's own.
 */

import {
  boundsBesideDoubles,
  domainOfText,
  extensionOf,
  FormatError,
  type NetworkFile,
  parseBoxOption,
  readDomain,
  readSpecification,
} from '../../formats/index.js';
import { type Domain, DomainError, whole } from '../../network/index.js';
import { preparePolytope } from '../../problem/index.js';
import { EXIT, UsageError } from '../exit.js';
import { warn } from '../output/warnings.js';
import type { StandardContent } from './standard-input.js';

export interface DomainOptions {
  readonly box?: string;
  readonly domain?: string;
  readonly whole?: boolean;
  /** The bounds of --box are taken as the nearest doubles. */
  readonly asDoubles?: boolean;
}

/** A domain, and where it comes from, for people. */
export interface ChosenDomain {
  readonly domain: Domain;
  readonly source: string;
  /** Its position among those of a disjunction, from 1. */
  readonly number?: number;
}

/** Why a domain has no points, or undefined if it has some. */
function emptiness(domain: Domain): string | undefined {
  if (domain.kind !== 'polytope') return undefined;
  try {
    preparePolytope(domain);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
}

/** Says that what a property claims about the outputs has no part in a domain. */
async function warnOfOutputs(file: string, inputs: number, content: StandardContent | undefined): Promise<void> {
  const cases = await readSpecification(content?.bytes ?? file, inputs, content);
  if (cases.every(({ condition }) => condition.kind === 'true')) return;
  warn(
    `${file}: only its conditions on the inputs are used, those on the outputs are ignored; \`verify\` decides these`,
  );
}

/** A domain that is typed as JSON: what is wrong with it is wrong with the command line, as for --box. */
async function typedDomain(text: string, inputs: number): Promise<Domain> {
  try {
    return await domainOfText(text, inputs);
  } catch (error) {
    if (error instanceof FormatError) throw new UsageError(error.message);
    throw error;
  }
}

/** The domains of a file: several of a property that is a disjunction, which may overlap. Empty ones are left out. */
async function domainsOfFile(file: string, inputs: number): Promise<ChosenDomain[]> {
  const typed = file.trimStart().startsWith('{');
  const content = file === '-' ? await (await import('./standard-input.js')).standardDomain() : undefined;
  const all = typed ? [await typedDomain(file, inputs)] : await readDomain(content?.bytes ?? file, inputs, content);
  if (extensionOf(content?.name ?? file) === '.vnnlib') await warnOfOutputs(file, inputs, content);
  const reasons = all.map(emptiness);
  const kept = all.filter((_, k) => reasons[k] === undefined);
  if (kept.length === 0)
    throw typed ? new UsageError(`--domain: ${reasons[0]}`) : new FormatError('', reasons[0]!, file);
  if (all.length === 1) return [{ domain: kept[0]!, source: typed ? '--domain' : file }];
  return all.flatMap((domain, k) =>
    reasons[k] === undefined
      ? [{ domain, source: `${file}, ${k + 1} of ${all.length}${omitted(all.length - kept.length)}`, number: k + 1 }]
      : [],
  );
}

function omitted(count: number): string {
  return count === 0 ? '' : `; ${count} empty`;
}

/** The box of `--box`, with a hint where a bound was meant to be a double. */
function boxOf(text: string, inputs: number, asDoubles: boolean): ChosenDomain {
  const domain = parseBoxOption(text, inputs, { asDoubles });
  if (asDoubles) return { domain, source: '--box, as doubles' };
  const [first] = boundsBesideDoubles(text);
  if (first !== undefined) {
    warn(`--box: ${first} is taken as this decimal, which is no double; --as-doubles takes the nearest double`);
  }
  return { domain, source: '--box' };
}

/**
 * @throws UsageError if there is no domain
 * @throws DomainError, FormatError for what is wrong with the one that was given
 */
export async function chooseDomains(file: string, net: NetworkFile, options: DomainOptions): Promise<ChosenDomain[]> {
  const { inputs } = net.network;
  if (options.asDoubles === true && options.box === undefined) {
    throw new UsageError('--as-doubles: expected --box, whose bounds it rounds, got none; drop it or give --box');
  }
  if (options.whole === true) return [{ domain: whole(inputs), source: '--whole' }];
  if (options.box !== undefined) return [boxOf(options.box, inputs, options.asDoubles === true)];
  if (options.domain !== undefined) return domainsOfFile(options.domain, inputs);
  if (net.domain !== undefined) {
    const reason = emptiness(net.domain);
    if (reason !== undefined) throw new FormatError('domain', reason, file);
    return [{ domain: net.domain, source: `of the file` }];
  }
  throw new UsageError(
    `${file}: has no domain of its own; give one: --box=-1,1 (every input), --domain FILE.json|FILE.vnnlib, or --whole`,
  );
}

/** The one domain that a command is about. @throws UsageError if there are several */
export async function chooseDomain(file: string, net: NetworkFile, options: DomainOptions): Promise<ChosenDomain> {
  const [first, ...others] = await chooseDomains(file, net, options);
  if (others.length === 0) return first!;
  throw new UsageError(
    `${options.domain}: expected one domain, got a disjunction of ${others.length + 1}; write each into a file of its own`,
  );
}

/** What a command found on one domain. */
export interface Finding {
  readonly code: number;
  /** Absent if there is nothing to say but the text. */
  readonly json?: object;
  readonly text: string;
}

interface Request extends DomainOptions {
  readonly format: 'text' | 'json';
  /** A file that holds what is found on one domain. */
  readonly out?: string;
  /** Further ones, by their options. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command on every domain in turn and prints what it found: of several domains a list.
 *
 * @param before called with all of them, before the first
 * @returns the first exit code that is not 0
 */
export async function onDomains(
  file: string,
  net: NetworkFile,
  options: Request,
  find: (chosen: ChosenDomain) => Promise<Finding>,
  before?: (domains: readonly ChosenDomain[]) => void,
): Promise<number> {
  const domains = await chooseDomains(file, net, options);
  const written = Object.entries({ '--out': options.out, ...options.files }).find(([, name]) => name !== undefined);
  if (domains.length > 1 && written !== undefined) {
    throw new UsageError(
      `${written[0]}: expected one domain for one file, ${options.domain} has ${domains.length}; split the disjunction`,
    );
  }
  before?.(domains);
  const inJson = options.format === 'json' && domains.length > 1;
  const list: object[] = [];
  let code: number = EXIT.ok;
  for (const [k, chosen] of domains.entries()) {
    const found = await find(chosen);
    code = code === EXIT.ok ? found.code : code;
    if (inJson && found.json !== undefined) list.push(found.json);
    else if (options.format === 'json' && found.json !== undefined) print(`${JSON.stringify(found.json)}\n`);
    else print(`${k > 0 ? '\n' : ''}${found.text}`);
    if (found.code === EXIT.interrupted) break;
  }
  if (inJson) print(`${JSON.stringify(list)}\n`);
  return code;
}

function print(text: string) {
  process.stdout.write(text);
}
