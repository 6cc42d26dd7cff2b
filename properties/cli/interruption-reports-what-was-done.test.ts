/**
 * Ctrl-C during a count: what was completed is printed, the exit code is 130, and no certificate is left.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { resonance } from '../support/references/families.js';
import { atlas, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

/** 2^8 8! = 10,321,920 cells: no machine counts them in two seconds. */
const family = resonance(7);
const net = files.file('resonance-7.json', writeNetworkJson(family.network));
const certificate = join(files.path, 'resonance-7.cert');

it.each([
  ['with workers', ['--workers=2', '--engine=vertex']],
  ['with a certificate', ['--workers=1', `--certificate=${certificate}`]],
])('a count %s says how far it came', async (_, options) => {
  const args = ['count', net, '--whole', '--format=json', ...options];
  const { code, stdout, stderr } = await atlas(args, { interruptAfter: 2000 });
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ complete: false, exact: false });
  expect(report.cells).toBeGreaterThan(0);
  expect(report.cells).toBeLessThan(family.cells);
  expect(report.open.length).toBeGreaterThan(0);
  expect(report.certificate).toBeUndefined();
  // Neither the certificate nor a part of one.
  expect(readdirSync(files.path)).toEqual(['resonance-7.json']);
});

it('says so in words, too', async () => {
  const { code, stdout } = await atlas(['count', net, '--whole', '--engine=lp'], { interruptAfter: 1500 });
  expect(code).toBe(130);
  expect(stdout).toMatch(/^cells +at least [\d,]+: [\d,]+ cells? found, [\d,]+ (leaf|leaves) open \(interrupted\)$/m);
});
