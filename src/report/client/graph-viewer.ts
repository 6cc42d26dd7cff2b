/**
 * The graph of a network with one input: pointing at it tells the values of all lines there; arrow keys go from breakpoint to
 * breakpoint. The picture itself is the SVG of the page.
 */
import { cssColour, escapeHtml, type GraphData, layerColour } from '../encoding/index.js';
import { shown } from './numbers.js';

const SVG = 'http://www.w3.org/2000/svg';

/** The values of all lines at a place between the ends: linear from breakpoint to breakpoint. */
export function valuesAt({ arrays: { x, values }, header: { names } }: GraphData, at: number): number[] {
  let right = 1;
  while (right < x.length - 1 && x[right]! < at) right++;
  const [low, high] = [x[right - 1]!, x[right]!];
  const part = high > low ? (at - low) / (high - low) : 0;
  return names.map((_, k) => {
    const [from, to] = [values[k * x.length + right - 1]!, values[k * x.length + right]!];
    return from + part * (to - from);
  });
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, `${value}`);
  return made;
}

/** Breakpoints nearer to the pointer than this are meant, in pixels of the SVG. */
const NEAR = 4;

/** Makes the graph inside an element answer to pointer and keyboard. */
export function graphViewer(root: HTMLElement, data: GraphData): void {
  const { header, arrays } = data;
  const svg = root.querySelector('svg')!;
  const { left, right, top, bottom } = header.frame;
  const [low, high] = header.x;
  const columnOf = (x: number) => left + ((x - low) / (high - low)) * (right - left);
  const rowOf = (y: number) => bottom - ((y - header.y[0]) / (header.y[1] - header.y[0])) * (bottom - top);
  const rule = element('line', { y1: top, y2: bottom, stroke: 'currentColor', 'stroke-opacity': 0.6 });
  const dots = header.names.map((_, k) =>
    element('circle', { r: 4.5, fill: cssColour(layerColour(k)), stroke: '#fff' }),
  );
  const marks = element('g', { visibility: 'hidden', 'pointer-events': 'none' });
  marks.append(rule, ...dots);
  svg.append(marks);
  const told = document.createElement('p');
  told.className = 'graph-values';
  told.setAttribute('aria-live', 'polite');
  const hint = 'Point at the graph, or tab to it and use the arrow keys: here stand the values.';
  told.textContent = hint;
  root.after(told);
  svg.setAttribute('tabindex', '0');
  let at: number | undefined;

  function show(x: number | undefined) {
    at = x;
    marks.setAttribute('visibility', x === undefined ? 'hidden' : 'visible');
    if (x === undefined) {
      told.textContent = hint;
      return;
    }
    const values = valuesAt(data, x);
    const column = columnOf(x);
    rule.setAttribute('x1', `${column}`);
    rule.setAttribute('x2', `${column}`);
    dots.forEach((dot, k) => {
      dot.setAttribute('cx', `${column}`);
      dot.setAttribute('cy', `${rowOf(values[k]!)}`);
    });
    const place = arrays.x.indexOf(x);
    const which = place > 0 && place < arrays.x.length - 1 ? ' (a breakpoint)' : '';
    const texts = header.names.map((name, k) => `${escapeHtml(name)} = <b>${shown(values[k]!)}</b>`);
    told.innerHTML = `<span>${escapeHtml(header.input)} = <b>${shown(x)}</b>${which}</span> ${texts.map((text) => `<span>${text}</span>`).join(' ')}`;
  }

  /** The place under the pointer, or the breakpoint that is next to it. */
  function placeOf(event: PointerEvent): number | undefined {
    const box = svg.getBoundingClientRect();
    const column = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    if (column < left - NEAR || column > right + NEAR) return undefined;
    const x = Math.min(high, Math.max(low, low + ((column - left) / (right - left)) * (high - low)));
    const near = [...arrays.x].filter((point) => Math.abs(columnOf(point) - column) < NEAR);
    near.sort((a, b) => Math.abs(a - x) - Math.abs(b - x));
    return near[0] ?? x;
  }

  svg.addEventListener('pointermove', (event) => show(placeOf(event)));
  svg.addEventListener('pointerleave', () => show(undefined));
  svg.addEventListener('keydown', (event) => {
    const from = at ?? low;
    if (event.key === 'ArrowRight') show(arrays.x.find((x) => x > from) ?? high);
    else if (event.key === 'ArrowLeft') show([...arrays.x].reverse().find((x) => x < from) ?? low);
    else if (event.key === 'Home') show(low);
    else if (event.key === 'End') show(high);
    else if (event.key === 'Escape') show(undefined);
    else return;
    event.preventDefault();
  });
  svg.addEventListener('focus', () => {
    if (at === undefined && svg.matches(':focus-visible')) show(low);
  });
}
