/**
 * Theorem. Colours are shown where somebody sees them and wants them: on a terminal unless NO_COLOR is set, in a pipe only with
 * FORCE_COLOR; and without them the text is the same.
 *
 * Source: no-color.org, force-color.org.
 */
import { describe, expect, it } from 'vitest';
import { isColoured } from '../../src/cli/output/colour.js';
import { progressText } from '../../src/cli/output/progress.js';
import { COMMAND, run } from '../support/setup/command.js';

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const plain = (text: string) =>
  text
    .split('\x1b')
    .map((part, k) => (k === 0 ? part : part.replace(/^\[\d+m/, '')))
    .join('');
const steady = (text: string) => text.replace(/^time.*$/m, '');

describe('colour is for terminals', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('terminal %s with %j: %s', (isTTY, environment, shown) => {
    expect(isColoured({ isTTY }, environment)).toBe(shown);
  });

  it('a pipe gets none; forced ones change nothing else', async () => {
    for (const args of [
      ['count', DEMO],
      ['count', '--help'],
      ['count', 'missing.json'],
    ]) {
      const [piped, forced] = await Promise.all([
        run('env', ['-u', 'FORCE_COLOR', process.execPath, COMMAND, ...args]),
        run('env', ['FORCE_COLOR=1', process.execPath, COMMAND, ...args]),
      ]);
      expect(piped.stdout + piped.stderr).not.toContain('\x1b');
      expect(forced.stdout + forced.stderr).toContain('\x1b');
      expect(steady(plain(forced.stdout))).toBe(steady(piped.stdout));
      expect(plain(forced.stderr)).toBe(piped.stderr);
    }
  });
});

describe('progress is honest', () => {
  const known = { cells: 1000, atLeast: 1010, open: 10, seconds: 2 };

  it('says what there is at least as long as nothing can be told', () => {
    expect(progressText(known)).toMatch(/ 1,000 cells, 500\/s \| at least 1,010 in all$/);
  });
  it('shows a range when it is unsure, and no false 0 %', () => {
    const total = { likely: 1_000_000, low: 500_000, high: 2_000_000 };
    const text = progressText({ ...known, done: 0.001, total });
    expect(text).toMatch(/ <0\.1 to 0\.2 % .* 500,000 to 2 million in all, 16:38 to 1:06:38 left$/);
    expect(text).not.toMatch(/\b0 %/);
  });
  it('calls an order of magnitude one', () => {
    const text = progressText({ ...known, done: 1e-9, total: { likely: 1e12, low: 1e10, high: 1e14 } });
    expect(text).toMatch(/<0\.1 %\? .* at least 1,010 in all, perhaps 1 trillion, /);
  });
  it('knows the end of a second walk', () => {
    const text = progressText({ ...known, done: 0.5, total: { likely: 2000, low: 2000, high: 2000 } }, 'writing');
    expect(text).toMatch(/^writing \[=+ +\] 50 % \| 1,000 cells, 500\/s of 2,000, 0:02 left$/);
  });
});
