/**
 * Starts the pictures of a report: an element with `data-picture` shows the data elements with these ids, one at a time.
 */

import { graphViewer } from './graph-viewer.js';
import { planarViewer } from './planar-viewer.js';
import { unpackGraph, unpackPlanar } from './unpack.js';

function textOf(id: string): string {
  return document.getElementById(id)?.textContent ?? '';
}

function dataOf(id: string) {
  return unpackPlanar(textOf(id));
}

/** A slider that leafs through slices. */
function startSeries(root: HTMLElement, ids: readonly string[]) {
  const slider = document.createElement('input');
  slider.type = 'range';
  slider.max = `${ids.length - 1}`;
  slider.value = `${ids.length >> 1}`;
  slider.dataset.role = 'slice';
  const told = document.createElement('output');
  const label = document.createElement('label');
  label.append('Slice ', slider, ' ', told);
  const line = document.createElement('div');
  line.className = 'controls screen-only';
  line.append(label);
  const body = document.createElement('div');
  root.replaceChildren(line, body);
  let dispose = () => {};
  const show = () => {
    dispose();
    const data = dataOf(ids[Number(slider.value)]!);
    told.textContent = data.header.label;
    slider.setAttribute('aria-valuetext', data.header.label);
    dispose = planarViewer(body, data);
  };
  slider.addEventListener('input', show);
  show();
}

for (const root of document.querySelectorAll<HTMLElement>('[data-picture]')) {
  const ids = (root.dataset.picture ?? '').split(' ');
  if (ids.length > 1) startSeries(root, ids);
  else planarViewer(root, dataOf(ids[0]!));
}

for (const root of document.querySelectorAll<HTMLElement>('[data-graph]')) {
  graphViewer(root, unpackGraph(textOf(root.dataset.graph ?? '')));
}
