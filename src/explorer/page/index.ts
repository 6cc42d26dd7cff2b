/** The face of explorer/page. */
export { type ExplorerParts, explorerPage } from './page.js';
export { explorerHtml } from './write.js';
