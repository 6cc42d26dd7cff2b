/** The face of report/network. */
export { reportHtml } from './page.js';
export { reportPictures, reportSvg } from './pictures.js';
export { summaryMarkdown, summaryText } from './summary.js';
