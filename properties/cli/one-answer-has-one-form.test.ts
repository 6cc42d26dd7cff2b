/**
 * Theorem. A question has one answer in one form: what a command prints as JSON and what the oracle answers are equal, member
 * by member; what only one of them says is in docs/json.md.
 *
 * Source: docs/json.md, which names every member. Numbers are exact in both, so equality is of values, not of roundings.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atlas, ROOT, scratch } from '../support/setup/command.js';
import { type OracleProcess, startOracle } from '../support/setup/rpc-client.js';

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const LINES = 'fixtures/degenerate/concurrent-lines.json';
const box = {
  box: [
    ['-1/3', 1],
    [0, 2],
  ],
};
const files = scratch();
const claim = files.file(
  'claim.json',
  JSON.stringify({ format: 'relu-atlas-claim', version: 1, claim: 'count', of: 'cells', count: 99 }),
);
/** On the box from -1 to 1 its outputs are x, -x and y, and a crease that none of them sees cuts at y = -1/2. */
const CLASSES = files.file(
  'classes.json',
  JSON.stringify({
    format: 'relu-atlas-network',
    version: 1,
    inputs: 2,
    layers: [
      {
        weights: [
          [1, 0],
          [0, 1],
          [0, 1],
        ],
        bias: [2, 2, 0.5],
        activation: 'relu',
      },
      {
        weights: [
          [1, 0, 0],
          [-1, 0, 0],
          [0, 1, 0],
        ],
        bias: [-2, 2, -2],
        activation: 'linear',
      },
    ],
  }),
);
const square = {
  box: [
    [-1, 1],
    [-1, 1],
  ],
};
/** y >= -1/3, in whose interior classes and creases meet. */
const HALF_PLANE = { inequalities: [{ a: [0, -1], b: '1/3' }] };
const query = files.file(
  'q.vnnlib',
  '(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)(assert (>= X_0 0))(assert (<= X_0 1))(assert (>= X_1 0))(assert (<= X_1 1))(assert (>= Y_0 1000))',
);

/** A command, the question that is the same, and the members that only the command, or only the oracle has. */
const CASES: readonly {
  readonly command: readonly string[];
  readonly method: string;
  readonly params: object;
  readonly ofCommand?: readonly string[];
  readonly ofOracle?: readonly string[];
}[] = [
  {
    command: ['eval', LINES, '--at=-1/3,1/3'],
    method: 'evaluate',
    params: { network: 'n2', point: ['-1/3', '1/3'] },
    ofCommand: ['at', 'output'],
  },
  {
    command: ['gradient', LINES, '--at=0,0'],
    method: 'gradient',
    params: { network: 'n2', point: [0, 0] },
    ofCommand: ['at'],
    ofOracle: ['patterns'],
  },
  {
    command: ['segment', DEMO, '--from=-1,0', '--to=1,1/3'],
    method: 'segment',
    params: { from: [-1, 0], to: [1, '1/3'] },
    ofOracle: ['pieces'],
  },
  { command: ['count', DEMO, '--box=-1/3,1x0,2'], method: 'count', params: { domain: box }, ofCommand: ['network'] },
  {
    // The oracle walks, so that it can tell how far it is and give up.
    command: ['count', LINES, '--whole', '--engine=vertex'],
    method: 'count',
    params: { network: 'n2', domain: { whole: true }, engine: 'vertex' },
    ofCommand: ['network'],
  },
  { command: ['facts', DEMO, '--box=-1/3,1x0,2'], method: 'facts', params: { domain: box } },
  { command: ['facts', LINES, '--whole'], method: 'facts', params: { network: 'n2', domain: { whole: 2 } } },
  {
    command: ['boundary', DEMO, '--box=-1/3,1x0,2', '--threshold=1/3'],
    method: 'boundary',
    params: { domain: box, threshold: '1/3' },
  },
  {
    command: ['boundary', CLASSES, '--box=-1,1', '--classes'],
    method: 'boundary',
    params: { network: 'n3', domain: square, classes: true },
  },
  {
    command: ['boundary', CLASSES, '--box=-1,1', '--output=2', '--minus=0'],
    method: 'boundary',
    params: { network: 'n3', domain: square, output: 2, minus: 0 },
  },
  {
    command: ['regions', LINES, '--box=-1,1', '--faces', '--patterns'],
    method: 'regions',
    params: {
      network: 'n2',
      domain: {
        box: [
          [-1, 1],
          [-1, 1],
        ],
      },
      faces: true,
      patterns: true,
    },
  },
  { command: ['compare', DEMO, claim], method: 'compare', params: { path: claim } },
  {
    command: ['verify', DEMO, query],
    method: 'verify',
    params: { path: query },
    ofCommand: ['query', 'networks', 'notes'],
  },
  {
    command: ['topology', CLASSES, '--box=-1,1', '--set=above', '--output=2', '--level=1/3', '--field=Z'],
    method: 'topology',
    params: { network: 'n3', domain: square, set: { kind: 'above', output: 2, level: '1/3' }, field: 'Z' },
  },
  {
    // An unbounded polytope: the answer says that a box stands for it.
    command: ['topology', CLASSES, `--domain=${JSON.stringify(HALF_PLANE)}`, '--class=0,1'],
    method: 'topology',
    params: { network: 'n3', domain: HALF_PLANE, set: { kind: 'class', classes: [0, 1] } },
  },
  {
    command: ['sample', CLASSES, '--box=-1,1', '--count=5', '--seed=3', '--class=1'],
    method: 'sample',
    params: { network: 'n3', domain: square, count: 5, seed: 3, region: { class: 1 } },
  },
  ...['sympy', 'smtlib', 'latex', 'mps', 'lp', 'minizinc'].map((language) => ({
    command: ['formula', CLASSES, '--box=-1,1', `--language=${language}`],
    method: 'formula',
    params: { network: 'n3', domain: square, language },
  })),
];

