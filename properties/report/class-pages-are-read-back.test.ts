/**
 * The picture of classes on a report's page says at every point which output is the largest there: what the page's legend calls the
 * pixels around the point is the output that exact evaluation finds, and the legend lists exactly the classes that are present.
 *
 * Pixels are read from the page's canvas in a browser. Skipped where no Chromium is installed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNetworkJson } from '../../src/formats/index.js';
import { MARGIN } from '../../src/report/client/margin.js';
import { holds } from '../support/generators/holds.js';
import { largest, tangents } from '../support/generators/tangents.js';
import { CHROMIUM, Reader, SKIPPED } from '../support/setup/browser.js';
import { atlas, scratch } from '../support/setup/command.js';

/** Seven plain colours, seven with rising marks, six with level ones; every second of the 40 outputs is the largest nowhere. */
const STRIPS = 20;
/** Between these lies a cell of one class; most other cells hold several. */
const CREASES = [-0.51, -0.49, 0.25, 0.27];
/** Pixels from the middle of a patch to its side: a mark repeats after 8. */
const REACH = 6;

/** Whether some pixels around a place have marks, and in which direction; what is not the commonest colour is a mark. */
interface Patch {
  readonly fill: string;
  readonly marks: 'none' | 'level' | 'rising' | 'other';
}

function patchOf(pixels: Uint32Array, width: number, column: number, row: number): Patch {
  const colours = new Map<number, [column: number, row: number][]>();
  for (let r = row - REACH; r <= row + REACH; r++) {
    for (let c = column - REACH; c <= column + REACH; c++) {
      const colour = pixels[r * width + c]!;
      colours.set(colour, [...(colours.get(colour) ?? []), [c, r]]);
    }
  }
  const [[fill], ...others] = [...colours].sort(([, a], [, b]) => b.length - a.length) as [
    [number, unknown],
    ...[number, [number, number][]][],
  ];
  const css = `#${[0, 8, 16].map((shift) => ((fill >>> shift) & 255).toString(16).padStart(2, '0')).join('')}`;
  const marked = others.flatMap(([, places]) => places);
  const repeats = (value: (place: [number, number]) => number) =>
    new Set(marked.map((place) => ((value(place) % 8) + 8) % 8)).size === 1;
  if (marked.length === 0) return { fill: css, marks: 'none' };
  if (repeats(([, r]) => r)) return { fill: css, marks: 'level' };
  return { fill: css, marks: repeats(([c, r]) => c + r) ? 'rising' : 'other' };
}

/** The look of a line of the legend, from its HTML. */
function patchOfSwatch(html: string): Patch {
  const colour = /(?:background: ?|<rect [^>]*fill=")(rgb\([\d, ]+\)|#[0-9a-f]+)/.exec(html)![1]!;
  const fill = colour.startsWith('#')
    ? colour
    : `#${[...colour.matchAll(/\d+/g)].map(([part]) => Number(part).toString(16).padStart(2, '0')).join('')}`;
  const marks = /<path d="([^"]+)"/.exec(html)?.[1];
  if (marks === undefined) return { fill, marks: 'none' };
  if (/^M0,4H8$/.test(marks)) return { fill, marks: 'level' };
  return { fill, marks: /^M-1,1L1,-1M0,8L8,0/.test(marks) ? 'rising' : 'other' };
}

describe.skipIf(CHROMIUM === undefined)(`classes on a page${SKIPPED}`, () => {
  const files = scratch();
  const network = tangents(STRIPS, CREASES);
  const html = join(files.path, 'classes.html');
  let reader: Reader;

  beforeAll(async () => {
    const net = join(files.path, 'net.json');
    writeFileSync(net, writeNetworkJson(network));
    const { code, stderr } = await atlas(['report', net, '--box=-1,1', '--out', html]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    reader = await Reader.start();
  });
  afterAll(async () => {
    await reader?.end();
    files.dispose();
  });

  test('pixels have the name of the largest output, and the legend has no other names', async () => {
    const { page, complaints, close } = await reader.open(html, { width: 1280, height: 1000 });
    await page.locator('[data-role="mode"]').selectOption('class');
    for (const box of await page.locator('.controls input[type="checkbox"]').all()) await box.uncheck();
    const swatches = await page
      .locator('.legend .swatch-item')
      .evaluateAll((items) => items.map((item) => ({ html: item.innerHTML, name: item.textContent ?? '' })));
    const legend = new Map(swatches.map(({ html, name }) => [JSON.stringify(patchOfSwatch(html)), name]));
    expect(legend.size).toBe(swatches.length);
    expect(swatches.map(({ name }) => name)).toEqual(
      Array.from({ length: STRIPS }, (_, k) => `output ${2 * k} largest`),
    );

    const { width, height, text } = (await page.evaluate(`(() => {
      const canvas = document.querySelector('canvas.scene');
      const width = canvas.width - ${MARGIN.left + MARGIN.right};
      const height = canvas.height - ${MARGIN.top + MARGIN.bottom};
      const { data } = canvas.getContext('2d').getImageData(${MARGIN.left}, ${MARGIN.top}, width, height);
      let text = '';
      for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192));
      return { width, height, text: btoa(text) };
    })()`)) as { width: number; height: number; text: string };
    const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
    const pixels = new Uint32Array(bytes.buffer, 0, width * height);

    const seen = new Set<string>();
    const place = fc.tuple(fc.integer({ min: 8, max: width - 9 }), fc.integer({ min: 8, max: height - 9 }));
    holds(
      fc.property(place, ([column, row]) => {
        const at = (c: number) => largest(network, -1 + (2 * (c + 0.5)) / width, 1 - (2 * (row + 0.5)) / height);
        const kind = at(column);
        // Classes are convex: what holds at both sides of the patch holds on it.
        if (kind === undefined || at(column - REACH - 2) !== kind || at(column + REACH + 2) !== kind) return;
        const name = legend.get(JSON.stringify(patchOf(pixels, width, column, row)));
        expect(name).toBe(`output ${kind} largest`);
        seen.add(name!);
      }),
      { seed: 15, runs: 400 },
    );
    expect(seen.size).toBe(STRIPS);
    expect(complaints).toEqual([]);
    await close();
  });
});
