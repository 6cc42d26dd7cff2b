/**
 * The table of a benchmark: one verdict per network and query.
 */

interface Subject {
  /** As the list of instances names them. */
  readonly network: string;
  readonly property: string;
  /** Seconds of wall time, reading and writing included. */
  readonly seconds: number;
  /** Seconds that were allowed. */
  readonly timeout: number;
}

export type VerificationRow =
  | (Subject & {
      readonly verdict: 'sat' | 'unsat' | 'unknown';
      readonly reason?: string;
      readonly nodes: number;
      readonly cells: number;
      /** What the search did, such as `linearPrograms`. */
      readonly statistics: Readonly<Record<string, number>>;
      readonly certificate?: { readonly file: string; readonly bytes: number; readonly sha256?: string };
      readonly counterexample?: {
        readonly file?: string;
        readonly input: readonly (number | string)[];
        readonly output: readonly (number | string)[];
        readonly float32: { readonly holds: 'any-order' | 'replay' | 'none' };
      };
    })
  | (Subject & { readonly verdict: 'error'; readonly error: string });

const FATES = { 'any-order': 'in float32 too', replay: 'float32 replay', none: 'reals only' } as const;

/** "sat (float32 replay)", "unknown: timeout" */
export function verdictWords(row: VerificationRow): string {
  if (row.verdict === 'error') return `error: ${row.error}`;
  if (row.verdict === 'sat' && row.counterexample !== undefined)
    return `sat (${FATES[row.counterexample.float32.holds]})`;
  return row.verdict === 'unknown' && row.reason !== undefined ? `unknown: ${row.reason}` : row.verdict;
}

export const VERIFICATION_COLUMNS = ['network', 'property', 'verdict', 'seconds', 'nodes', 'certificate'] as const;

/** The texts of a row, column by column. */
export function verificationCells(row: VerificationRow): string[] {
  const answered = row.verdict === 'error' ? undefined : row;
  const bytes = answered?.certificate?.bytes;
  return [
    row.network,
    row.property,
    verdictWords(row),
    row.seconds.toFixed(2),
    answered === undefined ? '' : answered.nodes.toLocaleString('en-US'),
    bytes === undefined ? '' : `${bytes.toLocaleString('en-US')} bytes`,
  ];
}

/** "139 unsat, 47 sat, 0 unknown, 0 errors in 58.1 s" */
export function verificationSummary(rows: readonly VerificationRow[]): string {
  const count = (verdict: VerificationRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const counts = `${count('unsat')} unsat, ${count('sat')} sat, ${count('unknown')} unknown, ${count('error')} errors`;
  return `${counts} in ${seconds.toFixed(1)} s`;
}

/** `{"rows":[...],"summary":{...}}`, the rows in the order of the list. */
export function verificationJson(rows: readonly VerificationRow[], stamp: object): string {
  const of = (verdict: VerificationRow['verdict']) => rows.filter((row) => row.verdict === verdict).length;
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const summary = { unsat: of('unsat'), sat: of('sat'), unknown: of('unknown'), error: of('error'), seconds };
  return `${JSON.stringify({ rows, summary, ...stamp })}\n`;
}

/** Lines whose columns are padded to the same width. */
export function inColumns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, c) => Math.max(...lines.map((line) => line[c]!.length)));
  const padded = (line: readonly string[]) => line.map((text, c) => text.padEnd(widths[c]!)).join('  ');
  return lines.map((line) => `${padded(line).trimEnd()}\n`).join('');
}

/** The table and its summary, for people. */
export function verificationText(rows: readonly VerificationRow[]): string {
  return `${inColumns([VERIFICATION_COLUMNS, ...rows.map(verificationCells)])}${verificationSummary(rows)}\n`;
}

/** The lines of VNN-COMP's results: network,query,verdict,seconds. */
export function verificationCsv(rows: readonly VerificationRow[]): string {
  return rows.map((row) => `${row.network},${row.property},${row.verdict},${row.seconds.toFixed(6)}\n`).join('');
}
