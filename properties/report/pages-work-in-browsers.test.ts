/**
 * A report opens in a browser without a complaint, on a screen and on a phone, and tells about the cell under the pointer:
 * the one whose pattern exact evaluation finds at that point. Its layer slider shows the cells of the first layers.
 *
 * Skipped where no Chromium is installed. Screenshots are left in build/screenshots.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rationalFromDouble } from '../../src/exact/rational.js';
import { readNetwork } from '../../src/formats/read.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { MARGIN } from '../../src/report/client/margin.js';
import { CHROMIUM, Reader, SKIPPED } from '../support/setup/browser.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const NET = join(ROOT, 'fixtures/networks/demo_2-8-8-1.json');
const SHOTS = join(ROOT, 'build/screenshots');
const SCREEN = { width: 1280, height: 1000 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(CHROMIUM === undefined)(`a report in a browser${SKIPPED}`, () => {
  const files = scratch();
  const html = join(files.path, 'demo.html');
  let reader: Reader;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    const { code, stderr } = await atlas(['report', NET, '--out', html]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    reader = await Reader.start();
  });
  afterAll(async () => {
    await reader?.end();
    files.dispose();
  });

  /** The plot area on the screen. */
  async function plotArea(page: Page) {
    const overlay = page.locator('.overlay');
    await overlay.scrollIntoViewIfNeeded();
    const box = (await overlay.boundingBox())!;
    return {
      left: box.x + MARGIN.left,
      top: box.y + MARGIN.top,
      width: box.width - MARGIN.left - MARGIN.right,
      height: box.height - MARGIN.top - MARGIN.bottom,
    };
  }

  test('hovering tells the pattern of the cell there, on a screen', async () => {
    const { page, complaints, close } = await reader.open(html, SCREEN);
    const { network } = await readNetwork(NET);
    const area = await plotArea(page);
    for (const [u, v] of [
      [0.21, 0.83],
      [0.5, 0.5],
      [0.71, 0.12],
      [0.93, 0.37],
      [0.06, 0.55],
    ] as const) {
      await page.mouse.move(area.left + u * area.width, area.top + v * area.height);
      // The pointer stands on a whole pixel of the page.
      const x = -1 + 2 * u;
      const y = 1 - 2 * v;
      const { pattern } = evaluateExact(network, [x, y].map(rationalFromDouble));
      const expected = pattern.map((layer) => layer.map((sign) => (sign > 0 ? '+' : '−')).join(''));
      const told = await page.locator('.cell-panel .pattern').allTextContents();
      expect(told.map((text) => text.replaceAll(' ', ''))).toEqual(expected);
    }
    await page.screenshot({ path: join(SHOTS, 'report-screen.png') });
    expect(complaints).toEqual([]);
    await close();
  });

  test('the layer slider shows the cells of the first layers', async () => {
    const { page, complaints, close } = await reader.open(html, SCREEN);
    const { cellsPerLayer } = JSON.parse((await atlas(['count', NET, '--format=json'])).stdout) as {
      cellsPerLayer: number[];
    };
    const slider = page.locator('[data-role="layers"]');
    await page.locator('[data-role="mode"]').selectOption('map');
    const before = await page.locator('canvas.scene').screenshot();
    for (const [layer, cells] of cellsPerLayer.entries()) {
      await slider.fill(`${layer + 1}`);
      expect(await page.locator('.controls output').textContent()).toBe(`${layer + 1} of 2: ${cells} cells`);
    }
    await slider.fill('1');
    const area = await plotArea(page);
    await page.mouse.move(area.left + area.width / 3, area.top + area.height / 3);
    expect(await page.locator('.cell-panel .pattern').count()).toBe(1);
    expect(before.equals(await page.locator('canvas.scene').screenshot())).toBe(false);
    await page.screenshot({ path: join(SHOTS, 'report-first-layer.png') });
    expect(complaints).toEqual([]);
    await close();
  });

  test('the keyboard goes from cell to cell and zooms', async () => {
    const { page, complaints, close } = await reader.open(html, SCREEN);
    const cell = () => page.locator('.viewer').getAttribute('data-cell');
    await page.locator('.overlay').focus();
    await page.keyboard.press('Enter');
    const first = await cell();
    const ways = await page
      .locator('.cell-panel [data-cell]')
      .evaluateAll((list) => list.map((element) => element.getAttribute('data-cell')));
    await page.keyboard.press('ArrowRight');
    const second = await cell();
    expect(second).not.toBe(first);
    expect(ways).toContain(second);
    const before = await page.locator('canvas.scene').screenshot();
    await page.keyboard.press('+');
    await page.waitForTimeout(300);
    expect(before.equals(await page.locator('canvas.scene').screenshot())).toBe(false);
    await page.keyboard.press('0');
    await page.keyboard.press('Escape');
    expect(await cell()).toBe('');
    expect(complaints).toEqual([]);
    await close();
  });

  test('on a phone nothing is wider than the screen, and a touch tells', async () => {
    const { page, complaints, close } = await reader.open(html, PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width);
    const area = await plotArea(page);
    await page.mouse.click(area.left + area.width / 2, area.top + area.height / 2);
    expect(await page.locator('.cell-panel .pattern').count()).toBe(2);
    await page.screenshot({ path: join(SHOTS, 'report-phone.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await close();
  });

  test('in the dark and on paper', async () => {
    const { page, complaints, close } = await reader.open(html, SCREEN);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: join(SHOTS, 'report-dark.png'), fullPage: true });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(17, 22, 27)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('.controls').isVisible()).toBe(false);
    await page.screenshot({ path: join(SHOTS, 'report-print.png'), fullPage: true });
    expect(complaints).toEqual([]);
    await close();
  });
});
