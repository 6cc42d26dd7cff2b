/**
 * A picture as PDF is the picture as SVG: one page of its size, made of paths and text with the embedded font, of no pixels, and
 * the same bytes in every run.
 *
 * Source: ISO 32000-1, 7.3.8 (streams) and 8.5 (path operators): the content stream is inflated and its operators are counted.
 */
import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { domainOf, pdf, svg } from '../../src/index.js';
import { affineFromDoubles, buildNetwork, RELU } from '../../src/network/index.js';
import { pdfOfSvg } from '../../src/report/picture/pdf.js';

const network = buildNetwork(2, [
  { affine: affineFromDoubles(3, 2, [1, 0, 0, 1, 1, 1], [0, 0, -0.5]) },
  { slopes: [RELU, RELU, RELU] },
  { affine: affineFromDoubles(2, 3, [1, -1, 2, 0, 1, -1], [0, 0.25]) },
]);
const POINTS = {
  points: [
    [0.5, 0.5],
    [-0.5, 0.25],
    [9, 9],
  ],
  classes: [0, 1, 1],
};

/** All streams of a PDF that can be inflated, as text. */
function streamsOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return [...text.matchAll(/stream\n([\s\S]*?)\nendstream/g)].flatMap(([, stream]) => {
    try {
      return [inflateSync(Buffer.from(stream!, 'latin1')).toString('latin1')];
    } catch {
      return [];
    }
  });
}

/** How often an operator stands in a content stream. */
const operators = (content: string, operator: string) =>
  content.split(/\s+/).filter((token) => new RegExp(`^${operator}$`).test(token)).length;

it('paths and text, no pixels, the same bytes', async () => {
  const options = { colour: 'class', ...POINTS } as const;
  const picture = await svg(network, '-1,1', options);
  const bytes = await pdf(network, domainOf(network, '-1,1'), options);
  expect(Buffer.from(await pdf(network, '-1,1', options)).equals(bytes)).toBe(true);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  expect(text).toMatch(/\/FontFile2 /);
  expect(text).not.toMatch(/\/Subtype \/Image/);
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(picture)!.map(Number);
  expect(text).toContain(`/MediaBox [0 0 ${width! * 0.75} ${height! * 0.75}]`);
  // The page and its groups.
  const content = streamsOf(bytes)
    .filter((stream) => / (m|Tf)\n/.test(stream))
    .join('\n');
  // Every subpath of the SVG begins with one "m", if not with a curve or a rectangle.
  const subpaths = [...picture.matchAll(/ d="([^"]*)"/g)].reduce((sum, [, d]) => sum + d!.split('M').length - 1, 0);
  expect(operators(content, 'm')).toBeGreaterThanOrEqual(subpaths);
  expect(operators(content, 'T[jJ]')).toBeGreaterThan(10);
});

it('cells that are shaded share the functions of the ramp', async () => {
  const text = Buffer.from(await pdf(network, '-1,1')).toString('latin1');
  const shadings = text.match(/\/ShadingType 2/g)!.length;
  expect(shadings).toBeGreaterThan(4);
  // 16 parts of the ramp, and what joins them.
  expect(text.match(/\/FunctionType 2/g)!.length).toBeLessThanOrEqual(17);
});

it('points are drawn once each if they are inside, and named in the legend', async () => {
  const picture = await svg(network, '-1,1', { colour: 'class', ...POINTS });
  expect(picture.match(/<path class="point kind-0"/g)).toHaveLength(2);
  // One of the two is outside; the other mark is the legend's.
  expect(picture.match(/<path class="point kind-1"/g)).toHaveLength(2);
  expect([...picture.matchAll(/class="data-kind"[^>]*>([^<]+)</g)].map(([, name]) => name)).toEqual(['0', '1']);
  // A mark has the fill of the class that its name says.
  const fillOf = (name: string) =>
    new RegExp(`<rect class="key"[^>]* fill="([^"]+)"[^>]*/><text class="kind"[^>]*>${name}<`).exec(picture)?.[1];
  expect(/<path class="point kind-0" fill="([^"]+)"/.exec(picture)![1]).toBe(fillOf('output 0'));
  await expect(svg(network, '-1,1', { points: [[0, 0]], classes: [] })).rejects.toThrow(/expected 1 classes/);
});

it('many points are small, each once, and no class is drawn over all of another one', async () => {
  const points = Array.from({ length: 20_000 }, (_, k) => [((k * 0.618) % 2) - 1, ((k * 0.414) % 2) - 1]);
  const picture = await svg(network, '-1,1', { points, classes: points.map((_, k) => k % 2) });
  const paths = [...picture.matchAll(/<path class="points kind-(\d)" fill="[^"]+" d="([^"]+)"/g)];
  expect(paths.reduce((sum, [, , path]) => sum + path!.split('M').length - 1, 0)).toBe(points.length);
  expect(paths.map(([, kind]) => kind).join('')).toMatch(/^(01){20,}$/);
  expect(picture.length).toBeLessThan(40 * points.length);
});

it('an SVG that is none is refused', async () => {
  await expect(pdfOfSvg('<p>no picture</p>')).rejects.toThrow(/view box/);
});
