/**
 * The explorer as one HTML file that needs nothing else.
 */
import { sha256Base64 } from './digest.js';
import { EXPLORER_STYLE } from './style.js';

export interface ExplorerParts {
  /** The script of the page. */
  readonly client: string;
  /** The script of the worker. */
  readonly engine: string;
  /** The licences of what is bundled. */
  readonly notices: string;
  /** A network to open at the start, by its files in base64: its own first, then those beside it. */
  readonly network?: { readonly name: string; readonly files: Readonly<Record<string, string>> };
}

/** A text as the content of a script element, which "</script" or "<!--" would end or change. */
function scriptText(text: string): string {
  return text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

/**
 * Nothing may be fetched, whatever the page is given. Only its own script runs; the worker is made of its text, and compiles the
 * library's WebAssembly.
 */
function policyOf(script: string): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${sha256Base64(script)}' 'wasm-unsafe-eval'`,
    "style-src 'unsafe-inline'",
    'worker-src blob:',
    'img-src data: blob:',
    'media-src blob:',
  ].join('; ');
}

/** The page: the same bytes for the same parts. */
export function explorerPage({ client, engine, notices, network }: ExplorerParts): string {
  const script = scriptText(client);
  const json = network && JSON.stringify(network).replaceAll('<', '\\u003c');
  const given = json === undefined ? '' : `<script type="application/json" id="network">${json}</script>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="relu-atlas">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script)}">
<title>relu-atlas explorer</title>
<link rel="icon" href="data:,">
<style>${EXPLORER_STYLE}</style>
</head>
<body>
<div id="app"><noscript>This page computes with JavaScript; please allow it.</noscript></div>
${given}<script type="text/plain" id="engine">${scriptText(engine)}</script>
<script type="text/plain" id="notices">${scriptText(notices)}</script>
<script>${script}</script>
</body>
</html>
`;
}
