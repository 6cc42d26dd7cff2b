/** The face of report/theory. */
export { CHART_STYLE, theoryPage } from './page.js';
export { type TheoryInput, theorySections } from './report.js';
