/**
 * `relu-atlas compare`: is a foreign result right?
 */
import { cpus } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { stamp } from '../../answers/index.js';
import { compare as compareRationals, parseRational, type Rational, toDouble } from '../../exact/index.js';
import { isBoxOfDoubles, jsonOfDomain } from '../../formats/index.js';
import type { Domain } from '../../network/index.js';
import { type Claim, readClaim } from '../../oracle/claims/index.js';
import { compareClaim, jsonOfVerdict, type Verdict, type VerdictOf } from '../../oracle/compare/index.js';
import { EXIT, UsageError } from '../exit.js';
import { interruption } from '../interruption.js';
import { chooseDomain } from '../options/domain.js';
import { wholeNumber } from '../options/numbers.js';
import { type AnalysisOptions, networkCommand, type Runner, withDomain, workersOption } from '../options/shared.js';
import { readSubject, type SubjectOptions, withSlice } from '../options/subject.js';
import { isWatched, progressBar } from '../output/progress.js';
import { showDomain, table } from '../output/text.js';
import { verdictLines } from '../output/verdict.js';

interface CompareCommandOptions extends AnalysisOptions, SubjectOptions {
  readonly list: number;
  readonly tolerance?: Rational;
  readonly workers?: number;
}

/** The claim with what its numbers may be off by, stated by the user. @throws UsageError for a claim of whole numbers */
function withTolerance(claim: Claim, tolerance: Rational | undefined): Claim {
  if (tolerance === undefined) return claim;
  if (claim.kind === 'count') throw new UsageError('--tolerance: a number of cells is right or wrong; drop it');
  return { ...claim, precision: { ...claim.precision, coordinates: tolerance, values: tolerance } };
}

/** A number of one digit that is no less than a positive one. */
function roundedUp(error: Rational): number {
  const near = toDouble(error);
  const unit = 10 ** Math.floor(Math.log10(near));
  const up = (digit: number) => Number((digit * unit).toPrecision(1));
  const digit = Math.ceil(near / unit);
  const enough = compareRationals(parseRational(String(up(digit))), error) >= 0;
  return up(enough ? digit : digit + 1);
}

/** --tolerance replaces what the claim says of coordinates and values: what agreed within that must still agree. */
function loosest({ sufficient, precision }: VerdictOf<'cells'> | VerdictOf<'patterns'>): Rational | undefined {
  if (sufficient === undefined) return undefined;
  return [precision.coordinates, precision.values].reduce((a, b) => (compareRationals(a, b) >= 0 ? a : b), sufficient);
}

/** Which tolerance would make the claim agree: the largest error of its numbers, rounded up to one digit. */
function toleranceHint(verdict: Verdict): (readonly [string, string])[] {
  if (verdict.agrees || verdict.kind === 'count' || verdict.kind === 'points') return [];
  const error = verdict.kind === 'values' ? verdict.largest?.error : loosest(verdict);
  // Below the least double and above the largest there is nothing to type.
  if (error === undefined || !Number.isFinite(Math.log10(toDouble(error)))) return [];
  const maps = verdict.kind !== 'values' && verdict.wrongMaps !== undefined ? ['maps'] : [];
  const numbers = { values: ['values'], patterns: maps, cells: ['polytopes', ...maps] }[verdict.kind];
  return [['hint', `with --tolerance=${roundedUp(error)} the ${numbers.join(' and ')} agree`]];
}

/** A claim made in doubles may be about another box than the decimals that were typed. */
function boxHint(verdict: Verdict, domain: Domain, { box }: CompareCommandOptions): (readonly [string, string])[] {
  if (verdict.agrees || box === undefined || domain.kind !== 'box' || isBoxOfDoubles(domain)) return [];
  return [['hint', 'bounds of --box are no doubles; if the claim was made in doubles, try --as-doubles']];
}

function toleranceOf(text: string): Rational {
  try {
    const value = parseRational(text);
    if (value.numerator >= 0n) return value;
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError('Expected a number that is not negative, such as --tolerance=1e-6.');
}

/** Longer lists help nobody and cost a linear program per item. */
const LONGEST_LIST = 1_000_000;

const listLength = wholeNumber(
  0,
  LONGEST_LIST,
  `Expected a number of items from 0 to ${LONGEST_LIST}, such as --list=10.`,
);

export async function compare(file: string, claimFile: string, options: CompareCommandOptions): Promise<number> {
  const net = await readSubject(file, options);
  const { domain, source } = await chooseDomain(file, net, options);
  const claim = withTolerance(await readClaim(claimFile, net.network), options.tolerance);
  const { signal, release } = interruption();
  const bar = progressBar(options);
  try {
    const verdict = await compareClaim(net.network, domain, claim, {
      list: options.list,
      workers: options.workers ?? cpus().length,
      signal,
      ...(isWatched(options) && { onProgress: (progress) => bar.walk(progress) }),
    });
    bar.stop();
    process.stdout.write(
      options.format === 'json'
        ? `${JSON.stringify({ ...jsonOfVerdict(verdict), domain: jsonOfDomain(domain), ...stamp('compare') })}\n`
        : table([
            ['domain', `${showDomain(domain)} (${source})`],
            ...verdictLines(verdict),
            ...toleranceHint(verdict),
            ...boxHint(verdict, domain, options),
          ]),
    );
    return verdict.agrees ? EXIT.ok : EXIT.refused;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    process.stdout.write('interrupted: no verdict\n');
    return EXIT.interrupted;
  } finally {
    bar.stop();
    release();
  }
}

export function compareCommand(run: Runner): Command {
  return withSlice(withDomain(networkCommand('compare', 'compare a foreign result with the exact partition')))
    .argument('<claim>', 'what is claimed: .json, .jsonl, .npz, .npy (also gzipped)')
    .addOption(
      new Option('--list <n>', 'items to show of every list; all are counted').argParser(listLength).default(10),
    )
    .addOption(
      new Option(
        '--tolerance <t>',
        "what the claim's points, inequalities and values may be off by, each (default: what it says itself, else 0)",
      ).argParser(toleranceOf),
    )
    .addOption(workersOption())
    .addHelpText(
      'after',
      `
A claim is a number of cells, pieces or maps, a list of patterns, points, values at points, or cells as inequalities or
vertices; docs/oracle.md says how each is written. The comparison is exact; what a claim says about its own rounding
("precision") is allowed for. Numbers are counted by --workers; claims of other kinds are sorted in one thread. Exit ${EXIT.ok} if the claim agrees, ${EXIT.refused} if it does not.

Examples:
  relu-atlas compare net.onnx --box=-1,1 patterns.npy
  relu-atlas compare net.json --whole claim.json --format=json --list=1000`,
    )
    .action(run(compare));
}
