/**
 * The region counts of a set of networks as text and JSON: pure functions, the same bytes from the same counts.
 */

/** One row: what was counted on which domain, and the certificate that proves the cells. */
export interface CountRow {
  readonly file: string;
  readonly shape: string;
  readonly domain: string;
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
  readonly pieces: number;
  readonly maps: number;
  /** Size of the certificate before compression, in bytes; the checker accepted it. */
  readonly certificateBytes: number;
  readonly digest: string;
  readonly why: string | undefined;
}

export const COUNT_TABLE_SCHEMA = 'relu-atlas-count-table';
export const COUNT_TABLE_VERSION = 1;

/** The rows as a versioned JSON document. */
export function countTableJson(rows: readonly CountRow[]): string {
  const content = { schema: COUNT_TABLE_SCHEMA, version: COUNT_TABLE_VERSION, networks: rows };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The rows as a Markdown table. */
export function countTableMarkdown(rows: readonly CountRow[]): string {
  const head = ['network', 'shape', 'domain', 'cells', 'per layer', 'pieces', 'maps'];
  const body = rows.map(({ file, shape, domain, cells, cellsPerLayer, pieces, maps }) =>
    line([file, shape, domain, cells, cellsPerLayer.join(' '), pieces, maps]),
  );
  return [
    '# Region counts of the fixtures',
    '',
    'Written by `npm run report`. Every count is exact; every number of cells was proved by a certificate that the checker',
    'accepted in the same run. Cells, pieces and maps are defined in the README. `counts.json` holds the same, with reasons',
    'and digests.',
    '',
    line(head),
    line(head.map((_, i) => (i < 3 ? '---' : '---:'))),
    ...body,
    '',
  ].join('\n');
}
