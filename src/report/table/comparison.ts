/**
 * The table over many networks as JSON and Markdown: pure functions, the same bytes from the same rows.
 *
 * JSON, version 1: `{ "schema": "relu-atlas-table", "version": 1, "answer": "report", "rows": [...] }`. Every row has `network` (as it was
 * named), `status` and, but for failed ones, `shape`, `neurons`, `domain`, `engine`, `digest` (of the network) and
 * `bound` (an upper bound on the number of cells, as text: it may be beyond 2^53).
 *
 * | status | further fields |
 * |---|---|
 * | complete | `cells`, `cellsPerLayer`, `stable`, `dead`; `pieces` and `maps` unless they were not wanted or out of budget |
 * | stopped | `atLeast`: cells found when the `budget` ("cells" or "seconds") was used up |
 * | failed | `error`: one line that says why |
 */

interface NamedRow {
  /** The network as the list or directory names it, with the options of its line. */
  readonly network: string;
}

interface SubjectRow extends NamedRow {
  readonly shape: string;
  /** Neurons that bend. */
  readonly neurons: number;
  readonly domain: string;
  readonly engine: string;
  readonly digest: string;
  /** The best of the published upper bounds on the number of cells. */
  readonly bound: string;
}

export interface CompleteRow extends SubjectRow {
  readonly status: 'complete';
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
  readonly pieces?: number;
  readonly maps?: number;
  /** Neurons that bend but cut no cell. */
  readonly stable: number;
  /** Neurons whose output is zero on the whole domain. */
  readonly dead: number;
}

export interface StoppedRow extends SubjectRow {
  readonly status: 'stopped';
  readonly atLeast: number;
  readonly budget: 'cells' | 'seconds';
}

export interface FailedRow extends NamedRow {
  readonly status: 'failed';
  readonly error: string;
}

export type ComparisonRow = CompleteRow | StoppedRow | FailedRow;

export const COMPARISON_SCHEMA = 'relu-atlas-table';
export const COMPARISON_VERSION = 1;

/** One line per row. */
export function comparisonJson(rows: readonly ComparisonRow[]): string {
  const lines = rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n');
  return `{"schema": "${COMPARISON_SCHEMA}", "version": ${COMPARISON_VERSION}, "answer": "report", "rows": [\n${lines}\n]}\n`;
}

export const COMPARISON_COLUMNS = [
  { title: 'network' },
  { title: 'shape' },
  { title: 'domain' },
  { title: 'neurons', numeric: true },
  { title: 'stable', numeric: true },
  { title: 'dead', numeric: true },
  { title: 'cells', numeric: true },
  { title: 'per layer' },
  { title: 'pieces', numeric: true },
  { title: 'maps', numeric: true },
  { title: 'cells at most', numeric: true },
] as const;

/** "12,345" */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** Bounds beyond 10^12 are for comparing orders of magnitude: "3.2e+21", rounded up. */
function boundText(bound: string): string {
  if (bound.length <= 12) return grouped(Number(bound));
  const leading = BigInt(bound.slice(0, 3)) + 1n;
  const carried = leading > 999n ? 100n : leading;
  const exponent = bound.length - 1 + (leading > 999n ? 1 : 0);
  const digits = carried.toString();
  return `${digits[0]}.${digits.slice(1)}e+${exponent}`;
}

const UNKNOWN = '?';

/** The cells of a row's line, in the order of `COMPARISON_COLUMNS`. */
export function comparisonCells(row: ComparisonRow): string[] {
  if (row.status === 'failed') return [row.network, `failed: ${row.error}`, ...new Array<string>(9).fill('')];
  const { network, shape, domain, neurons, bound } = row;
  const subject = [network, shape, domain, grouped(neurons)];
  if (row.status === 'stopped') {
    const { atLeast, budget } = row;
    const cells = `≥ ${grouped(atLeast)}`;
    return [...subject, UNKNOWN, UNKNOWN, cells, `stopped: budget of ${budget}`, UNKNOWN, UNKNOWN, boundText(bound)];
  }
  const { cells, cellsPerLayer, pieces, maps, stable, dead } = row;
  const count = (value: number | undefined) => (value === undefined ? UNKNOWN : grouped(value));
  return [
    ...subject,
    grouped(stable),
    grouped(dead),
    grouped(cells),
    cellsPerLayer.map(grouped).join(' '),
    count(pieces),
    count(maps),
    boundText(bound),
  ];
}

/** "40 networks: 36 counted, 1 stopped by its budget, 3 failed" */
export function comparisonSummary(rows: readonly ComparisonRow[]): string {
  const of = (status: ComparisonRow['status']) => rows.filter((row) => row.status === status).length;
  const parts = [
    `${of('complete')} counted`,
    ...(of('stopped') > 0 ? [`${of('stopped')} stopped by the budget`] : []),
    ...(of('failed') > 0 ? [`${of('failed')} failed`] : []),
  ];
  return `${rows.length} network${rows.length === 1 ? '' : 's'}: ${parts.join(', ')}`;
}

export const COMPARISON_WORDS =
  'Every count is exact. A cell is where one activation pattern holds; a piece is a maximal set of cells, connected through ' +
  'facets, with one affine map; maps are the distinct affine maps. Stable neurons bend but cut no cell; dead ones are zero on ' +
  'the whole domain. "≥" counts what was found before the budget was used up; "?" was not computed.';

const escaped = (text: string) => text.replaceAll('|', '\\|');

export function comparisonMarkdown(rows: readonly ComparisonRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    '# Networks compared',
    '',
    `${comparisonSummary(rows)}. ${COMPARISON_WORDS}`,
    '',
    line(COMPARISON_COLUMNS.map(({ title }) => title)),
    line(COMPARISON_COLUMNS.map((column) => ('numeric' in column ? '---:' : '---'))),
    ...rows.map((row) => line(comparisonCells(row).map(escaped))),
    '',
  ].join('\n');
}
