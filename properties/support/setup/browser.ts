/**
 * A real browser for the pages that are written: playwright-core with a Chromium of the system, or none.
 */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where systems have it; RELU_ATLAS_CHROMIUM comes first. */
const PLACES = [
  process.env.RELU_ATLAS_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The executable, or undefined: then tests skip. */
export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place));

/** For the names of tests that skip without a browser. */
export const SKIPPED = CHROMIUM === undefined ? ' (skipped: no Chromium; set RELU_ATLAS_CHROMIUM)' : '';

/** Nothing of the browser may use the network. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, headless: true, args: QUIET });
}

export interface OpenedPage {
  readonly page: Page;
  /** Errors and warnings of the console and of scripts, and every request but the first. */
  readonly complaints: readonly string[];
}

/** How a reader sees it: pixels, and the scheme of colours. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** @returns what the page complains of from here on */
async function show(page: Page, file: string, { width = 1160, height = 900, dark = false }: Look): Promise<string[]> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ media: null, colorScheme: dark ? 'dark' : 'light' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('file://') && !/^(data|blob):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(`file://${file}`);
  return complaints;
}

/** Opens a file as a reader does, in a new page. */
export async function openFile(browser: Browser, file: string, look: Look = {}): Promise<OpenedPage> {
  const page = await browser.newPage();
  return { page, complaints: await show(page, file, look) };
}

/** A browser whose pages show one file after the other: a new page costs twice as much. */
export class Reader {
  private readonly idle: Page[] = [];
  private constructor(readonly browser: Browser) {}

  static async start(): Promise<Reader> {
    return new Reader(await launch());
  }

  /** @returns the page, and `close`, after which it may show another file */
  async open(file: string, look: Look = {}): Promise<OpenedPage & { close(): Promise<void> }> {
    const page = this.idle.pop() ?? (await this.browser.newPage());
    const complaints = await show(page, file, look);
    const close = async () => {
      for (const event of ['console', 'pageerror', 'request']) page.removeAllListeners(event);
      // Ends its workers; and what is opened next is loaded whole, whatever its hash.
      await page.goto('about:blank');
      this.idle.push(page);
    };
    return { page, complaints, close };
  }

  async end(): Promise<void> {
    await this.browser.close();
  }
}
