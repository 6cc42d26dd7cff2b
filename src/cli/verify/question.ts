/**
 * What is asked, in each of the ways to ask it: a query with the networks that it is about.
 */
import { parseRational, type Rational } from '../../exact/index.js';
import {
  extensionOf,
  FormatError,
  type NetworkFile,
  type Query,
  queryOfVnnlib,
  readNetwork,
  readQuery,
} from '../../formats/index.js';
import { evaluateExact } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import {
  type BoundQuery,
  bindQuery,
  comparisonText,
  loadNetworks,
  type NetworkCache,
  type NetworkPaths,
  robustnessText,
} from '../../property/index.js';
import { UsageError } from '../exit.js';
import { chooseDomain } from '../options/domain.js';
import { pointOf } from '../options/points.js';
import { type ReadingOptions, readerOptions } from '../options/subject.js';
import { weightsOf } from '../output/targets.js';
import type { VerifyOptions } from './options.js';
import { spareWeights } from './targets.js';

export interface Question {
  readonly query: Query;
  readonly bound: BoundQuery;
  /** For people: the query's file, or what was asked in words. */
  readonly asked: string;
  /** The networks' files by name; without a name in version 1.0. */
  readonly paths: NetworkPaths;
  /** Remarks of the readers. */
  readonly notes: readonly string[];
  /** The files beside the networks that hold their weights. */
  readonly weights: readonly string[];
  /** The options that let `check` see the same question; undefined when it was not written to a file. */
  readonly property: string | undefined;
}

interface Source {
  readonly query: Query;
  readonly asked: string;
  readonly property: string | undefined;
  /** The file that is wrong when the query does not fit; of a query that is made here, and whose form needs no remark, none. */
  readonly file: string | undefined;
}

/** Puts the file into complaints about the query's fit. */
async function complainingAbout<T>(file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof FormatError && error.file === '') throw new FormatError(error.place, error.problem, file);
    throw error;
  }
}

async function bound(
  { query, asked, property, file }: Source,
  paths: NetworkPaths,
  options: ReadingOptions & Pick<VerifyOptions, 'overReals'>,
  cache?: NetworkCache,
): Promise<Question> {
  return complainingAbout(file ?? 'query', async () => {
    const given = await loadNetworks(query, paths, { reading: readerOptions(options), ...(cache && { cache }) });
    const answer = bindQuery(query, given, { overReals: options.overReals === true });
    const known = [...given].flatMap(([name, net]) => (paths.has(name) ? [{ path: paths.get(name)!, net }] : []));
    const remarks = known.flatMap(({ path, net }) => net.warnings.map((warning) => `${path}: ${warning}`));
    const notes = [...new Set([...remarks, ...(file === undefined ? [] : answer.notes)])];
    const weights = known.flatMap(({ path, net }) => weightsOf(path, net));
    return { query, bound: answer, asked, paths, notes, weights, property };
  });
}

/** name=file */
function namedPaths(texts: readonly string[]): NetworkPaths {
  const paths = new Map<string, string>();
  for (const text of texts) {
    const at = text.indexOf('=');
    if (at <= 0 || at === text.length - 1) {
      throw new UsageError(`--network: expected NAME=FILE, got ${JSON.stringify(text)}; name a network of the query`);
    }
    const name = text.slice(0, at);
    if (paths.has(name)) throw new UsageError(`--network: ${name} is given twice; drop one`);
    paths.set(name, text.slice(at + 1));
  }
  return paths;
}

/** The network beside a query: the one that the query declares and that no option names. */
function withNetwork(query: Query, net: string, named: NetworkPaths): NetworkPaths {
  const own = query.networks.filter(({ name, equivalence }) => equivalence?.kind !== 'equal' && !named.has(name));
  if (own.length > 1) {
    const names = own.map(({ name }) => `--network ${name}=FILE`).join(' ');
    throw new UsageError(`verify: the query is about ${own.length} networks; give it alone, with ${names}`);
  }
  return new Map([[own[0]?.name ?? '', net], ...named]);
}

/** `verify NET QUERY`, and `verify QUERY --network f=NET`. */
export async function questionOfFiles(
  file: string,
  net: string | undefined,
  options: ReadingOptions & Pick<VerifyOptions, 'network' | 'overReals'>,
  cache?: NetworkCache,
): Promise<Question> {
  const { query } = await readQuery(file);
  const named = namedPaths(options.network ?? []);
  if (net === undefined && named.size === 0) {
    const first = query.networks[0]?.name ?? 'f';
    throw new UsageError(`verify: expected a network for ${file}, got none; add --network ${first}=NET`);
  }
  const paths = net === undefined ? named : withNetwork(query, net, named);
  return bound({ query, asked: file, property: file, file }, paths, options, cache);
}

