/**
 * Starts the pictures of a report: every element with `data-picture` shows the data element of that id.
 */
import { planarViewer } from './planar-viewer.js';
import { unpackPlanar } from './unpack.js';

for (const root of document.querySelectorAll<HTMLElement>('[data-picture]')) {
  const source = document.getElementById(root.dataset.picture ?? '');
  if (source?.textContent) planarViewer(root, unpackPlanar(source.textContent));
}
