/**
 * The shell of every HTML report: one file that needs nothing else, readable in light and dark, on a phone and on paper.
 */
import { escapeHtml } from '../encoding/index.js';
import { PAGE_STYLE } from './style.js';

export interface PageSection {
  /** For links to the section; unique in the page. */
  readonly id: string;
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

export interface Page {
  readonly title: string;
  /** HTML below the title: what the page is about, in a sentence. */
  readonly lead: string;
  readonly sections: readonly PageSection[];
  /** HTML at the end: versions, licences. */
  readonly footer: string;
  /** CSS after the shell's own. */
  readonly style?: string;
  /** A script that runs when the page is read; it must not contain "</script". */
  readonly script?: string;
  /** Data for the script by element id: content of `<script type="application/octet-stream">` elements, such as base64. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Nothing may be fetched, whatever the content is. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data: blob:";

/** Sections beyond this number get a list of links. */
const FEW_SECTIONS = 3;

function contents(sections: readonly PageSection[]): string {
  if (sections.length <= FEW_SECTIONS) return '';
  const links = sections.map(({ id, title }) => `<a href="#${id}">${escapeHtml(title)}</a>`);
  return `<nav aria-label="Contents">${links.join(' ')}</nav>\n`;
}

/**
 * A page as one HTML text: the same bytes for the same content.
 *
 * @throws RangeError if the script or a piece of data would end its element
 */
export function htmlPage({ title, lead, sections, footer, style = '', script, data = {} }: Page): string {
  for (const text of [script ?? '', ...Object.values(data)]) {
    if (/<\/script|<!--/i.test(text)) throw new RangeError('page: expected a script without "</script" and "<!--"');
  }
  const blocks = Object.entries(data).map(
    ([id, text]) => `<script type="application/octet-stream" id="${escapeHtml(id)}">${text}</script>\n`,
  );
  const body = sections.map(
    (section) =>
      `<section id="${section.id}" aria-labelledby="${section.id}-title">\n<h2 id="${section.id}-title">${escapeHtml(section.title)}</h2>\n${section.body}\n</section>\n`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="relu-atlas">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${lead}</p>
${contents(sections)}</header>
<main>
${body.join('')}</main>
<footer>
${footer}
</footer>
${blocks.join('')}${script === undefined ? '' : `<script>${script}</script>\n`}</body>
</html>
`;
}
