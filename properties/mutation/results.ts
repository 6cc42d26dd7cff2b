/**
 * What Stryker found, joined with the explanations of those who looked at the survivors.
 */

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

/** Why mutants survive: what they replace, by file; `with` is left out where every replacement is meant. */
export interface Explanation {
  readonly file: string;
  /** The code that is replaced, blanks collapsed. */
  readonly code: readonly string[];
  readonly with?: string;
  readonly kind: string;
  readonly why: string;
}

export interface Survivor {
  readonly line: number;
  readonly code: string;
  readonly replacement: string;
  readonly explanation: Explanation | undefined;
}

export interface FileResult {
  readonly file: string;
  readonly killed: number;
  readonly timedOut: number;
  readonly ignored: number;
  readonly survivors: readonly Survivor[];
}

const collapse = (text: string) => text.replace(/\s+/g, ' ').trim();

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

function resultOf(file: string, { source, mutants }: StrykerFile, explanations: readonly Explanation[]): FileResult {
  const lines = source.split('\n');
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const survivors = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location, replacement = '' }) => {
      const code = collapse(textBetween(lines, location.start, location.end));
      const by = collapse(replacement);
      const explanation = explanations.find(
        (e) => e.file === file && e.code.includes(code) && (e.with === undefined || e.with === by),
      );
      return { line: location.start.line, code, replacement: by, explanation };
    })
    .sort((a, b) => a.line - b.line);
  return {
    file,
    killed: count('Killed'),
    timedOut: count('Timeout'),
    ignored: count('Ignored', 'CompileError', 'RuntimeError'),
    survivors,
  };
}

/** The results of all files, by name. */
export function resultsOf(report: StrykerReport, explanations: readonly Explanation[]): FileResult[] {
  return Object.entries(report.files)
    .map(([file, contents]) => resultOf(file, contents, explanations))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Detected mutants (a time-out is a detection, as Stryker counts) and all that were tried. */
export function tally(results: readonly FileResult[]): { readonly detected: number; readonly tried: number } {
  const detected = results.reduce((sum, { killed, timedOut }) => sum + killed + timedOut, 0);
  return { detected, tried: results.reduce((sum, { survivors }) => sum + survivors.length, detected) };
}

/** Explanations that no survivor needs any more. */
export function idleExplanations(results: readonly FileResult[], explanations: readonly Explanation[]): Explanation[] {
  const used = new Set(results.flatMap(({ survivors }) => survivors.map(({ explanation }) => explanation)));
  const run = new Set(results.map(({ file }) => file));
  return explanations.filter((e) => run.has(e.file) && !used.has(e));
}
