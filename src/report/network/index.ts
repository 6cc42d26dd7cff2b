/** The face of report/network. */
export { reportHtml } from './page.js';
export { type Drawing, reportPictures, reportSvg } from './pictures.js';
export { NO_SEEN_POINTS, pointsFacts, type SeenPoints } from './points.js';
export { summaryMarkdown, summaryText } from './summary.js';
