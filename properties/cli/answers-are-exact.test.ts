/**
 * The commands as a user runs them. Expected counts are those of the fixtures (brute force and hand counts, see
 * fixtures/README.md); expected values of `eval` are computed by hand in the comments.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { absolute, add, compare, formatRational, parseRational, type Rational, ZERO } from '../../src/exact/index.js';
import { atlas, COMMAND, ROOT, run, scratch } from '../support/setup/command.js';

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const files = scratch();
afterAll(() => files.dispose());

interface Expected {
  readonly cells: number;
  readonly cellsPerLayer: readonly number[];
}

function expectedOf(file: string): Expected {
  return (JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { expected: Expected }).expected;
}

async function json(args: readonly string[]) {
  const { code, stdout, stderr } = await atlas([...args, '--format=json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('count', () => {
  it('reports the exact count with the keys that scripts rely on', async () => {
    const report = await json(['count', DEMO]);
    const { cells, cellsPerLayer } = expectedOf(DEMO);
    expect(report).toMatchObject({ cells, cellsPerLayer, exact: true, complete: true, engine: expect.any(String) });
    expect(report.domain).toEqual({
      box: [
        [-1, 1],
        [-1, 1],
      ],
    });
    expect(report.seconds).toBeGreaterThan(0);
    const { double, exact, ...stages } = report.decisions;
    const total = Object.values<number>(stages).reduce((sum, n) => sum + n, 0);
    expect(double + exact).toBe(total);
    expect(total).toBeGreaterThan(0);
  });

  it('says in text what is counted, on what, and how', async () => {
    const { code, stdout, stderr } = await atlas(['count', DEMO]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { cells, cellsPerLayer } = expectedOf(DEMO);
    expect(stdout).toMatch(new RegExp(`^cells +${cells} \\(exact\\)$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^per layer +${cellsPerLayer.join(' ')}$`, 'm'));
    expect(stdout).toMatch(/^domain +box \[-1, 1\]\^2 \(of the file\)$/m);
    expect(stdout).toMatch(/^engine +\w+/m);
  });

  it('takes the same box from every kind of option', async () => {
    const domain = files.file('box.json', '{"box":[[-1,1],[-1,1]]}');
    const vnnlib = files.file(
      'box.vnnlib',
      `(declare-const X_0 Real)(declare-const X_1 Real)(declare-const Y_0 Real)
       (assert (>= X_0 -1.0))(assert (<= X_0 1.0))(assert (>= X_1 -1.0))(assert (<= X_1 1.0))`,
    );
    const options = ['--box=-1,1', '--box=-1,1x-2/2,1.0', `--domain=${domain}`, `--domain=${vnnlib}`];
    const reports = await Promise.all(options.map((option) => json(['count', DEMO, option])));
    for (const { cells, domain } of reports) {
      expect(cells).toBe(expectedOf(DEMO).cells);
      expect(domain).toEqual(reports[0].domain);
    }
  });

  it('reads a negative box whose sign follows a space', async () => {
    expect((await json(['count', DEMO, '--box', '-1,1'])).cells).toBe(expectedOf(DEMO).cells);
  });

  it('counts the whole space, with either solver, with any number of workers', async () => {
    const resonance = 'fixtures/networks/resonance_4.json';
    const runs = [[], ['--lp=glpk'], ['--workers=1'], ['--engine=lp', '--workers=2'], ['--engine=vertex']];
    for (const options of runs) {
      const { cells, domain } = await json(['count', resonance, '--whole', ...options]);
      // OEIS A034997(4) = 370
      expect({ cells, domain }).toEqual({ cells: 370, domain: { whole: 4 } });
    }
  });

  it('fixes an input whose interval is one point', async () => {
    // relu(x - y) on y = 1/2, 0 <= x <= 1: the crease x = 1/2 cuts the segment once.
    const net = files.file(
      'difference.json',
      '{"layers":[{"weights":[[1,-1]],"bias":[0]},{"weights":[[1]],"bias":[0]}]}',
    );
    expect(await json(['count', net, '--box=0,1x1/2,1/2'])).toMatchObject({ cells: 2, cellsPerLayer: [2] });
    // On y = 1 it only touches the end.
    expect(await json(['count', net, '--box=0,1x1,1'])).toMatchObject({ cells: 1, cellsPerLayer: [1] });
  });

  it('leaves a silent success when its reader goes away', async () => {
    const { stdout } = await run('bash', [
      '-c',
      `"${process.execPath}" "${COMMAND}" eval ${DEMO} --at=0,0 --gradient | head -1; echo "\${PIPESTATUS[0]}"`,
    ]);
    expect(stdout).toMatch(/^at +0, 0\n0\n$/);
  });
});

describe('certificates', () => {
  it('are accepted for their network and refused, with exit 3, for anything else', async () => {
    const certificate = join(files.path, 'demo.cert');
    const report = await json(['count', DEMO, '--certificate', certificate]);
    const bytes = readFileSync(certificate);
    expect(report.certificate).toMatchObject({ file: certificate, bytes: bytes.length });
    const accepted = await json(['check', DEMO, certificate]);
    const { cells, cellsPerLayer } = expectedOf(DEMO);
    expect(accepted).toMatchObject({ accepted: true, cells, cellsPerLayer, verified: { witnesses: cells } });
    expect(accepted.sha256).toBe(report.certificate.sha256);

    const text = await atlas(['check', DEMO, certificate]);
    expect(text.stdout).toMatch(new RegExp(`^cells +${cells} \\(proved\\)$`, 'm'));

    const other = await atlas(['check', 'fixtures/networks/demo_3-5-4-1.json', certificate]);
    expect(other.code).toBe(3);
    expect(other.stdout).toMatch(/^refused: .*another network/);

    const content = gunzipSync(bytes);
    // The first leaf after the header: its first split is made one of another neuron.
    const start = content.indexOf(10) + 1;
    const changed = Buffer.from(content);
    const split = changed.indexOf(1, start);
    changed[split + 1] = (changed[split + 1]! + 1) % 8;
    const forged = join(files.path, 'forged.cert');
    writeFileSync(forged, gzipSync(changed));
    const refused = await atlas(['check', DEMO, forged, '--format=json']);
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      accepted: false,
      path: expect.any(String),
      reason: expect.any(String),
    });

    writeFileSync(forged, bytes.subarray(0, bytes.length - 20));
    expect((await atlas(['check', DEMO, forged])).code).toBe(3);
  });
});

describe('eval', () => {
  // y = relu(x0 - x1/3) - 2 relu(x1) + 1/2
  const net = files.file(
    'small.json',
    '{"layers":[{"weights":[["1","-1/3"],[0,1]],"bias":[0,0]},{"weights":[[1,-2]],"bias":[0.5]}]}',
  );

  it('gives exact values, as a rational and as a decimal', async () => {
    // At (1, -1): relu(4/3) + 0 + 1/2 = 11/6.
    const report = await json(['eval', net, '--at=1,-1']);
    expect(report.output).toEqual([{ rational: '11/6', decimal: '1.8333333333333333333', decimalIsExact: false }]);
    expect(report.pattern).toBe('+-');
    // At (-1, 1): 0 - 2 + 1/2 = -3/2.
    const short = await json(['eval', net, '--at', '-1,1']);
    expect(short.output).toEqual([{ rational: '-3/2', decimal: '-1.5', decimalIsExact: true }]);
  });

  it("takes relu'(0) = 0 in the Jacobian and names the neurons on their crease", async () => {
    // At (1/3, 1) neuron 0:0 is exactly 0: only -2 relu(x1) counts.
    const report = await json(['eval', net, '--at=1/3,1', '--gradient']);
    expect(report).toMatchObject({ pattern: '0+', onCrease: [[0, 0]], conventional: [[0, -2]] });
    // 1/3 in doubles is not 1/3: the neuron is beside its crease.
    const beside = await json(['eval', net, '--at=0.3333333333333333,1', '--gradient']);
    expect(beside).toMatchObject({ pattern: '-+', onCrease: [] });
    const text = await atlas(['eval', net, '--at=1/3,1', '--gradient']);
    expect(text.stdout).toMatch(/^on crease +0:0 /m);
    expect(text.stdout).toMatch(/^d output 0 \/ d input 1 +-2$/m);
  });
});

describe('info', () => {
  it('describes the shape, the activations, the exactness of the weights and the domain', async () => {
    const report = await json(['info', DEMO]);
    expect(report).toMatchObject({
      shape: '2-8-8-1',
      inputs: 2,
      outputs: 1,
      neurons: 16,
      layers: [{ activations: ['relu'] }, { activations: ['relu'] }],
      weights: { doubles: true, float32: true, dyadic: true, numbers: 2 * 8 + 8 + 8 * 8 + 8 + 8 + 1 },
      domain: {
        box: [
          [-1, 1],
          [-1, 1],
        ],
      },
    });
    const text = await atlas(['info', DEMO]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^layer 1 +8 neurons, relu$/m);
  });

  it('tells rationals from doubles', async () => {
    const net = files.file('third.json', '{"layers":[{"weights":[["1/3"]],"bias":[0]},{"weights":[[1]],"bias":[0]}]}');
    expect(await json(['info', net])).toMatchObject({ weights: { doubles: false, dyadic: false }, domain: null });
  });
});

describe('help', () => {
  it('is no error when asked for', async () => {
    for (const args of [['--help'], ['count', '--help'], ['help', 'eval'], ['--version']]) {
      const { code, stdout, stderr } = await atlas(args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      expect(stdout.length).toBeGreaterThan(4);
    }
  });
});

describe('numbers that are looked at', () => {
  // 5033165 / 2^24, the float32 next to 0.3: exact with 24 digits, which nobody reads.
  const net = files.file(
    'next-to-0.3.json',
    '{"layers":[{"weights":[["5033165/16777216"]],"bias":[0]},{"weights":[[1]],"bias":[0]}]}',
  );

  it.each([
    [[], '~ 0.3 = 5033165/16777216'],
    [['--digits=9'], '~ 0.300000012 = 5033165/16777216'],
    [['--digits=24'], '0.300000011920928955078125 = 5033165/16777216'],
  ])('have the digits that are asked for: %j', async (digits, shown) => {
    expect((await atlas(['eval', net, '--at=1', ...digits])).stdout).toContain(`output 0   ${shown}\n`);
  });

  it('a Lipschitz constant is that of the gradient around the point named with it', async () => {
    const { lipschitz } = await json(['facts', DEMO, '--quiet']);
    const most = (sizes: readonly Rational[]) => sizes.reduce((a, b) => (compare(a, b) < 0 ? b : a));
    const sum = (sizes: readonly Rational[]) => sizes.reduce(add, ZERO);
    for (const [norm, of] of [['l1', most] as const, ['linf', sum] as const]) {
      const { value, around } = lipschitz[norm];
      const { conventional, onCrease } = await json(['eval', DEMO, '--gradient', `--at=${around.join(',')}`]);
      expect(onCrease).toEqual([]);
      const sizes = conventional[0].map((slope: string | number) => absolute(parseRational(String(slope))));
      expect(formatRational(of(sizes))).toBe(String(value));
    }
  });
});
