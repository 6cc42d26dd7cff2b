/**
 * The files of reports/ are the bytes that `npm run report` writes from fixtures/: the counts, each proved by a certificate that
 * the checker accepts, and the sample report. (theory.html and the table of the fixtures: their own files.)
 *
 * A report names its files as they were given, so it is written again under the same names in another directory.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { countRow, fixtureFiles } from '../../src/cli/fixtures/counts.js';
import { type CountRow, countTableJson, countTableMarkdown } from '../../src/report/table/fixtures.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
/** Cells whose proof takes longer than a test may; `npm run test:deep` has them all. */
const MANY = 1000;
const files = scratch();
afterAll(() => files.dispose());

const committed = (name: string) => readFileSync(join(ROOT, 'reports', name));

describe('counts.json and counts.md', () => {
  const { networks } = JSON.parse(committed('counts.json').toString()) as { readonly networks: readonly CountRow[] };

  it('have a row for every fixture', async () => {
    expect(networks.map(({ file }) => file)).toEqual(await fixtureFiles());
  });

  it('have the rows that are counted and proved again', async () => {
    const tried = networks.filter(({ cells }) => DEEP || cells <= MANY);
    expect(tried.length).toBeGreaterThan(30);
    for (const row of tried) expect(await countRow(row.file)).toEqual(row);
  });

  it('are made of these rows', () => {
    expect(countTableJson(networks)).toBe(committed('counts.json').toString());
    expect(countTableMarkdown(networks)).toBe(committed('counts.md').toString());
  });
});

it('the sample report, its JSON and its certificate come out the same to the byte (else: npm run report)', async () => {
  mkdirSync(join(files.path, 'reports'));
  symlinkSync(join(ROOT, 'fixtures'), join(files.path, 'fixtures'));
  const net = 'fixtures/circle/relu_2-3-3-3-1.json';
  const { code, stderr } = await atlas(['report', net, '--out', 'reports/sample.html'], { cwd: files.path });
  // What the file says about itself is told, and nothing else.
  expect({ code, stderr: stderr.replaceAll(/^relu-atlas: warning: .*\n/gm, '') }).toEqual({ code: 0, stderr: '' });
  const written = readdirSync(join(files.path, 'reports')).sort();
  expect(written).toEqual(['sample.cert', 'sample.html', 'sample.json']);
  for (const name of written) {
    expect({ name, same: readFileSync(join(files.path, 'reports', name)).equals(committed(name)) }).toEqual({
      name,
      same: true,
    });
  }
});
