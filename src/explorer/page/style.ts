/**
 * The style sheet of the explorer.
 */
const LIGHT = `--paper: #ffffff; --ink: #1c2127; --muted: #57606a; --line: #d8dee4; --panel: #f6f8fa; --raised: #ffffff;
  --accent: #0a5aa8; --on-accent: #ffffff; --mark: #b3124f; --warn: #fff4d6; --warn-line: #d9a300; --shade: #9aa5b1;`;
const DARK = `--paper: #11161b; --ink: #e6ebf0; --muted: #9fabb7; --line: #2f3943; --panel: #182027; --raised: #202a33;
  --accent: #74b6f2; --on-accent: #0c1319; --mark: #ff7fab; --warn: #33290f; --warn-line: #b98b12; --shade: #5b6875;`;

export const EXPLORER_STYLE = `
:root { color-scheme: light; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${DARK} } }
:root[data-theme="dark"] { color-scheme: dark; ${DARK} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 108rem; padding: 0.9rem clamp(0.8rem, 2vw, 1.8rem) 2rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
body.is-dropping { outline: 3px dashed var(--accent); outline-offset: -6px; }
[hidden] { display: none !important; }
h1 { font-size: 1.35rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; white-space: nowrap; }
h1 span { font-weight: 400; color: var(--muted); }
h2 { font-size: 0.95rem; margin: 0 0 0.5rem; }
h3 { font-size: 0.82rem; margin: 0.8rem 0 0.2rem; color: var(--muted); font-weight: 600; }
p { margin: 0.35rem 0; }
.muted { color: var(--muted); }
.note { color: var(--muted); font-size: 0.84rem; line-height: 1.4; }
code, .pattern { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em;
  overflow-wrap: anywhere; }
button, select, input, textarea { font: inherit; color: inherit; accent-color: var(--accent); }
button, select, input[type="number"], textarea { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 0.25rem 0.6rem; }
button { cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--muted); }
button:disabled { opacity: 0.45; cursor: default; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; min-width: 6.2rem; }
select { max-width: 100%; }
input[type="number"] { width: 100%; min-width: 0; }
textarea { width: 100%; font-size: 0.84rem; }
input[type="range"] { width: 100%; min-width: 0; margin: 0; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.number { text-align: right; font-variant-numeric: tabular-nums; }

.top { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 0.3rem 1.4rem; align-items: center; }
.tagline { color: var(--muted); margin: 0; font-size: 0.9rem; line-height: 1.4; max-width: 62rem; text-wrap: balance; }

.lessons { margin: 0.9rem 0 1rem; }
.lesson-list { display: flex; gap: 0.4rem; overflow-x: auto; padding: 3px; margin: -3px; scrollbar-width: thin; }
.lesson { display: inline-flex; align-items: center; gap: 0.45rem; white-space: nowrap; font-size: 0.84rem; padding: 0.25rem 0.7rem 0.25rem 0.3rem; border-radius: 999px; flex: none; }
.lesson-number { display: inline-grid; place-items: center; width: 1.35rem; height: 1.35rem; border-radius: 50%; background: var(--panel); border: 1px solid var(--line); font-size: 0.78rem; font-variant-numeric: tabular-nums; }
.lesson[aria-pressed="true"] { border-color: var(--accent); color: var(--accent); }
.lesson[aria-pressed="true"] .lesson-number { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.lesson-card { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.6rem 1.6rem; align-items: end; background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 8px; padding: 0.8rem 1rem; margin-top: 0.7rem; }
.lesson-card h2 { font-size: 1.05rem; }
.lesson-card p { max-width: 64rem; }
.lesson-card .claim { font-size: 1rem; font-weight: 500; }
.lesson-buttons { display: flex; gap: 0.4rem; flex-wrap: wrap; justify-content: end; }

.desk { display: grid; gap: 1.2rem; align-items: start; grid-template-columns: 17rem minmax(0, 1fr) 19.5rem; grid-template-areas: "plan centre facts"; }
.centre { grid-area: centre; min-width: 0; }
.plan-side { grid-area: plan; }
.facts-side { grid-area: facts; }
.side { display: grid; gap: 1rem; min-width: 0; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 0.8rem 0.95rem; min-width: 0; }

.transport { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.6rem; background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 0.5rem 0.7rem; }
.transport > input[type="range"] { flex: 1 1 7rem; width: auto; }
.transport .field { display: flex; flex-direction: row; align-items: center; gap: 0.4rem; margin: 0; }
.transport .field-name { white-space: nowrap; }
.epoch { font-variant-numeric: tabular-nums; min-width: 6.2rem; font-weight: 600; text-align: right; }
.message { background: var(--warn); border: 1px solid var(--warn-line); border-radius: 8px; padding: 0.5rem 0.8rem; margin: 0.7rem 0 0; overflow-wrap: anywhere; }

.view-bar { display: flex; flex-wrap: wrap; align-items: end; gap: 0.5rem 0.6rem; margin: 0.8rem 0 0.7rem; }
.view-bar .field { margin: 0; }
.view-bar select { max-width: 7.6rem; }
.view-bar input[type="range"] { width: 9.5rem; }
.ticks { display: flex; gap: 0.2rem 0.65rem; flex-wrap: wrap; padding-bottom: 0.25rem; }
.zooms { display: inline-flex; gap: 0.3rem; margin-left: auto; }
.zooms button { min-width: 1.9rem; padding: 0.25rem 0.3rem; }
.tick { display: inline-flex; align-items: center; gap: 0.35rem; font-size: 0.88rem; }
.field { display: flex; flex-direction: column; gap: 0.15rem; margin: 0.45rem 0; min-width: 0; font-size: 0.9rem; }
.field-name { display: flex; justify-content: space-between; gap: 0.6rem; color: var(--muted); font-size: 0.82rem; }
.told { color: var(--ink); font-variant-numeric: tabular-nums; }

.stages { display: flex; gap: 1rem; align-items: start; }
.stage-column { flex: 1 1 0; min-width: 0; }
.stage-title { margin: 0 0 0.2rem 58px; font-size: 0.92rem; }
.stage-column > .note { margin-left: 58px; }
.stage-frame { min-width: 0; }
.stage { position: relative; line-height: 0; background: var(--paper); }
.stage canvas { max-width: none; display: block; }
.overlay { position: absolute; left: 0; top: 0; touch-action: none; cursor: crosshair; border-radius: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 0.8rem; align-items: center; font-size: 0.84rem; margin: 0.2rem 0 0 58px; min-height: 1.4rem; font-variant-numeric: tabular-nums; }
.swatch-item { display: inline-flex; align-items: center; gap: 0.35rem; }
.swatch { width: 0.95rem; height: 0.95rem; border-radius: 3px; border: 1px solid var(--line); }
.ramp { width: 9rem; height: 0.8rem; border-radius: 3px; border: 1px solid var(--line); }

.neurons { margin: 0.9rem 0 0 58px; }
.neuron-rows { display: grid; gap: 0.3rem; }
.neuron-row { display: grid; grid-template-columns: 3.6rem minmax(0, 1fr); align-items: center; gap: 0.5rem; }
.neuron-layer { color: var(--muted); font-size: 0.82rem; }
.neuron-list { display: flex; flex-wrap: wrap; gap: 0.3rem; align-items: center; }
.neuron { width: 1.5rem; height: 1.5rem; padding: 0; border-radius: 5px; border: 1.5px solid var(--muted); background: linear-gradient(135deg, transparent 50%, var(--accent) 50%); }
.neuron-list.is-long .neuron { width: 1rem; height: 1rem; border-radius: 3px; border-width: 1px; }
.neuron.is-positive { background: var(--accent); }
.neuron.is-negative, .neuron.is-linear { background: transparent; }
.neuron.is-dead, .neuron.is-zero { border-style: dashed; border-color: var(--mark); background:
  linear-gradient(45deg, transparent 46%, var(--mark) 46% 54%, transparent 54%), linear-gradient(-45deg, transparent 46%, var(--mark) 46% 54%, transparent 54%); }
.neuron[aria-pressed="true"] { outline: 3px solid var(--mark); outline-offset: 1px; }

.group { border: 0; padding: 0; margin: 0 0 1rem; min-width: 0; }
.group:last-child { margin-bottom: 0; }
.group legend { font-weight: 600; font-size: 0.95rem; padding: 0; margin-bottom: 0.1rem; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 0.8rem; }
.layer-list { display: grid; gap: 0.3rem; margin: 0.5rem 0; }
.layer-row { display: grid; grid-template-columns: 1fr auto 1.8rem auto auto; gap: 0.35rem; align-items: center; font-size: 0.88rem; }
.layer-row button { min-width: 1.9rem; padding: 0.1rem 0.3rem; }
.layer-width { text-align: center; font-variant-numeric: tabular-nums; font-weight: 600; }

.counts { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)) minmax(max-content, 1.3fr); gap: 0.6rem 0.5rem; margin: 0 0 0.6rem; }
.counts dt { color: var(--muted); font-size: 0.82rem; }
.counts dd { margin: 0; }
.counts .value { font-size: 1.08rem; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.counts .note { font-size: 0.76rem; line-height: 1.3; }
.sentence { font-size: 0.9rem; line-height: 1.4; }
.counts-panel table { border-collapse: collapse; width: 100%; font-size: 0.84rem; margin-top: 0.5rem; }
.counts-panel th, .counts-panel td { white-space: nowrap; padding: 0.15rem 0 0.15rem 0.5rem; border-top: 1px solid var(--line); font-weight: normal; }
.counts-panel thead th { color: var(--muted); font-size: 0.76rem; border-top: 0; vertical-align: bottom; line-height: 1.2; }
.layers-table { overflow-x: auto; }
.exact { color: var(--muted); font-size: 0.78rem; line-height: 1.4; font-variant-numeric: tabular-nums; margin-top: 0.6rem; }

.curves { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0.55rem 0.8rem; }
.curves h2 { grid-column: 1 / -1; margin: 0; }
.curve-head { display: grid; grid-template-columns: 1fr auto; gap: 0 0.6rem; font-size: 0.82rem; font-variant-numeric: tabular-nums; align-items: baseline; }
.curve-range { font-size: 0.74rem; grid-row: 2; grid-column: 1 / -1; }
.curve-value { font-weight: 600; text-align: right; }
.curve-picture { display: block; width: 100%; height: 34px; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; cursor: pointer; }
.curve-line { fill: none; stroke: var(--accent); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.curve-now { fill: none; stroke: var(--mark); stroke-width: 1; vector-effect: non-scaling-stroke; }

.inspector-body { max-height: 24rem; overflow-y: auto; font-size: 0.86rem; }
.maps { display: grid; gap: 0.15rem; }
.facets { list-style: none; margin: 0; padding: 0; }
.facets li { display: flex; justify-content: space-between; gap: 0.6rem; align-items: baseline; padding: 0.06rem 0; }
.facets button { font-size: 0.8rem; padding: 0 0.45rem; }
.exact-numbers { font-variant-numeric: tabular-nums; font-size: 0.8rem; overflow-wrap: anywhere; }
.exact-numbers hr { border: 0; border-top: 1px solid var(--line); margin: 0.2rem 0; }
.take-buttons { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.take-buttons button { font-size: 0.86rem; }
.is-recording { border-color: var(--mark); color: var(--mark); }
.file-body { display: grid; gap: 0.3rem; margin-top: 0.5rem; justify-items: stretch; }
.file-body > button { justify-self: start; margin-top: 0.4rem; }
.file-name { overflow-wrap: anywhere; }
.sliders { max-height: 22rem; overflow-y: auto; padding-right: 0.3rem; }
.field.thin { margin: 0.15rem 0; }
.columns { display: flex; gap: 0.5rem; overflow-x: auto; padding: 0.9rem 0.2rem 0.2rem; scrollbar-width: thin; }
.column { flex: none; display: grid; gap: 0.7rem; justify-items: center; font-size: 0.78rem; color: var(--muted); }
.column-track { position: relative; width: 4.7rem; height: 8rem; border-bottom: 1px solid var(--line); border-top: 1px solid var(--line);
  background: repeating-linear-gradient(to right, transparent 0 calc(100% / 6 - 0.5px), var(--line) calc(100% / 6 - 0.5px) calc(100% / 6 + 0.5px), transparent calc(100% / 6 + 0.5px) calc(100% / 3)); }
.point-handle { position: absolute; width: 1.5rem; height: 1.5rem; margin: 0 0 -0.75rem; display: grid; place-items: center; border-radius: 50%; font-weight: 700; font-size: 0.78rem;
  line-height: 1; cursor: grab; touch-action: none; user-select: none; background: var(--raised); border: 2px solid; }
.point-handle:active { cursor: grabbing; }
.point-handle.is-a { left: 0; color: var(--accent); }
.point-handle.is-b { left: calc(50% - 0.75rem); color: var(--mark); }
.point-handle.is-c { right: 0; color: var(--ink); }
.window-ends { display: grid; grid-template-columns: 1fr 1fr; gap: 0.3rem; }
.window-ends .field-name { grid-column: 1 / -1; }
footer { border-top: 1px solid var(--line); margin-top: 1.6rem; padding-top: 0.7rem; color: var(--muted); font-size: 0.82rem; }

@media (max-width: 82rem) {
  .desk { grid-template-columns: minmax(0, 1fr) 19rem; grid-template-areas: "centre facts" "plan facts"; }
  .plan-side { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); align-items: start; } }
@media (max-width: 56rem) {
  .desk { grid-template-columns: minmax(0, 1fr); grid-template-areas: "centre" "facts" "plan"; }
  .top { grid-template-columns: minmax(0, 1fr) auto; }
  .tagline { grid-column: 1 / -1; grid-row: 2; }
  .lesson-card { grid-template-columns: minmax(0, 1fr); }
  .stages { flex-direction: column; align-items: stretch; }
  .stage-column { width: 100%; }
  .neurons { margin-left: 0; } }
@media (max-width: 36rem) {
  .centre { display: flex; flex-direction: column; }
  .stages { margin-top: 0.6rem; }
  .view-bar { order: 1; }
  .neurons { order: 2; }
  .top:has(+ .lessons .lesson-card:not([hidden])) .tagline { display: none; }
  .lessons { margin: 0.6rem 0; }
  .lesson-card { padding: 0.5rem 0.8rem; margin-top: 0.5rem; gap: 0.4rem; font-size: 0.86rem; line-height: 1.35; }
  .lesson-card h2 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .lesson-card .claim { font-size: 0.92rem; margin-top: 0; }
  .lesson-card .note { font-size: 0.74rem; }
  .lesson-card p { margin: 0.2rem 0; }
  .transport { position: sticky; top: 0; z-index: 2; }
  .transport .field .field-name { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  button, select, input[type="number"] { min-height: 2.2rem; }
  .neuron { width: 1.75rem; height: 1.75rem; }
  .zooms { margin-left: 0; } }
@media (prefers-reduced-motion: no-preference) { button { transition: border-color 0.12s; } }
@media print { .plan-side, .transport, .view-bar, .lessons, .take { display: none; } .desk { display: block; } }
`;
