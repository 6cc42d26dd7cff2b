/**
 * The article report and the table of the fixtures open in a browser without a complaint and without the network; nothing
 * sticks out of a screen or a phone; their pictures are drawn in both colour schemes with text that stands out from the page;
 * on paper every section is there.
 *
 * Contrast is that of WCAG 2.2 (1.4.3, 1.4.11): (L1 + 0.05) / (L2 + 0.05) of the relative luminances, at least 4.5 for text
 * and 3 for the lines of a picture.
 */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, Reader, SKIPPED } from '../support/setup/browser.js';
import { ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
let reader: Reader;
beforeAll(async () => {
  if (CHROMIUM !== undefined) reader = await Reader.start();
});
afterAll(async () => {
  await reader?.end();
  files.dispose();
});

const report = (name: string) => join(ROOT, 'reports', name);

/** Computed colours "rgb(r, g, b)" of variables, in the page. */
function coloursOf(page: Page, names: readonly string[]): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const probe = document.createElement('span');
    document.body.append(probe);
    return ${JSON.stringify(names)}.map((name) => {
      probe.style.color = 'var(' + name + ')';
      return getComputedStyle(probe).color;
    });
  })()`);
}

/** Where the pictures of a page are, and how wide it is. */
interface Layout {
  readonly page: number;
  readonly pictures: readonly {
    readonly width: number;
    readonly height: number;
    readonly right: number;
    /** What is wider than its place scrolls there. */
    readonly scrolls: boolean;
  }[];
}

// Texts, as the compiler knows no document here.
const LAYOUT = `({
  page: document.documentElement.scrollWidth,
  pictures: [...document.querySelectorAll('svg[role=img]')].map((svg) => ({
    ...svg.getBoundingClientRect().toJSON(),
    scrolls: svg.closest('.scroll') !== null,
  })),
})`;
const HEIGHTS = `[...document.querySelectorAll('section')].map((section) => section.offsetHeight)`;

function luminance(colour: string): number {
  const [r, g, b] = /rgba?\((\d+), (\d+), (\d+)/
    .exec(colour)!
    .slice(1)
    .map((channel) => {
      const s = Number(channel) / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.skipIf(CHROMIUM === undefined)(`in a browser${SKIPPED}`, () => {
  it.each([
    ['theory.html', 'screen', 1160, false],
    ['theory.html', 'screen, dark', 1160, true],
    ['theory.html', 'phone', 390, false],
    ['fixtures.html', 'screen', 1160, false],
    ['fixtures.html', 'phone, dark', 390, true],
  ])('%s opens on a %s: no complaint, nothing sticks out, every picture is seen', async (name, _, width, dark) => {
    const { page, complaints, close } = await reader.open(report(name), { width, dark });
    const layout = await page.evaluate<Layout>(LAYOUT);
    expect(layout.page).toBeLessThanOrEqual(width);
    expect(layout.pictures.length).toBeGreaterThan(0);
    for (const picture of layout.pictures) {
      expect(picture.width > 100 && picture.height > 60 && (picture.scrolls || picture.right <= width)).toBe(true);
    }
    expect((await page.screenshot({ path: join(files.path, `${name}.png`) })).length).toBeGreaterThan(10_000);
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([['light', false] as const, ['dark', true] as const])('colours stand out from a %s page', async (_, dark) => {
    const { page, close } = await reader.open(report('theory.html'), { dark });
    const lines = ['--blue', '--orange', '--green', '--red', '--purple'];
    const tints = Array.from({ length: 8 }, (__, i) => `--tint${i + 1}`);
    const [paper, ink, muted, ...rest] = await coloursOf(page, ['--paper', '--ink', '--muted', ...lines, ...tints]);
    for (const text of [ink!, muted!, ...rest.slice(0, lines.length)]) {
      expect(contrast(text, paper!)).toBeGreaterThanOrEqual(4.5);
    }
    for (const tint of rest.slice(lines.length)) expect(contrast(ink!, tint)).toBeGreaterThanOrEqual(4.5);
    expect(new Set(rest).size).toBe(lines.length + tints.length);
    await close();
  });

  it('on paper every section is there, in black on white', async () => {
    const { page, close } = await reader.open(report('theory.html'), { width: 720, dark: true });
    await page.emulateMedia({ media: 'print' });
    const [paper, ink] = await coloursOf(page, ['--paper', '--ink']);
    expect([paper, ink]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    const heights = await page.evaluate<number[]>(HEIGHTS);
    expect(heights.length).toBe(10);
    expect(Math.min(...heights)).toBeGreaterThan(200);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(50_000);
    await close();
  });
});
