/**
 * `relu-atlas check --instances LIST --results DIR`: every answer of a benchmark, verified in one process.
 *
 * A proof of unsat is checked like any other; of sat the point is evaluated exactly, and must be one of the unsafe set. Nothing is
 * believed of the folder but which answer a row claims.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stamp } from '../../answers/index.js';
import { checkVerification } from '../../checker/index.js';
import { parseRational, type Rational } from '../../exact/index.js';
import { FormatError } from '../../formats/index.js';
import { evaluateExact } from '../../network/index.js';
import { type NetworkCache, satisfiedAt } from '../../property/index.js';
import { inColumns, type VerificationRow } from '../../report/verification/index.js';
import { EXIT, explain, UsageError } from '../exit.js';
import type { ReadingOptions } from '../options/subject.js';
import { progressBar } from '../output/progress.js';
import { counted } from '../output/text.js';
import { type Instance, readInstances } from './instances-list.js';
import type { VerifyOptions } from './options.js';
import { type Question, questionOfFiles } from './question.js';

export interface InstancesCheckOptions extends ReadingOptions, Pick<VerifyOptions, 'overReals' | 'format' | 'quiet'> {
  readonly instances: string;
  readonly results?: string;
}

/** `none`: the row claims nothing that could be verified. */
type Outcome = 'accepted' | 'refused' | 'none' | 'error';

interface CheckedRow {
  readonly network: string;
  readonly property: string;
  readonly verdict: VerificationRow['verdict'];
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly reason?: string;
}

/** The rows of results.json. @throws FormatError when they are not those of the list */
function claimedRows(folder: string, list: string, instances: readonly Instance[]): VerificationRow[] {
  const file = join(folder, 'results.json');
  if (!existsSync(file)) {
    throw new FormatError('', 'no such file; name the folder that verify --instances --out wrote', file);
  }
  const rows = rowsIn(file);
  const isOther = (row: VerificationRow | undefined, { network, property }: Instance) =>
    row?.network !== network || row.property !== property;
  const other = instances.findIndex((instance, i) => isOther(rows[i], instance));
  if (other >= 0 || rows.length !== instances.length) {
    const row = other >= 0 ? other : instances.length;
    throw new FormatError(
      `row ${row + 1}`,
      `expected the rows of ${list}, got others; give the list that they answer`,
      file,
    );
  }
  return rows;
}

function rowsIn(file: string): VerificationRow[] {
  try {
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: VerificationRow[] };
    if (Array.isArray(rows)) return rows;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new FormatError('', 'expected {"rows":[...]} as verify --instances writes it; write it again', file);
}

const numberOf = (value: number | string): Rational => parseRational(String(value));

/** Why the point of a row is none of the unsafe set; undefined if it is. */
function faultOfPoint({ bound }: Question, row: VerificationRow): string | undefined {
  const { input } = (row.verdict === 'sat' && row.counterexample) || {};
  if (!Array.isArray(input) || input.length !== bound.reads.length) {
    return `expected a point of ${counted(bound.reads.length, 'input')}, got ${Array.isArray(input) ? input.length : 'none'}`;
  }
  const point: Rational[] = [];
  for (const [i, read] of bound.reads.entries()) {
    const value = numberOf(input[i]!);
    const earlier = point[read];
    if (earlier !== undefined && (earlier.numerator !== value.numerator || earlier.denominator !== value.denominator)) {
      return `inputs that the query says are equal differ: number ${i}`;
    }
    point[read] = value;
  }
  const { output } = evaluateExact(bound.network, point);
  return satisfiedAt(bound.unsafe, point, output) === undefined ? 'the point is not in the unsafe set' : undefined;
}

/** Why the proof of a row is none; undefined if it is accepted. */
async function faultOfProof(folder: string, { bound }: Question, row: VerificationRow): Promise<string | undefined> {
  const named = (row.verdict === 'unsat' && row.certificate?.file) || undefined;
  if (named === undefined) return 'no proof was written';
  const file = join(folder, 'certificates', basename(named));
  if (!existsSync(file)) return `${file}: no such file`;
  const report = await checkVerification(bound.network, bound.unsafe, file);
  if (report.accepted) return undefined;
  return `at ${report.path === '' ? 'the root' : `node ${report.path}`}: ${report.reason}`;
}

async function checkedRow(
  instance: Instance,
  row: VerificationRow,
  options: InstancesCheckOptions & { results: string },
  cache: NetworkCache,
): Promise<CheckedRow> {
  const { verdict } = row;
  const { network, property, networkFile, propertyFile } = instance;
  const started = performance.now();
  const done = (outcome: Outcome, reason?: string): CheckedRow => {
    const seconds = (performance.now() - started) / 1000;
    return { network, property, verdict, outcome, seconds, ...(reason !== undefined && { reason }) };
  };
  if (verdict !== 'sat' && verdict !== 'unsat') return done('none', 'no answer to verify');
  try {
    const question = await questionOfFiles(propertyFile, networkFile, options, cache);
    const fault = verdict === 'sat' ? faultOfPoint(question, row) : await faultOfProof(options.results, question, row);
    return fault === undefined ? done('accepted') : done('refused', fault);
  } catch (error) {
    return done('error', explain(error).line);
  }
}

const OUTCOMES: readonly Outcome[] = ['accepted', 'refused', 'none', 'error'];

const tally = (rows: readonly CheckedRow[]) =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length]));

function textOf(rows: readonly CheckedRow[], seconds: number): string {
  const table = inColumns([
    ['network', 'property', 'claim', 'outcome', 'seconds'],
    ...rows.map(({ network, property, verdict, outcome, seconds: own, reason }) => [
      network,
      property,
      verdict,
      reason === undefined ? outcome : `${outcome}: ${reason}`,
      own.toFixed(2),
    ]),
  ]);
  const count = tally(rows);
  const kind = (verdict: string) => rows.filter((row) => row.verdict === verdict && row.outcome === 'accepted').length;
  return `${table}${count.accepted} accepted (${kind('unsat')} proofs of unsat, ${kind('sat')} points of sat), ${count.refused} refused, ${count.none} without an answer, ${count.error} errors in ${seconds.toFixed(1)} s\n`;
}

/** @returns 3 if an answer is refused, otherwise 1 if a row could not be read, 4 if one has no answer */
export async function checkInstances(options: InstancesCheckOptions): Promise<number> {
  const { instances: list, results } = options;
  if (results === undefined) {
    throw new UsageError('--instances: expected the folder of its answers; add --results DIR');
  }
  const instances = await readInstances(list);
  const claims = claimedRows(results, list, instances);
  const bar = progressBar(options);
  const cache: NetworkCache = new Map();
  const started = performance.now();
  const rows: CheckedRow[] = [];
  try {
    for (const [i, instance] of instances.entries()) {
      bar.part(
        i / instances.length,
        `${i} of ${counted(instances.length, 'row')}`,
        (performance.now() - started) / 1000,
      );
      rows.push(await checkedRow(instance, claims[i]!, { ...options, results }, cache));
    }
  } finally {
    bar.stop();
  }
  const seconds = (performance.now() - started) / 1000;
  const summary = { ...tally(rows), seconds };
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify({ rows, summary, ...stamp('check') })}\n` : textOf(rows, seconds),
  );
  if (rows.some(({ outcome }) => outcome === 'refused')) return EXIT.refused;
  if (rows.some(({ outcome }) => outcome === 'error')) return EXIT.error;
  return rows.some(({ outcome }) => outcome === 'none') ? EXIT.unknown : EXIT.ok;
}
