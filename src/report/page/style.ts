/**
 * The style sheet of the page shell.
 *
 * Colours are variables: `--ink` text, `--paper` background, `--muted` secondary text, `--line` rules, `--panel` raised
 * areas, `--accent` links and emphasis. Pictures that use `currentColor` follow.
 */
export const PAGE_STYLE = `
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2127; --muted: #57606a; --line: #d5dbe1; --panel: #f5f7f9; --accent: #0a5aa8; --shade: #9aa5b1; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #11161b; --ink: #e4e9ee; --muted: #9ca8b4; --line: #303a44; --panel: #1a2129; --accent: #74b6f2; --shade: #5b6875; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem clamp(0.9rem, 3vw, 2.5rem) 3rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2.1rem); line-height: 1.2; margin: 0.2em 0; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 0 0 0.7rem; }
h3 { font-size: 1.02rem; margin: 1.4rem 0 0.4rem; }
p { margin: 0.5rem 0; max-width: 46rem; }
.lead { color: var(--muted); font-size: 1.06rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; margin-top: 0.9rem; font-size: 0.92rem; }
nav a { text-decoration: none; }
nav a:hover, nav a:focus-visible { text-decoration: underline; }
section { border-top: 1px solid var(--line); margin-top: 1.8rem; padding-top: 1.5rem; }
code, pre, .pattern { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: 0.88em; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.8rem;
  white-space: pre-wrap; margin: 0.5rem 0; }
/* What is wider than its place scrolls, and a shadow at an edge says that there is more beyond it. */
.scroll { overflow-x: auto; max-width: 100%; scrollbar-width: thin; background-repeat: no-repeat;
  background-image: linear-gradient(to right, var(--paper) 35%, transparent), linear-gradient(to left, var(--paper) 35%, transparent),
    linear-gradient(to right, var(--shade), transparent), linear-gradient(to left, var(--shade), transparent);
  background-position: left, right, left, right; background-size: 3rem 100%, 3rem 100%, 1.1rem 100%, 1.1rem 100%;
  background-attachment: local, local, scroll, scroll; }
table { border-collapse: collapse; font-size: 0.94rem; margin: 0.4rem 0 0.8rem; }
th, td { text-align: left; padding: 0.28rem 1.1rem 0.28rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; font-weight: normal; }
thead th { color: var(--muted); font-size: 0.86rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.facts { margin: 0.4rem 0; }
.facts > div { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: 0 1rem; padding: 0.28rem 0;
  border-bottom: 1px solid var(--line); }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.7rem; margin: 0.3rem 0 0.9rem; }
.tiles > div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.65rem 0.9rem; }
.tiles dt { color: var(--muted); font-size: 0.9rem; }
.tiles dd { margin: 0; }
.tiles .value { font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles .note { color: var(--muted); font-size: 0.83rem; line-height: 1.4; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem 1.6rem; }
figure { margin: 0.8rem 0; min-width: 0; }
figure svg, figure img, figure canvas { max-width: 100%; height: auto; }
figcaption, .note { color: var(--muted); font-size: 0.88rem; line-height: 1.45; max-width: 46rem; }
button, select, input { font: inherit; color: inherit; accent-color: var(--accent); }
button, select { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 0.2rem 0.6rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
footer { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1rem; color: var(--muted); font-size: 0.86rem; }
@media (max-width: 34rem) { body { font-size: 15px; }
  .facts > div { grid-template-columns: 1fr; } }
@media print { :root { color-scheme: light;
    --paper: #ffffff; --ink: #000000; --muted: #444444; --line: #bbbbbb; --panel: #ffffff; --accent: #000000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .screen-only { display: none !important; }
  figure, table, .tiles, .facts > div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; background: none; } }
@page { margin: 16mm; }
`;
