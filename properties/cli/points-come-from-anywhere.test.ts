/**
 * Theorem. A list of points means the same wherever it stands: on the command line, in a .csv, .json or .npy file, or on
 * standard input; and `eval`, `gradient`, `--plane` and `--through` take it from each.
 *
 * Expected values are worked out by hand for y = relu(x0 - x1) + 1.
 *
 * Source: definition of the formats; NumPy's format description, version 1.0.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { atlas, COMMAND, run, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

const NET = files.file('net.json', '{"layers":[{"weights":[[1,-1]],"bias":[0]},{"weights":[[1]],"bias":[1]}]}');
const POINTS = [
  [2, 0.5],
  [0, 1],
  [-1, -1],
];
const OUTPUTS = ['5/2', '1', '1'];

/** A .npy of doubles, written down from the format's description. */
function npy(rows: readonly (readonly number[])[]): Uint8Array {
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0]!.length}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const head = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([padded.length, 0])]);
  const data = Buffer.from(Float64Array.from(rows.flat()).buffer);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), data]);
}

const lines = POINTS.map((point) => point.join(',')).join('\n');
const SOURCES: readonly (readonly [string, string])[] = [
  ['an option', POINTS.map((point) => point.join(',')).join(';')],
  ['a .csv with names', files.file('named.csv', `x0, x1\n${lines}\n`)],
  ['a .csv of Windows', files.file('windows.csv', `\ufeff${lines.replaceAll('\n', '\r\n')}\r\n`)],
  ['a .txt as numpy.savetxt writes it', files.file('saved.txt', `# x0 x1\n${lines.replaceAll(',', ' ')}\n`)],
  ['a .json', files.file('points.json', JSON.stringify(POINTS))],
  ['a .npy', files.file('points.npy', npy(POINTS))],
];

