/** The face of report/page. */

export { areas, CHART_STYLE, COLOUR, chart, type Picture, planeOptions, segments, TINTS } from './chart.js';
export { type LogarithmicAxis, logarithmicAxis } from './logarithmic.js';
export type { PageSection } from './shell.js';
export { htmlPage } from './shell.js';
export { VIEWER_STYLE } from './viewer-style.js';
