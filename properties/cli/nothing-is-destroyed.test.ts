/**
 * No command writes over what it reads, whatever the file is called; what another kind of run made is replaced only with
 * --force, what the same kind made always; remarks about a network or a property are told by every command, once.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const DEMO = join(ROOT, 'fixtures/networks/demo_2-8-8-1.json');
const CONTENT = readFileSync(DEMO);
const files = scratch();
afterAll(() => files.dispose());

let directory = '';
let number = 0;
let net = '';
const at = (name: string) => join(directory, name);
beforeEach(() => {
  directory = join(files.path, String(number++));
  mkdirSync(directory);
  net = at('net.json');
  writeFileSync(net, CONTENT);
});

/** Every command that writes: its words but for the file, and the ending that it asks of the file. */
const WRITERS: readonly (readonly [name: string, words: (net: string) => string[], ending: string])[] = [
  ['count --certificate', (file) => ['count', file, '--box=-1,1', '-q', '--certificate'], ''],
  ['segment --certificate', (file) => ['segment', file, '--from=-1,-1', '--to=1,1', '--certificate'], ''],
  ['adjacency --out', (file) => ['adjacency', file, '--box=-1,1', '--out'], ''],
  ['boundary --out', (file) => ['boundary', file, '--box=-1,1', '--out'], ''],
  ['simplify --out', (file) => ['simplify', file, '--box=-1,1', '--out'], ''],
  ['convert', (file) => ['convert', file], '.json'],
  ['partition --out', (file) => ['partition', file, '--box=-1,1', '-q', '--out'], '.jsonl'],
  ['report --out', (file) => ['report', file, '--box=-1,1', '-q', '--out'], '.html'],
  ['report --json', (file) => ['report', file, '--box=-1,1', '-q', `--out=${file}.html`, '--json'], ''],
  ['report --svg', (file) => ['report', file, '--box=-1,1', '-q', `--out=${file}.html`, '--svg'], ''],
  ['report --png', (file) => ['report', file, '--box=-1,1', '-q', `--out=${file}.html`, '--png'], ''],
  ['report --pdf', (file) => ['report', file, '--box=-1,1', '-q', `--out=${file}.html`, '--pdf'], ''],
  ['report --certificate', (file) => ['report', file, '--box=-1,1', '-q', `--out=${file}.html`, '--certificate'], ''],
];

/** Further commands that write, of which it is asked only whether they spare what they read. */
const OTHERS: readonly (readonly [name: string, words: (net: string) => string[]])[] = [
  ['facts --distribution', (file) => ['facts', file, '--box=-1,1', '-q', '--distribution']],
  ['sample --out', (file) => ['sample', file, '--box=-1,1', '--out']],
  ['formula --out', (file) => ['formula', file, '--box=-1,1', '--language=latex', '--out']],
  ['topology --generators', (file) => ['topology', file, '--box=-1,1', '-q', '--generators']],
  ['topology --certificate', (file) => ['topology', file, '--box=-1,1', '-q', '--certificate']],
  ['explore --out', (file) => ['explore', file, '--out']],
  ['verify --write-query', (file) => ['verify', file, '--around=0,0', '--radius=1', '--class=0', '--write-query']],
  ['verify --certificate', (file) => ['verify', file, '--around=0,0', '--radius=1', '--class=0', '--certificate']],
  ['verify --counterexample', (file) => ['verify', file, file, '--equal', '--box=-1,1', '--counterexample']],
];

/** A TensorFlow.js model 2-2, whose weights lie beside it. */
const TFJS = JSON.stringify({
  format: 'layers-model',
  modelTopology: {
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [
        {
          class_name: 'Dense',
          config: { name: 'd', units: 2, activation: 'relu', use_bias: true, batch_input_shape: [null, 2] },
        },
      ],
    },
  },
  weightsManifest: [
    {
      paths: ['weights.bin'],
      weights: [
        { name: 'd/kernel', shape: [2, 2], dtype: 'float32' },
        { name: 'd/bias', shape: [2], dtype: 'float32' },
      ],
    },
  ],
});

