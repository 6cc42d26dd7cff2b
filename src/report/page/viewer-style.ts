/**
 * The style sheet of interactive pictures.
 */
export const VIEWER_STYLE = `
.viewer { margin: 0.8rem 0; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 1.1rem; margin-bottom: 0.6rem; font-size: 0.92rem; }
.controls label { display: inline-flex; align-items: center; gap: 0.4rem; }
.controls label[hidden] { display: none; }
.controls output { color: var(--muted); font-variant-numeric: tabular-nums; min-width: 8.5rem; }
.controls input[type="range"] { width: 8rem; }
.zooms { display: inline-flex; gap: 0.3rem; }
.zooms button { min-width: 2.1rem; }
.viewer-body { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.2rem; align-items: start; }
.stage { position: relative; line-height: 0; }
.stage canvas { max-width: none; }
.overlay { position: absolute; left: 0; top: 0; touch-action: none; cursor: crosshair; border-radius: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 0.8rem; align-items: center; font-size: 0.86rem;
  margin: 0.3rem 0 0 58px; }
.swatch-item { display: inline-flex; align-items: center; gap: 0.35rem; }
.swatch { width: 0.95rem; height: 0.95rem; border-radius: 3px; border: 1px solid var(--line);
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.ramp { width: 9rem; height: 0.8rem; border-radius: 3px; border: 1px solid var(--line);
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.legend-line { display: flex; flex-wrap: wrap; gap: 0.25rem 0.8rem; align-items: center; flex-basis: 100%; }
.graph svg { min-width: 34rem; touch-action: pan-x pan-y; }
.graph-values { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; min-height: 1.6em; font-size: 0.92rem;
  font-variant-numeric: tabular-nums; max-width: none; }
.muted { color: var(--muted); }
.cell-panel { font-size: 0.88rem; line-height: 1.45; background: var(--panel); border: 1px solid var(--line);
  border-radius: 8px; padding: 0.7rem 0.9rem; max-height: 42rem; overflow: auto; min-height: 8rem; }
.cell-panel h3 { margin: 0; }
.cell-panel h4 { margin: 0.7rem 0 0.15rem; font-size: 0.86rem; color: var(--muted); font-weight: 600; }
.cell-panel h4 .muted { font-weight: normal; }
.cell-panel p { margin: 0.15rem 0; }
.cell-panel ul { list-style: none; margin: 0; padding: 0; }
.cell-panel li { display: flex; justify-content: space-between; gap: 0.6rem; align-items: baseline; padding: 0.08rem 0; }
.cell-panel button { font-size: 0.82rem; padding: 0 0.45rem; }
.witness { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
@media (max-width: 56rem) { .viewer-body { grid-template-columns: minmax(0, 1fr); } .cell-panel { max-height: none; } }
@media print { .viewer-body { grid-template-columns: minmax(0, 1fr); } .stage canvas { max-width: 100%; }
  .overlay { display: none; } }
`;
