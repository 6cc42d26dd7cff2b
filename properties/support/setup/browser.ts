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

/** Opens a file as a reader does. */
export async function openFile(
  browser: Browser,
  file: string,
  { width = 1160, height = 900, dark = false }: { width?: number; height?: number; dark?: boolean } = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light' });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith('file://') && !/^(data|blob):/.test(request.url())) complaints.push(request.url());
  });
  await page.goto(`file://${file}`);
  return { page, complaints };
}
