/**
 * Pieces of HTML as texts: escaping, tables, lists of figures.
 */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text as HTML content or attribute value; also for SVG. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

export interface Column {
  readonly title: string;
  /** Aligned to the right, with digits of one width. */
  readonly numeric?: boolean;
}

/** A table whose first column names its rows. Cells are HTML. */
export function htmlTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const kind = ({ numeric }: Column) => (numeric === true ? ' class="number"' : '');
  const head = columns.map((column) => `<th scope="col"${kind(column)}>${escapeHtml(column.title)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((cell, c) =>
      c === 0 ? `<th scope="row"${kind(columns[c]!)}>${cell}</th>` : `<td${kind(columns[c]!)}>${cell}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="table"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

/** Names with their meaning or value; values are HTML. */
export function htmlFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${value}</dd></div>`);
  return `<dl class="facts">\n${rows.join('\n')}\n</dl>`;
}

export interface Tile {
  readonly value: string;
  readonly name: string;
  readonly note?: string;
}

/** Large numbers with their names, side by side. */
export function htmlTiles(tiles: readonly Tile[]): string {
  const items = tiles.map(({ value, name, note }) => {
    const below = note === undefined ? '' : `<dd class="note">${escapeHtml(note)}</dd>`;
    return `<div><dt>${escapeHtml(name)}</dt><dd class="value">${escapeHtml(value)}</dd>${below}</div>`;
  });
  return `<dl class="tiles">\n${items.join('\n')}\n</dl>`;
}

/** A picture with its caption; both are HTML. */
export function htmlFigure(picture: string, caption: string): string {
  return `<figure>\n${picture}\n<figcaption>${caption}</figcaption>\n</figure>`;
}
