/**
 * The article report as one HTML page: no script, nothing to fetch, light and dark, on paper too.
 */
import { escapeHtml, htmlFacts, htmlTable } from '../encoding/index.js';
import type { Picture } from '../page/index.js';
import { htmlPage } from '../page/index.js';
import type { NumberTable, TheorySection } from './section.js';

/** The colours of `chart.ts`, each with enough contrast to its paper. */
export const CHART_STYLE = `
:root { --blue: #0072b2; --orange: #b85c00; --green: #00795a; --red: #b3261e; --purple: #94507e; --sky: #2c8fc4;
  --tint1: #cfe5f5; --tint2: #fbe3c0; --tint3: #c9ebdf; --tint4: #f3d2e4; --tint5: #f7f1bd; --tint6: #dcd9f0;
  --tint7: #f6d0c4; --tint8: #dfe3e6; }
@media screen and (prefers-color-scheme: dark) { :root {
  --blue: #6cb8ee; --orange: #f0a04b; --green: #4cc9a0; --red: #ff8a80; --purple: #dc9bc4; --sky: #7ccbf5;
  --tint1: #1f4763; --tint2: #5f4418; --tint3: #1c4f42; --tint4: #58304a; --tint5: #54501c; --tint6: #3b3866;
  --tint7: #5e3528; --tint8: #3a3e43; } }
.claim { font-size: 1.06rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 1rem 1.4rem; margin: 1.2rem 0 0.4rem; }
.tables table { font-size: 0.88rem; }
.tables th, .tables td { padding-right: 0.8rem; }
.tables { display: flex; flex-wrap: wrap; gap: 0.4rem 2rem; align-items: flex-start; }
.picture { max-width: 100%; break-inside: avoid; }
.picture h3 { font-size: 0.95rem; margin: 0 0 0.15rem; }
.picture svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.picture svg text { white-space: pre; }
table caption { text-align: left; color: var(--muted); font-size: 0.9rem; padding: 0.5rem 0 0.1rem; }
@media print { figure { break-inside: auto; } h2 + p { break-before: avoid; } }
`;

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
