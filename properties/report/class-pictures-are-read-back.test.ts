/**
 * A picture of classes says at every point which output is the largest there: what its legend calls the fill at the point is the
 * output that exact evaluation finds.
 *
 * The outputs are tangents of a parabola, so that the output k is the largest on the k-th strip; some are below all others and must
 * not be in the legend. The SVG is read back as text: polygons, fills, legend.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainOf, svg } from '../../src/index.js';
import { isMarked, kindStyle } from '../../src/report/encoding/kinds.js';
import { holds } from '../support/generators/holds.js';
import { largest, tangents } from '../support/generators/tangents.js';

interface ReadPicture {
  /** Names by fills, from the legend. */
  readonly legend: ReadonlyMap<string, string>;
  /** The fill at a point of the plane [-1, 1]^2. */
  readonly at: (x: number, y: number) => string[];
  readonly width: number;
  readonly height: number;
}

const numbersIn = (text: string) => [...text.matchAll(/-?[\d.]+/g)].map(([number]) => Number(number));

function isInside(polygon: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [polygon[i]!, polygon[i + 1]!, polygon[j]!, polygon[j + 1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

function read(text: string): ReadPicture {
  const [, left, top, w, h] = /<clipPath id="window"><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/
    .exec(text)!
    .map(Number);
  const keys = [...text.matchAll(/<rect class="key"[^>]* fill="([^"]+)"[^>]*\/><text class="kind"[^>]*>([^<]+)</g)];
  const fills = [...text.matchAll(/<path class="cells" fill="([^"]+)"[^>]* d="([^"]+)"/g)].map(([, fill, d]) => ({
    fill: fill!,
    polygons: d!
      .split('Z')
      .filter((part) => part !== '')
      .map(numbersIn),
  }));
  const [width, height] = numbersIn(/viewBox="0 0 ([\d.]+ [\d.]+)"/.exec(text)![1]!) as [number, number];
  return {
    legend: new Map(keys.map(([, fill, name]) => [fill!, name!])),
    at: (x, y) => {
      const [px, py] = [left! + ((x + 1) / 2) * w!, top! + ((1 - y) / 2) * h!];
      return fills
        .filter(({ polygons }) => polygons.some((polygon) => isInside(polygon, px, py)))
        .map(({ fill }) => fill);
    },
    width,
    height,
  };
}

describe.each([2, 7, 8, 10, 20, 51])('%i classes of twice as many outputs', (strips) => {
  const network = tangents(strips);

  it('the legend lists exactly the classes that are seen, each once, inside of the picture', async () => {
    const text = await svg(network, domainOf(network, '-1,1'), { colour: 'class' });
    const { legend, width, height } = read(text);
    expect([...legend.values()].sort()).toEqual(Array.from({ length: strips }, (_, k) => `output ${2 * k}`).sort());
    for (const [, x, y, name] of text.matchAll(/<text class="kind" x="([\d.]+)" y="([\d.]+)">([^<]+)</g)) {
      expect(Number(x) + 7 * name!.length).toBeLessThanOrEqual(width);
      expect(Number(y)).toBeLessThanOrEqual(height);
    }
    // Every reference has its definition.
    for (const [, id] of text.matchAll(/url\(#([^)]+)\)/g)) expect(text).toContain(`id="${id}"`);
  });

  it('at every point the fill has the name of the largest output', async () => {
    const { legend, at } = read(await svg(network, domainOf(network, '-1,1'), { colour: 'class' }));
    const inside = fc.integer({ min: -4090, max: 4090 }).map((k) => k / 4096);
    let asked = 0;
    holds(
      fc.property(inside, inside, (x, y) => {
        const kind = largest(network, x, y);
        const fills = at(x, y);
        // Corners are written in hundredths of a pixel, so that near an edge either side may be read.
        if (
          kind === undefined ||
          fills.length !== 1 ||
          largest(network, x + 0.002, y) !== largest(network, x - 0.002, y)
        )
          return;
        asked++;
        expect(legend.get(fills[0]!)).toBe(`output ${kind}`);
      }),
      { seed: 15, runs: 300 },
    );
    expect(asked).toBeGreaterThan(100);
  });
});

describe('looks', () => {
  const LOOKS = 100;
  const styles = Array.from({ length: LOOKS }, (_, rank) => kindStyle(rank));

  it('no two are the same', () => {
    expect(new Set(styles.map((style) => JSON.stringify(style))).size).toBe(LOOKS);
  });

  it('as pixels, too: marks of kinds with one colour differ, and leave most of the colour', () => {
    const pixels = styles.map((style) =>
      Array.from({ length: 48 * 48 }, (_, p) => (isMarked(style, p % 48, Math.floor(p / 48)) ? 'x' : '.')).join(''),
    );
    expect(new Set(styles.map(({ fill }, rank) => `${fill} ${pixels[rank]}`)).size).toBe(LOOKS);
    for (const text of pixels) expect(text.replaceAll('.', '').length).toBeLessThan(0.35 * text.length);
  });
});
