/** The face of report/table. */
export { type ComparisonRow, comparisonJson, comparisonMarkdown, comparisonSummary } from './comparison.js';
export { type CountRow, countTableJson, countTableMarkdown } from './fixtures.js';