describe('an input is never written over, not even with --force', () => {
  it.each(WRITERS)('%s', async (_, words, ending) => {
    symlinkSync('net.json', at(`symbolic${ending}`));
    linkSync(net, at(`hard${ending}`));
    const names = [
      at(`symbolic${ending}`),
      at(`hard${ending}`),
      join(directory, '..', String(number - 1), `hard${ending}`),
    ];
    for (const name of names) {
      const outcome = await atlas([...words(net), name, '--force']);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(/is an input of this command; name another file\n$/);
    }
    expect(readFileSync(net).equals(CONTENT)).toBe(true);
    expect(readdirSync(directory).sort()).toEqual([`hard${ending}`, 'net.json', `symbolic${ending}`].sort());
  });

  it.each(OTHERS)('%s', async (_, words) => {
    linkSync(net, at('hard'));
    const outcome = await atlas([...words(net), at('hard'), '--force']);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/hard is an input of this command; name another file\n$/);
    expect(readFileSync(net).equals(CONTENT)).toBe(true);
  });

  it('nor are the weights beside a network, whatever command has read it', async () => {
    const [model, shard] = [at('model.json'), at('weights.bin')];
    writeFileSync(model, TFJS);
    const bytes = Buffer.from(Float32Array.of(1, -2, 0.5, 3, 1, -1).buffer);
    writeFileSync(shard, bytes);
    for (const [, words, ending] of [...WRITERS, ...OTHERS.map(([name, begin]) => [name, begin, ''] as const)]) {
      const target = at(`hard${ending}`);
      linkSync(shard, target);
      const outcome = await atlas([...words(model), target, '--force']);
      expect(outcome, words(model).join(' ')).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(/is an input of this command; name another file\n$/);
      expect(readFileSync(shard).equals(bytes)).toBe(true);
      rmSync(target);
    }
  });

  it('nor is a domain, nor symmetries, nor a network of a table', async () => {
    const domain = at('domain.json');
    writeFileSync(domain, '{"box":[[-1,1],[-1,1]]}');
    const named = await atlas(['count', net, '--domain', domain, '--certificate', domain, '--force']);
    expect(named.stderr).toMatch(/domain\.json is an input/);
    const [lines, swap] = [at('lines.csv'), at('swap.json')];
    writeFileSync(lines, '1,0,0\n0,1,0\n');
    writeFileSync(swap, '{"generators":[{"permutation":[1,0]}]}');
    const symmetric = ['arrangement', lines, '--symmetry', swap, '--certificate'];
    for (const file of [lines, swap])
      expect((await atlas([...symmetric, file, '--force'])).stderr).toMatch(/is an input of this command/);
    const table = await atlas(['report', '--table', directory, '--box=-1,1', '--out', at('net.html'), '--force']);
    expect(table.stderr).toMatch(/net\.json is an input/);
    expect(readFileSync(net).equals(CONTENT)).toBe(true);
  });
});

describe('what another made is replaced only with --force', () => {
  it.each(WRITERS)('%s: notes no, its own yes', async (_, words, ending) => {
    const target = at(`target${ending}`);
    const again = async (...more: string[]) => (await atlas([...words(net), target, ...more])).code;
    writeFileSync(target, 'notes of many years');
    const outcome = await atlas([...words(net), target]);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^relu-atlas: .*something that relu-atlas did not write.*--force\n$/);
    expect(readFileSync(target, 'utf8')).toBe('notes of many years');
    // One report writes all of its files.
    if (words(net)[0] === 'report') return;
    expect(await again('--force')).toBe(0);
    expect(await again()).toBe(0);
    expect(statSync(target).size).toBeGreaterThan(0);
  });

  it('report: its own yes, all of them', async () => {
    writeFileSync(net, '{"layers":[{"weights":[[1,0],[1,1]],"bias":[0,0]},{"weights":[[1,-1]],"bias":[0]}]}');
    const options = WRITERS.flatMap(([name, , ending]) => {
      const [command, option] = name.split(' ');
      return command === 'report' ? [{ option: option!, target: at(`target${option}${ending}`) }] : [];
    });
    const words = ['report', net, '--box=-1,1', '-q', ...options.flatMap(({ option, target }) => [option, target])];
    expect(options).toHaveLength(6);
    for (const { target } of options) writeFileSync(target, 'notes of many years');
    expect((await atlas([...words, '--force'])).code).toBe(0);
    for (const { target } of options) expect(readFileSync(target, 'latin1')).not.toContain('notes of many years');
    expect((await atlas(words)).code).toBe(0);
  });

  it.each(OTHERS)('%s: its own yes', async (_, words) => {
    const first = await atlas([...words(net), at('target')]);
    expect(await atlas([...words(net), at('target')])).toMatchObject({ code: first.code });
    expect(first.code).not.toBe(1);
  });

  it('pictures of one input are known again as those of two are', async () => {
    writeFileSync(net, '{"layers":[{"weights":[[1],[2]],"bias":[0,1]},{"weights":[[1,-1]],"bias":[0]}]}');
    const report = ['report', net, '--box=-1,1', '-q', '--out', at('m.html')];
    for (const kind of ['svg', 'png', 'pdf']) report.push(`--${kind}`, at(`m.${kind}`));
    for (const run of [1, 2]) expect(await atlas(report), `run ${run}`).toMatchObject({ code: 0 });
  });

  it('an empty file, as mktemp makes one, is nobody’s', async () => {
    writeFileSync(at('empty'), '');
    expect((await atlas(['count', net, '--box=-1,1', '-q', '--certificate', at('empty')])).code).toBe(0);
    expect(statSync(at('empty')).size).toBeGreaterThan(0);
  });

  it('a report spares the files beside it', async () => {
    const report = ['report', net, '--box=-1,1', '-q', '--out', at('m.html')];
    for (const name of ['m.cert', 'm.json']) {
      writeFileSync(at(name), CONTENT);
      const outcome = await atlas(report);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expect(outcome.stderr).toContain(`${name}: expected an earlier`);
      expect(outcome.stderr).toContain('got a network file');
      // Nobody gave --json or --certificate.
      expect(outcome.stderr).toContain(`(--out, with its ${name === 'm.json' ? 'data' : 'certificate'} beside it)`);
      expect(readFileSync(at(name)).equals(CONTENT)).toBe(true);
      expect(readdirSync(directory).sort()).toEqual([name, 'net.json'].sort());
      writeFileSync(at(name), '');
      expect((await atlas([...report, '--force'])).code).toBe(0);
      for (const made of ['m.html', 'm.cert', 'm.json']) rmSync(at(made));
    }
  });

  it('two outputs are two files', async () => {
    const outcome = await atlas(['report', net, '--box=-1,1', '-q', '--out', at('m.html'), '--json', at('m.html')]);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/is used twice/);
  });

  it('help names what is written beside', async () => {
    const { stdout } = await atlas(['report', '--help']);
    expect(stdout).toMatch(/beside[\s\S]*\.cert/);
  });
});