async function records(args: readonly string[]) {
  const { code, stdout, stderr } = await atlas([...args, '--format=json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('points', () => {
  it.each(SOURCES)('are evaluated from %s', async (_, source) => {
    const answers = await records(['eval', NET, `--at=${source}`]);
    expect(answers.map(({ output }) => output[0].rational)).toEqual(OUTPUTS);
  });

  it('are evaluated from the standard input', async () => {
    const script = `printf '%s\\n' '2,1/2' '0,1' '-1,-1' | "${process.execPath}" "${COMMAND}" eval ${NET} --at=- --format=json`;
    const { stdout } = await run('bash', ['-c', script]);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).output[0].rational),
    ).toEqual(OUTPUTS);
  });

  it('have gradients, all around a crease', async () => {
    const answers = await records(['gradient', NET, `--at=${SOURCES[1]![1]}`]);
    expect(answers.map(({ jacobians }) => jacobians.length)).toEqual([1, 1, 2]);
  });

  it.each(SOURCES)('span a slice from %s', async (_, source) => {
    // On p + s (q - p) + t (r - p) the pre-activation is 3/2 - 5/2 s - 3/2 t: it cuts the unit square in two.
    const [{ cells }] = await records(['count', NET, `--through=${source}`, '--box=0,1']);
    expect(cells).toBe(2);
  });

  it.each([
    ['a line that is too short', 'short.csv', '1,2\n3\n', /short\.csv: line 2: expected 2 coordinates.*got 1 in "3"/],
    ['what is no number', 'word.csv', '1,2\n3,x\n', /word\.csv: line 2, coordinate 1: expected a number/],
    ['nothing', 'empty.csv', '\n', /expected a point per line, got none/],
    ['names', 'names.csv', 'a,b\n', /expected a point per line, got a line of names only, "a,b"/],
    [
      'a number that is mistyped in the first line',
      'first.csv',
      '1,2x\n3,a4\n',
      /first\.csv: line 1, coordinate 1: expected a number/,
    ],
    ['a name beside a number', 'beside.csv', '1,x\n', /beside\.csv: line 1, coordinate 1: expected a number/],
    ['an array of other shape', 'wide.npy', npy([[1, 2, 3]]), /expected an array of shape \[n, 2\], got \[1,3\]/],
  ])('are not %s', async (_, name, content, message) => {
    const { code, stdout, stderr } = await atlas(['eval', NET, `--at=${files.file(name, content)}`]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

it('the header that pandas writes is asked about', async () => {
  const { stderr } = await atlas(['eval', NET, `--at=${files.file('frame.csv', '0,1\n2,3\n')}`]);
  expect(stderr).toMatch(
    /^relu-atlas: warning: .*frame\.csv: line 1 is taken as a point; if it is the header that pandas writes/,
  );
});

describe('compare --tolerance', () => {
  const claim = (y: number) =>
    files.file(
      `claim-${y}.json`,
      JSON.stringify({
        format: 'relu-atlas-claim',
        version: 1,
        claim: 'values',
        values: [{ point: [2, 0.5], outputs: [y] }],
      }),
    );

  it('allows an error up to it and no more, and says which would do', async () => {
    const wrong = await atlas(['compare', NET, claim(2.5003), '--box=-1,1']);
    expect(wrong.code).toBe(3);
    expect(wrong.stdout).toMatch(/^hint +with --tolerance=0\.0003|^hint +with --tolerance=0\.0004/m);
    const hinted = /--tolerance=(\S+)/.exec(wrong.stdout)![1]!;
    expect((await atlas(['compare', NET, claim(2.5003), '--box=-1,1', `--tolerance=${hinted}`])).code).toBe(0);
    expect((await atlas(['compare', NET, claim(2.5003), '--box=-1,1', '--tolerance=0.0002'])).code).toBe(3);
  });

  it('is told for polytopes too: the least at which all of them are cells, never if more is wrong', async () => {
    const net = files.file('line.json', '{"layers":[{"weights":[[1]],"bias":["-1/3"]},{"weights":[[1]],"bias":[0]}]}');
    const claimed = (...cells: readonly (readonly (readonly number[])[])[]) =>
      files.file(
        'polytopes.json',
        JSON.stringify({
          format: 'relu-atlas-claim',
          version: 1,
          claim: 'cells',
          cells: cells.map((vertices) => ({ vertices })),
        }),
      );
    const ask = (file: string, ...more: readonly string[]) => atlas(['compare', net, file, '--box=-1,1', ...more]);
    // The crease is at 1/3: 0.33 is off by 0.00333..., 0.334 by 0.000666...
    const rounded = claimed([[-1], [0.33]], [[0.334], [1]]);
    const { code, stdout } = await ask(rounded);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^hint +with --tolerance=0\.004 the polytopes agree$/m);
    expect((await ask(rounded, '--tolerance=0.004')).code).toBe(0);
    expect((await ask(rounded, '--tolerance=0.003')).code).toBe(3);
    for (const more of [claimed([[-1], [0.33]]), claimed([[-1], [0.33]], [[-1], [0.33]], [[0.334], [1]])])
      expect((await ask(more)).stdout).not.toMatch(/^hint/m);
  });

  it('is told for maps too, and never undoes the precision that the claim states', async () => {
    const net = files.file('ramp.json', '{"layers":[{"weights":[[1]],"bias":["-1/3"]},{"weights":[[1]],"bias":[0]}]}');
    const head = { format: 'relu-atlas-claim', version: 1 };
    const [flat, steep] = [0, 1.0003].map((slope) => ({ jacobian: [[slope]], constant: [slope === 0 ? 0 : '-1/3'] }));
    const ask = (claimed: object, ...more: readonly string[]) =>
      atlas(['compare', net, files.file('maps.json', JSON.stringify({ ...head, ...claimed })), '--box=-1,1', ...more]);
    const patterns = [
      { pattern: '0', map: flat },
      { pattern: '1', map: steep },
    ];
    const cells = [
      { vertices: [[-1], [0.33]], map: flat },
      { vertices: [[0.33], [1]], map: steep },
    ];
    // A slope is off by 0.0003 (and the rounding of 1.0003), the crease at 1/3 by 0.00333...
    const listed = { claim: 'patterns', patterns };
    const whole = { claim: 'cells', cells };
    const stated = { claim: 'cells', cells, precision: { coordinates: '0.01' } };
    for (const [claimed, hint] of [
      [listed, /--tolerance=(0\.000[34]) the maps agree$/m],
      [whole, /--tolerance=(0\.004) the polytopes and maps agree$/m],
      [stated, /--tolerance=(0\.01) the polytopes and maps agree$/m],
    ] as const) {
      const { code, stdout } = await ask(claimed);
      expect(code).toBe(3);
      expect(stdout).toMatch(hint);
      expect((await ask(claimed, `--tolerance=${hint.exec(stdout)![1]}`)).code).toBe(0);
    }
    expect((await ask({ claim: 'patterns', patterns: [patterns[1]] })).stdout).not.toMatch(/^hint/m);
  });

  it('is nothing for a count', async () => {
    const count = files.file(
      'count.json',
      '{"format":"relu-atlas-claim","version":1,"claim":"count","of":"cells","count":2}',
    );
    const { code, stderr } = await atlas(['compare', NET, count, '--box=-1,1', '--tolerance=1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/right or wrong/);
  });
});
