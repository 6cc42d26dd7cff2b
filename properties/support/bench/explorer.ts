/**
 * The explorer's targets: in Chromium where one is installed, of its engine alone under Node.
 *
 * On the wall in the browser (a picture is there when it is there), with the processor time of all of the browser's processes beside it, which
 * other work on the machine changes little.
 */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { livePicture } from '../../../src/explorer/engine/live.js';
import { Session } from '../../../src/explorer/engine/session.js';
import { planeBox } from '../../../src/explorer/engine/subject.js';
import { FIRST_PLAN } from '../../../src/explorer/model/index.js';
import { writeNetworkJson } from '../../../src/formats/index.js';
import { writeOutput } from '../../../src/output/index.js';
import { CHROMIUM, launch, openFile } from '../setup/browser.js';
import type { BenchCase } from './cases.js';
import { COMMAND } from './fresh.js';
import { medianSeconds } from './measure.js';

type Row = readonly [what: string, measured: string, target: string];

const SCREEN = { width: 1440, height: 1000 };
const PLAN = { ...FIRST_PLAN, hidden: [16, 16] };
const WINDOW = { x: [-6, 6], y: [-6, 6] } as const;
/** Seconds of training that are looked at, and how often. */
const SPAN = 10;
const SPANS = 3;
const OPENINGS = 5;
const PICTURES = 15;

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const spread = (values: readonly number[], text: (value: number) => string) => {
  const all = sorted(values);
  return `${text(all[0]!)}, ${text(all[all.length >> 1]!)}, ${text(all.at(-1)!)}`;
};

/** The engine by itself. */
async function engineRows(large: BenchCase | undefined): Promise<Row[]> {
  const session = new Session();
  await session.answer({ kind: 'plan', plan: PLAN, epoch: 40, window: WINDOW });
  let cells = 0;
  const training = await medianSeconds(
    'explorer: engine, 2-16-16-1',
    async () => {
      const answer = await session.answer({ kind: 'advance', epochs: 1 });
      if (answer.kind === 'views' && answer.main.picture.kind === 'cells')
        cells = answer.main.picture.data.header.cells;
    },
    60,
  );
  const rows: Row[] = [
    [
      `engine under Node: an epoch of 2-16-16-1 and its picture (${cells} cells), processor time`,
      ms(1000 * training.seconds),
      '',
    ],
  ];
  if (large === undefined) return rows;
  const { network, name } = large;
  const window = { x: [-1, 1], y: [-1, 1] } as const;
  const subject = { network, domain: planeBox(window), names: ['x0', 'x1'] as const, window, label: name };
  for (let k = 0; k < 10; k++) livePicture(subject, { thorough: false });
  const { seconds } = await medianSeconds(
    `explorer: engine, ${name}`,
    () => void livePicture(subject, { thorough: false }),
    20,
  );
  return [...rows, [`engine under Node: the picture of ${name}, warm, processor time`, ms(1000 * seconds), '60 ms']];
}