/** What differs from run to run. */
const TIMES = ['seconds', 'statistics'];

let oracle: OracleProcess;
beforeAll(async () => {
  oracle = startOracle();
  for (const path of [DEMO, LINES, CLASSES]) expect((await oracle.ask('load', { path })).error).toBeUndefined();
});
afterAll(async () => {
  oracle.end();
  await oracle.exit;
  files.dispose();
});

const without = (answer: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => !names.includes(name)));

/** The names of members, those of members of members included. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => [name, ...namesIn(part)]);
}

describe('one answer has one form', () => {
  it('files and printed reports state what they answer, and in which form', async () => {
    const out = join(files.path, 'stamped.html');
    const printed = await atlas(['report', 'fixtures/networks/demo_2-8-8-1.json', '--out', out, '--format=json']);
    const stamp = { schema: 'relu-atlas-report', version: 1, answer: 'report' };
    expect(JSON.parse(printed.stdout)).toMatchObject(stamp);
    expect(JSON.parse(readFileSync(join(files.path, 'stamped.json'), 'utf8'))).toMatchObject(stamp);
    const list = files.file('two.txt', `${resolve('fixtures/networks/demo_2-8-8-1.json')} --box=-1,1\n`);
    const table = await atlas(['report', '--table', list, '--format=json']);
    expect(JSON.parse(table.stdout)).toMatchObject({ schema: 'relu-atlas-table', version: 1, answer: 'report' });
  });

  it.each(CASES.map((one) => [`${one.command[0]} ${one.command.slice(2).join(' ')}`, one] as const))(
    '%s',
    async (_, one) => {
      const { command, method, params, ofCommand = [], ofOracle = [] } = one;
      const [printed, asked] = await Promise.all([
        atlas([...command, '--json']),
        oracle.ask(method, {
          ...(['evaluate', 'gradient', 'regions'].includes(method) ? {} : { network: 'n1' }),
          ...params,
        }),
      ]);
      expect(asked.error).toBeUndefined();
      const answer = JSON.parse(printed.stdout) as Record<string, unknown>;
      expect(answer).toMatchObject({ answer: command[0], version: 2 });
      for (const name of ofCommand) expect(answer).toHaveProperty(name);
      for (const name of ofOracle) expect(asked.result).toHaveProperty(name);
      expect(without(answer, [...TIMES, 'answer', 'version', ...ofCommand])).toEqual(
        without(asked.result, [...TIMES, ...ofOracle]),
      );
      // No member without a word in the page.
      const page = readFileSync(join(ROOT, 'docs/json.md'), 'utf8');
      for (const name of Object.keys(answer))
        expect(page).toContain(`\`${name}\``.replace('`answer`', '`"answer"`').replace('`version`', '`"version"`'));
    },
  );

  it('classes meet where the largest two of x, -x and y are equal, here and there', async () => {
    const { result } = await oracle.ask('boundary', { network: 'n3', domain: square, classes: true });
    const ends = ({ classes, points, pieces }: { classes: number[]; points: number[][]; pieces: unknown[] }) => ({
      classes,
      points: points.map(String).sort(),
      pieces: pieces.length,
    });
    expect(result.pairs.map(ends)).toEqual([
      { classes: [0, 1], points: ['0,-0.5', '0,-1', '0,0'], pieces: 2 },
      { classes: [0, 2], points: ['0,0', '1,1'], pieces: 1 },
      { classes: [1, 2], points: ['-1,1', '0,0'], pieces: 1 },
    ]);
    // Without an option the command means classes; the oracle has always meant output 0.
    const { stdout } = await atlas(['boundary', CLASSES, '--box=-1,1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ pairs: result.pairs });
    for (const beside of [{ output: 0 }, { minus: 1 }, { threshold: 0 }]) {
      const { error } = await oracle.ask('boundary', { network: 'n3', domain: square, classes: true, ...beside });
      expect(error).toMatchObject({ code: -32602, message: expect.stringMatching(/expected classes alone/) });
    }
  });

  it('facts --integral and integrals', async () => {
    const options = ['--box=-1,1', '--integral', '--below=1/3'];
    const printed = JSON.parse((await atlas(['facts', CLASSES, ...options, '--json'])).stdout);
    const { result } = await oracle.ask('integrals', { network: 'n3', domain: square, below: ['1/3'] });
    expect(printed.integral).toEqual(without(result, ['domain']));
    // The outputs are x, -x and y, the largest of which is |x| or y, symmetrically in x.
    expect(printed.integral).toMatchObject({ volume: 4, classes: [1.5, 1.5, 1] });
    const about = [0, 0, 0].map((mean) => ({ mean, variance: '1/3', below: [{ at: '1/3', probability: '2/3' }] }));
    expect(printed.integral.outputs).toMatchObject(about);
  });

  it('info and load', async () => {
    const { stdout } = await atlas(['info', DEMO, '--json']);
    const { result } = await oracle.ask('load', { path: DEMO });
    expect(JSON.parse(stdout)).toMatchObject(without(result, ['network', 'closed']));
  });

  it('certificates: count writes, check reads, each here and there', async () => {
    const [here, there] = [join(files.path, 'here.cert'), join(files.path, 'there.cert')];
    const printed = JSON.parse((await atlas(['count', DEMO, '--certificate', here, '--json'])).stdout);
    const { result } = await oracle.ask('count', { network: 'n1', certificate: there });
    expect(without(printed.certificate, ['file'])).toEqual(without(result.certificate, ['file']));
    const checked = JSON.parse((await atlas(['check', DEMO, there, '--json'])).stdout);
    const again = await oracle.ask('check', { network: 'n1', path: here });
    expect(without(checked, ['seconds', 'answer', 'version'])).toEqual(without(again.result, ['seconds']));
    // Neither writes over what it reads, or what something else has made.
    for (const file of [DEMO, claim]) {
      expect((await oracle.ask('count', { network: 'n1', certificate: file })).error).toMatchObject({ code: -32602 });
    }
  });

  it('cells of the oracle have the members of cells in files', async () => {
    const out = join(files.path, 'cells.jsonl');
    expect(
      (
        await atlas([
          'partition',
          LINES,
          '--box=-1,1',
          '--fields=pattern,witness,map,vertices,faces,volume',
          '--out',
          out,
        ])
      ).code,
    ).toBe(0);
    const lines = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const details = ['map', 'vertices', 'faces', 'volume'];
    const before = oracle.received.length;
    // The request's id names its pages where no token does.
    const { id, result } = await oracle.ask('partition', {
      network: 'n2',
      domain: {
        box: [
          [-1, 1],
          [-1, 1],
        ],
      },
      details,
    });
    expect(result).toMatchObject({ cells: 16, complete: true });
    const pages = oracle.received.slice(before) as {
      method?: string;
      params?: { token: unknown; cells: Record<string, unknown>[] };
    }[];
    const cells = pages
      .filter(({ method, params }) => method === '$/partition' && params!.token === id)
      .flatMap(({ params }) => params!.cells);
    expect(cells.map((cell, k) => ({ id: k, ...without(cell, ['map', 'inside']) }))).toEqual(lines);
    expect(namesIn(cells[0])).toEqual(expect.arrayContaining(['inside', 'map']));
  });

  it('a network is named by a handle, a file or its content, or is the only one', async () => {
    const own = startOracle();
    const point = [0.25, 0.5];
    const answers = [
      await own.ask('pattern', { network: { path: LINES }, point }),
      await own.ask('pattern', { point }),
      await own.ask('pattern', { network: { path: LINES }, point }),
      await own.ask('pattern', { network: JSON.parse(readFileSync(join(ROOT, LINES), 'utf8')), point }),
    ];
    for (const { result } of answers) expect(result).toEqual(answers[0]!.result);
    // The file was loaded once, the content once.
    expect((await own.ask('pattern', { point })).error).toMatchObject({
      code: -32001,
      message: expect.stringMatching(/2 that are loaded/),
    });
    own.end();
    expect(await own.exit).toBe(0);
  });
});
