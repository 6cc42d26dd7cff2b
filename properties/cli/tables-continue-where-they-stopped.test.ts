/**
 * A table over many networks is the same to the byte whether its run was interrupted or not; an interrupted run leaves no file
 * that looks complete, takes over rows only of unchanged networks under the same settings, and a network that fails or is too
 * large costs its own row only. The committed table of the fixtures has the counts that brute force and training recorded.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TableJournal } from '../../src/cli/report/table/journal.js';
import { tableEntries } from '../../src/cli/report/table/list.js';
import { runTable, writeTable } from '../../src/cli/report/table/report.js';
import { parseBudget, type RowTask, tableRow } from '../../src/cli/report/table/row.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import {
  type ComparisonRow,
  comparisonCells,
  comparisonJson,
  comparisonMarkdown,
} from '../../src/report/table/comparison.js';
import { comparisonPage } from '../../src/report/table/page.js';
import { resonance, typeB } from '../support/references/families.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined;
const files = scratch();
afterAll(() => files.dispose());

const FIXTURES = join(ROOT, 'fixtures');
const committed = JSON.parse(readFileSync(join(ROOT, 'reports/fixtures.json'), 'utf8')) as {
  readonly rows: readonly ComparisonRow[];
};
const taskOf = (entry: RowTask['entry'], more: Partial<RowTask> = {}): RowTask => ({
  entry,
  common: {},
  budget: {},
  pieces: true,
  ...more,
});

describe('the committed table of the fixtures', () => {
  const listed = readFileSync(join(FIXTURES, 'table.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it('has a row for every network of networks, degenerate and circle below fixtures/ but the tanh one, which is none', () => {
    const networks = ['networks', 'degenerate', 'circle'].flatMap((folder) =>
      readdirSync(join(FIXTURES, folder))
        .filter((name) => name.endsWith('.json'))
        .map((name) => `${folder}/${name}`),
    );
    const expected = networks.filter((name) => name !== 'circle/tanh_2-3-3-3-1.json').sort();
    expect(listed.map((line) => line.split(' ')[0]!).sort()).toEqual(expected);
    expect(committed.rows.map(({ network }) => network)).toEqual(listed);
  });

  it('has the cells that brute force found, those of the table of corners, and OEIS A034997', () => {
    const corners = new Map(
      readFileSync(join(FIXTURES, 'circle/README.md'), 'utf8')
        .split('\n')
        .filter((line) => /^\| 2-/.test(line))
        .map((line) => line.slice(2, -2).split(' | '))
        .map(([shape, , cells]) => [`circle/relu_${shape}.json`, Number(cells)]),
    );
    let compared = 0;
    for (const row of committed.rows) {
      if (row.status !== 'complete') throw new Error(`${row.network}: ${row.status}`);
      const [name] = row.network.split(' ');
      const { expected } = JSON.parse(readFileSync(join(FIXTURES, name!), 'utf8')) as { expected?: { cells: number } };
      const arrangements = { 'networks/resonance_4.json': 370, 'networks/resonance_5.json': 11292 }[name!];
      const cells = expected?.cells ?? corners.get(name!) ?? arrangements;
      if (cells !== undefined) compared++;
      expect(row.cells).toBe(cells ?? row.cells);
      expect(BigInt(row.cells)).toBeLessThanOrEqual(BigInt(row.bound));
      expect(row.maps! <= row.pieces! && row.pieces! <= row.cells).toBe(true);
    }
    expect(compared).toBeGreaterThan(60);
  });

  it('is what the code writes: the rows (the quick ones), and the three files from them', async () => {
    const entries = await tableEntries(join(FIXTURES, 'table.txt'));
    for (const [i, row] of committed.rows.entries()) {
      if (!DEEP && (row.status !== 'complete' || row.cells > 60)) continue;
      expect(await tableRow(taskOf(entries[i]!))).toEqual(row);
    }
    const file = (ending: string) => readFileSync(join(ROOT, `reports/fixtures.${ending}`), 'utf8');
    expect(comparisonJson(committed.rows)).toBe(file('json'));
    expect(comparisonMarkdown(committed.rows)).toBe(file('md'));
    expect(comparisonPage(committed.rows)).toBe(file('html'));
  });
});

/** Copies of four small fixtures and a file that is no network, in a directory of their own. */
function directory(name: string): string {
  const path = join(files.path, name);
  mkdirSync(path);
  for (const network of ['lattice', 'twin-streams', 'tiny-triangle', 'slope-pairs']) {
    copyFileSync(join(FIXTURES, `degenerate/${network}.json`), join(path, `${network}.json`));
  }
  writeFileSync(join(path, 'broken.json'), '{"layers": [');
  return path;
}

const never = new AbortController().signal;
const tasksOf = async (path: string) => (await tableEntries(path)).map((entry) => taskOf(entry));
const SETTINGS = { version: 'test' };