/** Milliseconds that all processes of the browser have worked. */
async function workedBy(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return 1000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

const epochOf = async (page: Page) =>
  Number((await page.locator('[data-role="epoch"]').textContent())!.replaceAll(/\D/g, ''));

/** From the navigation to the first picture and its counts. */
async function openingRow(browser: Browser, html: string): Promise<Row> {
  const times: number[] = [];
  for (let k = 0; k < OPENINGS; k++) {
    const page = await browser.newPage({ viewport: SCREEN });
    await page.goto(`file://${html}`);
    const at = (await page.evaluate(`new Promise((resolve) => {
      const look = () => document.querySelector('[data-role="counts"]')?.childElementCount
        ? requestAnimationFrame(() => resolve(performance.now())) : setTimeout(look, 1);
      look();
    })`)) as number;
    times.push(at);
    await page.close();
  }
  return [`opening the page to its first picture and counts, ${OPENINGS} times`, spread(times, ms), '1 s'];
}

async function trainingRows(browser: Browser, html: string): Promise<Row[]> {
  const { page } = await openFile(browser, `${html}#hidden=${PLAN.hidden.join()}&epoch=40`, SCREEN);
  await page.waitForSelector('[data-role="counts"]:not(:empty)');
  await page.click('[data-role="run"]');
  await page.waitForTimeout(3000);
  const heap = await page.context().newCDPSession(page);
  const heapNow = async () => {
    await heap.send('HeapProfiler.collectGarbage');
    return ((await heap.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize / 2 ** 20;
  };
  const before = await heapNow();
  const rates: number[] = [];
  const work: number[] = [];
  for (let span = 0; span < SPANS; span++) {
    const [from, worked, began] = [await epochOf(page), await workedBy(browser), performance.now()];
    await page.waitForTimeout(1000 * SPAN);
    const pictures = (await epochOf(page)) - from;
    rates.push((1000 * pictures) / (performance.now() - began));
    work.push(((await workedBy(browser)) - worked) / pictures);
  }
  const cells = await page.locator('[data-role="count-cells"] .value').textContent();
  const after = await heapNow();
  await page.close();
  return [
    [
      `training of 2-16-16-1 (${cells} cells), an epoch per picture, pictures a second over ${SPAN} s, ${SPANS} times`,
      spread(rates, (rate) => rate.toFixed(1)),
      '20',
    ],
    ['processor time of one such picture, all processes of the browser', spread(work, ms), ''],
    [
      `heap of the page's script before and after ${SPAN * SPANS} s`,
      `${before.toFixed(1)}, ${after.toFixed(1)} MB`,
      'flat',
    ],
  ];
}

interface LargeTimes {
  readonly partition: readonly number[];
  readonly drawn: readonly number[];
  readonly whole: readonly number[];
  readonly pointing: readonly number[];
}

/** A window that changes by so little that its cells do not, again and again; then pointing here and there. */
const LARGE_SCRIPT = `(async () => {
  const at = (name) => document.querySelector('[data-role="' + name + '"]');
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const times = { partition: [], drawn: [], whole: [], pointing: [] };
  for (let k = 0; k < ${PICTURES}; k++) {
    const before = at('exact-said').textContent;
    const began = performance.now();
    at('window-left').value = String(-1 - (k % 2) * 1e-9);
    at('window-left').dispatchEvent(new Event('change'));
    while (at('exact-said').textContent === before) await pause(1);
    times.whole.push(performance.now() - began);
    times.partition.push(Number(at('exact-said').textContent.match(/([\\d.]+) ms/)[1]));
    times.drawn.push(Number(at('main-stage').dataset.cost));
  }
  await pause(1000);
  const overlay = document.querySelector('[data-role="main-stage"] canvas.overlay');
  const { left, top } = overlay.getBoundingClientRect();
  for (let k = 0; k < 40; k++) {
    const began = performance.now();
    overlay.dispatchEvent(new PointerEvent('pointermove', { clientX: left + 100 + 11 * k, clientY: top + 60 + 9 * k }));
    times.pointing.push(performance.now() - began);
  }
  return times;
})()`;

async function largeRows(browser: Browser, html: string, { name, cells }: BenchCase): Promise<Row[]> {
  const { page } = await openFile(browser, html, SCREEN);
  await page.waitForSelector('[data-role="window-left"]');
  // Functions to wait for are made by eval, which the page's policy forbids.
  await page.locator('[data-role="count-cells"]', { hasText: cells.toLocaleString('en') }).waitFor();
  await page.waitForTimeout(3000);
  const { partition, drawn, whole, pointing } = (await page.evaluate(LARGE_SCRIPT)) as LargeTimes;
  await page.close();
  const load = loadavg()[0]!.toFixed(1);
  return [
    [`partition of ${name} in the worker, warm, ${PICTURES} times`, spread(partition.slice(3), ms), '60 ms'],
    ['its drawing', spread(drawn.slice(3), ms), '100 ms'],
    ['from the change of its window to picture and numbers', spread(whole.slice(3), ms), ''],
    ['pointing at its cells: outline, pattern, map, facets, 40 times', spread(pointing, ms), 'a frame'],
    [`processes that wanted one of the ${cpus().length} cores meanwhile (load average)`, load, ''],
  ];
}

/** The measured figures (least, median, greatest) beside the targets. */
export async function explorerRows(networks: readonly BenchCase[], scratch: string): Promise<Row[]> {
  const large = networks.find(({ name }) => name.startsWith('2-64-64-64-1'));
  const rows = await engineRows(large);
  if (CHROMIUM === undefined) return [...rows, ['in a browser', 'no Chromium here', '']];
  const make = (out: string, ...net: string[]) => {
    const html = join(scratch, out);
    execFileSync(process.execPath, [COMMAND, 'explore', ...net, '--out', html], { stdio: 'ignore' });
    return html;
  };
  const html = make('explorer.html');
  const browser = await launch();
  try {
    rows.push(await openingRow(browser, html), ...(await trainingRows(browser, html)));
    if (large !== undefined) {
      const json = join(scratch, 'large.json');
      writeOutput(json, writeNetworkJson(large.network));
      rows.push(...(await largeRows(browser, make('large.html', json), large)));
    }
  } finally {
    await browser.close();
  }
  return rows;
}
