/**
 * What Stryker found, kept from run to run, and joined with the explanations of those who looked at the survivors.
 */
import { createHash } from 'node:crypto';
import { isInSample } from './sample.js';

interface Place {
  readonly line: number;
  readonly column: number;
}

/** The parts of Stryker's report (mutation testing report schema) that are read here. */
export interface StrykerReport {
  readonly files: Readonly<Record<string, StrykerFile>>;
}

interface StrykerFile {
  readonly source: string;
  readonly mutants: readonly StrykerMutant[];
}

interface StrykerMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

export interface Survivor {
  readonly line: number;
  /** The code that is replaced, and what by, blanks collapsed. */
  readonly code: string;
  readonly replacement: string;
}

/** The mutants of one file, as `properties/support/mutation/results.json` keeps them. */
export interface FileResult {
  readonly file: string;
  /** The digest of the source that was mutated. */
  readonly source: string;
  readonly killed: number;
  readonly timedOut: number;
  readonly ignored: number;
  /** Mutants that were left out of a sample, if it was one. */
  readonly untried?: number;
  readonly survivors: readonly Survivor[];
}

/** Why mutants survive: what they replace, by file; `with` is left out where every replacement is meant. */
export interface Explanation {
  readonly file: string;
  /** The code that is replaced, blanks collapsed. */
  readonly code: readonly string[];
  readonly with?: string;
  readonly kind: string;
  readonly why: string;
}

const collapse = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Enough of SHA-256 to tell one version of a source from another. */
export function digestOf(source: string): string {
  return createHash('sha256').update(source).digest('hex').slice(0, 16);
}

/** The text between two places, which Stryker counts from 1. */
function textBetween(lines: readonly string[], start: Place, end: Place): string {
  if (start.line === end.line) return lines[start.line - 1]!.slice(start.column - 1, end.column - 1);
  const middle = lines.slice(start.line, end.line - 1);
  return [
    lines[start.line - 1]!.slice(start.column - 1),
    ...middle,
    lines[end.line - 1]!.slice(0, end.column - 1),
  ].join(' ');
}

function resultOf(file: string, { source, mutants: all }: StrykerFile, part: number): FileResult {
  // What no test reaches is told without a run, hence also of mutants that are not in the sample.
  const mutants = all.filter((mutant) => mutant.status !== 'NoCoverage' || isInSample(mutant, part));
  const lines = source.split('\n');
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const survivors = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, replacement = '' }) => ({
      line: location.start.line,
      code: collapse(textBetween(lines, location.start, location.end)),
      replacement: collapse(replacement),
    }))
    .sort((a, b) => a.line - b.line);
  const untried = count('RuntimeError') + all.length - mutants.length;
  return {
    file,
    source: digestOf(source),
    killed: count('Killed'),
    timedOut: count('Timeout'),
    ignored: count('Ignored', 'CompileError'),
    ...(untried > 0 ? { untried } : {}),
    survivors,
  };
}

/** Wilson's 95 % interval for the detected part of all mutants of a file, of which a sample was tried. */
export function interval(result: FileResult): readonly [number, number] {
  const { detected, tried } = tally([result]);
  const z = 1.96;
  const p = detected / tried;
  const middle = (p + z ** 2 / (2 * tried)) / (1 + z ** 2 / tried);
  const half = (z / (1 + z ** 2 / tried)) * Math.sqrt((p * (1 - p)) / tried + (z / (2 * tried)) ** 2);
  return [middle - half, middle + half];
}

const byName = (a: FileResult, b: FileResult) => (a.file < b.file ? -1 : 1);

/** The results of all files of a report, by name. @param part the part of the mutants that was tried, if it was a sample */
export function resultsOf(report: StrykerReport, part = 1): FileResult[] {
  return Object.entries(report.files)
    .map(([file, contents]) => resultOf(file, contents, part))
    .sort(byName);
}

/** Old results, except of the files of which there are new ones. */
export function updated(old: readonly FileResult[], fresh: readonly FileResult[]): FileResult[] {
  const again = new Set(fresh.map(({ file }) => file));
  return [...old.filter(({ file }) => !again.has(file)), ...fresh].sort(byName);
}

/** The first explanation that is about a survivor. */
export function explanationOf(
  file: string,
  { code, replacement }: Survivor,
  explanations: readonly Explanation[],
): Explanation | undefined {
  return explanations.find(
    (e) => e.file === file && e.code.includes(code) && (e.with === undefined || e.with === replacement),
  );
}

/** Detected mutants (a time-out is a detection, as Stryker counts) and all that were tried. */
export function tally(results: readonly FileResult[]): { readonly detected: number; readonly tried: number } {
  const detected = results.reduce((sum, { killed, timedOut }) => sum + killed + timedOut, 0);
  return { detected, tried: results.reduce((sum, { survivors }) => sum + survivors.length, detected) };
}

/** Explanations that no survivor needs any more. */
export function idleExplanations(results: readonly FileResult[], explanations: readonly Explanation[]): Explanation[] {
  const used = new Set(
    results.flatMap(({ file, survivors }) => survivors.map((s) => explanationOf(file, s, explanations))),
  );
  const run = new Set(results.map(({ file }) => file));
  return explanations.filter((e) => run.has(e.file) && !used.has(e));
}
