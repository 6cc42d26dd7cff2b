/**
 * The article report as one HTML page: no script, nothing to fetch, light and dark, on paper too.
 */
import { escapeHtml, htmlFacts, htmlTable } from '../encoding/index.js';
import type { Picture } from '../page/index.js';
import { CHART_STYLE, htmlPage } from '../page/index.js';
import type { NumberTable, TheorySection } from './section.js';

function pictureHtml({ title, svg }: Picture): string {
  return `<div class="picture"><h3>${escapeHtml(title)}</h3>${svg}</div>`;
}

function shown(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : escapeHtml(value);
}

/** "-1/4", "1.2e-5", "0.25 … 0.26" */
const NUMERAL = /^-?\d[\d.,/]*(e[+-]?\d+)?( … -?\d[\d.,]*(e[+-]?\d+)?)?$/;

/** A column is numeric if it holds nothing but numbers. */
function tableHtml({ caption, head, rows }: NumberTable): string {
  const columns = head.map((title, c) => ({ title, numeric: rows.every((row) => NUMERAL.test(String(row[c]))) }));
  const table = htmlTable(
    columns,
    rows.map((row) => row.map(shown)),
  );
  return table.replace('<table>', `<table><caption>${escapeHtml(caption)}</caption>`);
}

function bodyOf({ claim, hypotheses, source, properties, pictures, caption, tables }: TheorySection): string {
  const facts = htmlFacts([
    ['Hypotheses', escapeHtml(hypotheses)],
    ['Source', escapeHtml(source)],
    ['Tested by', properties.map((file) => `<code>properties/${escapeHtml(file)}</code>`).join(', ')],
  ]);
  return `<p class="claim">${escapeHtml(claim)}</p>
${facts}
<figure>
<div class="pictures">
${pictures.map(pictureHtml).join('\n')}
</div>
<figcaption>${escapeHtml(caption)}</figcaption>
</figure>
<div class="tables">
${tables.map(tableHtml).join('\n')}
</div>`;
}

const LEAD =
  'Each claim is stated, shown from exact data, and followed by the numbers that the pictures are drawn from. They were ' +
  'computed in exact arithmetic, or enclosed between two decimals where a function is transcendental; only the drawing is ' +
  'in doubles. The file named with a claim holds it against generated cases whenever the tests run.';

/** The page. The same bytes for the same sections. */
export function theoryPage(sections: readonly TheorySection[]): string {
  return htmlPage({
    title: 'What ReLU does, in pictures from exact data',
    lead: LEAD,
    sections: sections.map((section, i) => ({
      id: section.id,
      title: `${i + 1}. ${section.title}`,
      body: bodyOf(section),
    })),
    footer:
      '<p>Written by <code>relu-atlas report --theory</code>. Exact: no tolerance decided anything on this page.</p>',
    style: CHART_STYLE,
  });
}