describe('remarks are told by every command, once, on the standard error', () => {
  const PROPERTY = `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
(assert (>= X_0 -1))(assert (<= X_0 1))(assert (>= X_1 -1))(assert (<= X_1 1))`;
  const IGNORED = /^relu-atlas: warning: [^\n]*q\.vnnlib: [^\n]*outputs are ignored; `verify`[^\n]*\n$/;

  it.each([
    ['count', []],
    ['facts', []],
    ['regions', []],
    ['boundary', []],
  ] as const)('%s: the outputs of a property', async (command, more) => {
    writeFileSync(at('q.vnnlib'), `${PROPERTY}(assert (>= Y_0 0))`);
    const outcome = await atlas([command, net, '--domain', at('q.vnnlib'), ...more]);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(IGNORED);
    writeFileSync(at('q.vnnlib'), PROPERTY);
    expect((await atlas([command, net, '--domain', at('q.vnnlib')])).stderr).toBe('');
  });

  it('the notes of a network', async () => {
    writeFileSync(
      net,
      JSON.stringify({ ...(JSON.parse(CONTENT.toString()) as object), notes: ['rounded', 'guessed'] }),
    );
    const shown = JSON.parse((await atlas(['info', net, '--format=json'])).stdout) as { warnings: string[] };
    expect(shown.warnings).toEqual(['rounded', 'guessed']);
    const said = shown.warnings.map((warning) => `relu-atlas: warning: ${net}: ${warning}\n`).join('');
    writeFileSync(at('claim.json'), '{"format":"relu-atlas-claim","version":1,"claim":"count","of":"cells","count":1}');
    const box = '--box=-1,1';
    const query = at('q.vnnlib');
    writeFileSync(query, `${PROPERTY}(assert (>= Y_0 1000))`);
    writeFileSync(at('rows.csv'), `${net},${query},10\n`);
    mkdirSync(at('table'));
    linkSync(net, at('table/net.json'));
    for (const words of [
      ['count', net, box, '-q', '--certificate', at('c')],
      ['verify', net, query, '--certificate', at('proof')],
      ['check', net, at('proof'), '--property', query],
      ['verify', net, query, '--margin'],
      ['verify', net, '--around=0,0', '--largest', '--class=0'],
      ['verify', net, '--around=0,0', '--radius=1/100', '--class=0'],
      ['verify', '--instances', at('rows.csv')],
      ['report', net, '--verify', query, '--out', at('v.html')],
      ['certificate', 'expand', net, at('c'), at('c.txt')],
      ['convert', net, at('x.json')],
      ['explore', net, '--out', at('e.html')],
      ['topology', net, box, '-q'],
      ['sample', net, box],
      ['formula', net, '--language=latex'],
      ['estimate', net, box, '-q', '--samples=3'],
      ['diff', net, DEMO, box, '-q'],
      ['check', net, at('c'), '-q'],
      ['eval', net, '--at=0,0'],
      ['gradient', net, '--at=0,0'],
      ['segment', net, '--from=0,0', '--to=1,1'],
      ['partition', net, box, '-q', '--out', at('p.jsonl')],
      ['regions', net, box, '-q'],
      ['facts', net, box, '-q'],
      ['boundary', net, box],
      ['simplify', net, box, '--out', at('s.json')],
      ['adjacency', net, box, '--out', at('a.graphml')],
      ['report', net, box, '-q', '--out', at('r.html')],
      ['compare', net, box, '-q', at('claim.json')],
    ]) {
      expect((await atlas(words)).stderr, words.join(' ')).toBe(said);
    }
    const { stderr } = await atlas(['report', '--table', at('table'), box, '-q']);
    expect(stderr).toBe(said.replaceAll(net, at('table/net.json')));
  });
});