function numberOf(text: string, option: string): Rational {
  try {
    return parseRational(text);
  } catch {
    throw new UsageError(`${option}: expected a number such as 0.01 or 1/100, got ${JSON.stringify(text)}; correct it`);
  }
}

function nonNegative(text: string, option: string): Rational {
  const value = numberOf(text, option);
  if (value.numerator < 0n) throw new UsageError(`${option}: expected a number of at least 0, got ${text}; correct it`);
  return value;
}

/** The output that is greatest at a point. @throws UsageError if several are */
function classAt(net: NetworkFile, point: readonly Rational[], chosen: number | undefined): number {
  const { outputs } = net.network;
  if (chosen !== undefined) {
    if (chosen < outputs) return chosen;
    throw new UsageError(`--class: expected one of the outputs 0 to ${outputs - 1}, got ${chosen}; correct it`);
  }
  const { output } = evaluateExact(net.network, point);
  const above = (a: Rational, b: Rational) => a.numerator * b.denominator - b.numerator * a.denominator;
  const best = output.reduce((top, value, j) => (above(value, output[top]!) > 0n ? j : top), 0);
  if (output.every((value, j) => j === best || above(output[best]!, value) > 0n)) return best;
  throw new UsageError('--class: several outputs are greatest at the point; name one');
}

export interface RobustnessSubject {
  readonly net: NetworkFile;
  readonly center: readonly Rational[];
  readonly class: number;
  readonly within: { readonly lower: readonly Rational[]; readonly upper: readonly Rational[] } | undefined;
}

/** The point, its class, and the box that inputs keep, of `--around`. */
export async function robustnessSubject(file: string, options: VerifyOptions): Promise<RobustnessSubject> {
  const net = await readNetwork(file, readerOptions(options));
  spareWeights(weightsOf(file, net), options);
  const center = pointOf(options.around!, net.network.inputs, '--around');
  const kept = classAt(net, center, options.class);
  if (options.box === undefined && options.domain === undefined) return { net, center, class: kept, within: undefined };
  const { domain } = await chooseDomain(file, net, options);
  if (domain.kind !== 'box') throw new UsageError('--domain: expected a box for --around, got a polytope; give a box');
  return { net, center, class: kept, within: domain };
}

function written(text: string, file: string | undefined): string | undefined {
  if (file !== undefined) writeOutput(file, text);
  return file;
}

/** `verify NET --around x1,x2,.. --radius r [--class k]` */
export async function questionOfRobustness(file: string, options: VerifyOptions): Promise<Question> {
  const subject = await robustnessSubject(file, options);
  const radius = nonNegative(options.radius!, '--radius');
  const { net, center, class: kept, within } = subject;
  const text = robustnessText({
    center,
    radius,
    outputs: net.network.outputs,
    class: kept,
    ...(within === undefined ? {} : { within }),
  });
  const property = written(text, options.writeQuery);
  const asked = `is another output at least output ${kept} within ${options.radius} of ${options.around}?`;
  return bound({ query: queryOfVnnlib(text), asked, property, file: undefined }, new Map([['', file]]), options);
}

/** `verify F G --equal [--within eps]`, `verify F G --at-least [--within eps]` */
export async function questionOfComparison(first: string, second: string, options: VerifyOptions): Promise<Question> {
  const [f, g] = await Promise.all([first, second].map((file) => readNetwork(file, readerOptions(options))));
  spareWeights([...weightsOf(first, f!), ...weightsOf(second, g!)], options);
  const shape = ({ network }: NetworkFile) => `${network.inputs} inputs and ${network.outputs} outputs`;
  if (shape(f!) !== shape(g!)) {
    throw new UsageError(
      `${second}: expected ${shape(f!)} as in ${first}, got ${shape(g!)}; compare networks of one shape`,
    );
  }
  const { domain } = await chooseDomain(first, f!, options);
  const within = nonNegative(options.within ?? '0', '--within');
  const { inputs, outputs } = f!.network;
  const relation = options.equal === true ? ('equal' as const) : ('at-least' as const);
  const text = comparisonText({ inputs, outputs, domain, relation, within });
  const property = written(text, options.writeQuery);
  const slack = options.within === undefined ? '' : ` by more than ${options.within}`;
  const asked =
    relation === 'equal'
      ? `does an output of f differ from that of g${slack}?`
      : `is an output of f below that of g${slack}?`;
  const paths = new Map([
    ['f', first],
    ['g', second],
  ]);
  return bound({ query: queryOfVnnlib(text), asked, property, file: undefined }, paths, options);
}

export const isQuery = (file: string) => extensionOf(file) === '.vnnlib';