describe('an interrupted run', async () => {
  const path = directory('interrupted');
  const tasks = await tasksOf(path);
  const whole = await runTable({ tasks, workers: 2, signal: never });
  const journalFile = join(files.path, 'table.partial.jsonl');

  /** Stops after the first row; returns what it was. */
  async function interrupted(): Promise<ComparisonRow> {
    const controller = new AbortController();
    const journal = new TableJournal(journalFile, SETTINGS);
    let first: ComparisonRow | undefined;
    const onRow = (_: number, row: ComparisonRow) => {
      first ??= row;
      if (row.status !== 'failed') controller.abort();
    };
    const run = await runTable({ tasks, workers: 1, signal: controller.signal, journal, onRow });
    expect(run.complete).toBe(false);
    expect(run.rows.length).toBeLessThan(tasks.length);
    return first!;
  }

  /** Runs to the end; returns the names of the rows that were made anew. */
  async function continued(settings: object = SETTINGS, now = tasks) {
    const made: string[] = [];
    const journal = new TableJournal(journalFile, settings);
    const run = await runTable({
      tasks: now,
      workers: 1,
      signal: never,
      journal,
      onRow: (_, row) => made.push(row.network),
    });
    return { run, made, journal };
  }

  it('is complete without a journal: one row per file, in order, the broken one with its error', () => {
    expect(whole.complete).toBe(true);
    expect(whole.rows.map(({ network }) => network)).toEqual([
      'broken.json',
      'lattice.json',
      'slope-pairs.json',
      'tiny-triangle.json',
      'twin-streams.json',
    ]);
    expect(whole.rows.map(({ status }) => status)).toEqual(['failed', ...new Array(4).fill('complete')]);
    expect((whole.rows[0] as { error: string }).error).toMatch(/JSON/);
  });

  it('leaves its rows in the journal only, and continues to the same bytes', async () => {
    await interrupted();
    expect(readdirSync(files.path).filter((name) => name.startsWith('table'))).toEqual(['table.partial.jsonl']);
    // The line that was being written when the power failed.
    writeFileSync(journalFile, `${readFileSync(journalFile, 'utf8')}{"key":"slope-pairs.json`);
    const { run, made, journal } = await continued();
    expect(made.length).toBeLessThan(tasks.length);
    // Failed rows are tried again.
    expect(made).toContain('broken.json');
    expect(comparisonJson(run.rows)).toBe(comparisonJson(whole.rows));
    const written = await writeTable(join(files.path, 'table'), run.rows);
    journal.remove();
    expect(
      readdirSync(files.path)
        .filter((name) => name.startsWith('table'))
        .sort(),
    ).toEqual(['table.html', 'table.json', 'table.md']);
    expect(written.every((file) => existsSync(file))).toBe(true);
    expect(readFileSync(join(files.path, 'table.json'), 'utf8')).toBe(comparisonJson(whole.rows));
  });

  it('takes no row over after a change of the settings or of a file', async () => {
    const { made } = await continued();
    expect(made.length).toBe(tasks.length);
    expect((await continued()).made).toEqual(['broken.json']);
    expect((await continued({ version: 'another' })).made.length).toBe(tasks.length);
    const lattice = join(path, 'lattice.json');
    writeFileSync(lattice, `${readFileSync(lattice, 'utf8')}\n`);
    expect((await continued({ version: 'another' })).made.sort()).toEqual(['broken.json', 'lattice.json']);
  });
});

describe('budgets', () => {
  const entry = {
    name: 'lattice',
    file: join(FIXTURES, 'degenerate/lattice.json'),
    units: 'network',
    domain: {},
  } as const;

  it('of cells: a network with exactly so many is counted, one with more is not, and says what was found', async () => {
    expect(await tableRow(taskOf(entry, { budget: { cells: 24 } }))).toMatchObject({ status: 'complete', cells: 24 });
    const stopped = await tableRow(taskOf(entry, { budget: { cells: 23 } }));
    expect(stopped).toMatchObject({ status: 'stopped', atLeast: 24, budget: 'cells' });
    expect(comparisonCells(stopped)).toContain('≥ 24');
  });

  it('of seconds: 347,326,352 cells are not counted in them, but some are', async () => {
    const family = resonance(7);
    const file = files.file('resonance-7.json', writeNetworkJson(family.network));
    const big = { name: 'big', file, units: 'network', domain: { whole: true } } as const;
    // On a busy machine the time may be over before the first cell.
    for (let seconds = 0.1, atLeast = 0; atLeast === 0; seconds *= 2) {
      const row = await tableRow(taskOf(big, { budget: { seconds } }));
      expect(row).toMatchObject({ status: 'stopped', budget: 'seconds' });
      ({ atLeast } = row as { atLeast: number });
      expect(atLeast).toBeLessThan(family.cells);
    }
  });

  it('are read as cells, seconds or both', () => {
    expect(parseBudget('100000')).toEqual({ cells: 100000 });
    expect(parseBudget('1.5s')).toEqual({ seconds: 1.5 });
    expect(parseBudget('7,30s')).toEqual({ cells: 7, seconds: 30 });
    for (const wrong of ['', '0', '-1', '1.5', '3m', '7,', '1e400'])
      expect(() => parseBudget(wrong)).toThrow(/--budget/);
  });
});

