/** The face of report/theory. */
export { theoryPage } from './page.js';
export { type TheoryInput, theorySections } from './report.js';