describe('lists', () => {
  const list = (name: string, content: string) => tableEntries(files.file(name, content));

  it('as text and as JSON name the same networks, relative to the list', async () => {
    const text =
      '# two networks\n\n  a.onnx --box=-1,1x0,1 --units raw\nsub/b.json --whole\n"c d.nnet" --domain p.vnnlib\n';
    const json = JSON.stringify([
      { network: 'a.onnx', box: '-1,1x0,1', units: 'raw' },
      { network: 'sub/b.json', whole: true },
      { network: 'c d.nnet', domain: 'p.vnnlib' },
    ]);
    const entries = await list('list.txt', text);
    expect(await list('list.json', json)).toEqual(entries);
    expect(entries.map(({ file }) => file)).toEqual(
      ['a.onnx', 'sub/b.json', 'c d.nnet'].map((name) => join(files.path, name)),
    );
    expect(entries.map(({ domain }) => domain)).toEqual([
      { box: '-1,1x0,1' },
      { whole: true },
      { domain: join(files.path, 'p.vnnlib') },
    ]);
    expect(entries[0]).toMatchObject({ units: 'raw', name: 'a.onnx --box=-1,1x0,1 --units=raw' });
  });

  it.each([
    ['an unknown option', 'a.onnx --bax=1', /line 1: .*--bax=1/],
    ['two domains', 'a.onnx\nb.onnx --whole --box=-1,1', /line 2: expected one of box, domain and whole/],
    ['no network', '# nothing\n', /expected networks/],
    ['JSON that ends early', '[{"network":', /JSON: .*; check for truncation/],
    ['JSON that is no list', '{"network": "a.onnx"}', /expected a list/],
    ['JSON with an unknown key', '[{"network":"a.onnx","bax":1}]', /entry 1/],
  ])('with %s are refused in one line that says where', async (name, content, message) => {
    await expect(list(`${name}.txt`, content)).rejects.toThrow(message);
  });

  it("the entry's own domain comes before the common one, and that before the file's", async () => {
    const [lattice] = await list('own.txt', `${join(FIXTURES, 'degenerate/lattice.json')}`);
    const row = async (task: RowTask) => (await tableRow(task)) as { domain: string };
    expect((await row(taskOf(lattice!))).domain).toBe('box [-1, 1]^2');
    const common = { box: '0,1' };
    expect((await row(taskOf(lattice!, { common }))).domain).toBe('box [0, 1]^2');
    const own = { ...lattice!, domain: { box: '0,1/2' } };
    expect((await row(taskOf(own, { common }))).domain).toBe('box [0, 0.5]^2');
  });
});

describe('on the command line', () => {
  it('Ctrl-C leaves the rows made so far and no table; the same command continues; a table is none of its own networks', async () => {
    const path = directory('command');
    const big = join(path, 'zz-big.json');
    writeFileSync(big, writeNetworkJson(typeB(8).network));
    const args = ['report', '--table', path, '--box=-1,1', '--workers=1', '--out', join(path, 'table.html')];
    const made = () => readdirSync(path).filter((name) => name.startsWith('table'));
    const first = await atlas(args, { interruptAfter: 4000 });
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 130, stderr: '' });
    expect(first.stdout).toMatch(
      /^interrupted: [0-5] of 6 networks done; .*partial\.jsonl has them; the same command continues$/m,
    );
    expect(made()).toEqual(['table.partial.jsonl']);
    copyFileSync(join(FIXTURES, 'degenerate/lattice.json'), big);
    for (const run of ['continued', 'again']) {
      const { code, stdout } = await atlas(args);
      expect({ run, code }).toEqual({ run, code: 1 });
      expect(stdout).toContain('6 networks: 5 counted, 1 failed');
      expect(made()).toEqual(['table.html', 'table.json', 'table.md']);
    }
  });

  it.each([
    [['report'], 2, /expected a network, --table DIR\|LIST or --theory/],
    [['report', '--table', 'x', '--svg', 'y.svg'], 2, /cannot be used with/],
    [['report', '--table', FIXTURES, '--budget', '3m'], 2, /--budget: expected cells, seconds or both/],
    [['report', '--table', join(files.path, 'nowhere')], 1, /no such file or directory/],
  ])('%j is refused in one line', async (args, code, message) => {
    const outcome = await atlas(args);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stdout).toBe('');
    expect(
      outcome.stderr
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('(')).length,
    ).toBe(1);
  });
});
