/**
 * The Python client gets from the oracle what the library says, and its example tells a right re-implementation from one
 * that is wrong in one place.
 *
 * Skipped where there is no python3; what needs NumPy is skipped where python3 has none.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatRational } from '../../src/exact/rational.js';
import { readNetwork } from '../../src/formats/read.js';
import { Oracle } from '../../src/oracle/questions/oracle.js';
import { COMMAND, type Outcome, ROOT, run, scratch } from '../support/setup/command.js';

const CLIENTS = join(ROOT, 'fixtures/clients');
const DEMO = join(ROOT, 'fixtures/networks/demo_2-8-8-1.json');
const files = scratch();
afterAll(() => files.dispose());

/** Runs python3 with arguments; nothing is written beside the client. */
async function python(...args: string[]): Promise<Outcome | undefined> {
  try {
    return await run('python3', ['-B', ...args]);
  } catch {
    return undefined;
  }
}

const hasPython = (await python('-c', 'import sys; assert sys.version_info >= (3, 9)'))?.code === 0;
const hasNumpy = hasPython && (await python('-c', 'import numpy'))?.code === 0;
if (!hasPython) console.warn('properties: no python3 (3.9 or newer) here; the Python client is not tested');
else if (!hasNumpy)
  console.warn('properties: python3 has no NumPy here; the example of the Python client is not tested');

const PREAMBLE = `
import json, sys
from fractions import Fraction
sys.path.insert(0, sys.argv[1])
from relu_atlas import Oracle, OracleError
command = sys.argv[2:4] + ["oracle"]
net_file = sys.argv[4]
`;

/** The JSON that a program prints. */
async function printed(program: string): Promise<unknown> {
  const outcome = await python('-c', PREAMBLE + program, CLIENTS, process.execPath, COMMAND, DEMO);
  expect({ code: outcome!.code, stderr: outcome!.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(outcome!.stdout);
}

describe.skipIf(!hasPython)('the client', () => {
  it('gets the exact outputs at floats, fractions and texts, in batches and one by one', async () => {
    const said = (await printed(`
points = [[0.1, Fraction(1, 3)], ["-2/7", 0], [1e-300, -1]] + [[k / 1000, 0.5] for k in range(1200)]
with Oracle(command) as oracle:
    net = oracle.load(net_file)
    many = net.evaluate_many(points)
    one = net.evaluate(points[0])
    assert one == many[0] and all(isinstance(x, float) for x in one["double"] + one["float32"])
    assert abs(one["exact"][0] - Fraction(one["double"][0])) < Fraction(1, 2**50)
    print(json.dumps({"shape": net.info["shape"], "exact": [[str(x) for x in v["exact"]] for v in many], "double": [v["double"] for v in many]}))
`)) as { shape: string; exact: string[][]; double: number[][] };
    const oracle = new Oracle((await readNetwork(DEMO)).network);
    const points = [
      [0.1, '1/3'],
      ['-2/7', 0],
      [1e-300, -1],
      ...Array.from({ length: 1200 }, (_, k) => [k / 1000, 0.5]),
    ];
    const values = points.map((point) => oracle.evaluate(point));
    expect(said.shape).toBe('2-8-8-1');
    expect(said.exact).toEqual(values.map(({ exact }) => exact.map(formatRational)));
    expect(said.double).toEqual(values.map(({ double }) => double));
  });

  it('passes on pages and progress, acknowledges, and raises what the server refuses', async () => {
    const said = await printed(`
pages = []
def notice(method, params):
    if method == "$/partition":
        pages.append(len(params["cells"]))
        oracle.acknowledge(params["token"])
with Oracle(command, notice) as oracle:
    net = oracle.load(net_file)
    result = net.partition(token="p", page=40, window=1)
    codes = []
    for ask in (lambda: net.evaluate([0]), lambda: oracle.call("no such thing"), lambda: oracle.load("missing.json")):
        try:
            ask()
        except OracleError as error:
            codes.append(error.code)
    print(json.dumps([pages, result, codes]))
`);
    // 104 cells: brute force (fixtures/README.md).
    expect(said).toEqual([[40, 40, 24], { cells: 104, pages: 3, complete: true }, [-32602, -32601, -32002]]);
  });

  it('ends with an error, not for ever, if the server ends', async () => {
    const said = await printed(`
oracle = Oracle(["${process.execPath}", "-e", "process.exit(5)"])
oracle._process.wait()
try:
    oracle.call("load", path=net_file)
except (OracleError, BrokenPipeError) as error:
    print(json.dumps("ended"))
oracle._process.stdin = None
`);
    expect(said).toBe('ended');
  });
});

describe.skipIf(!hasNumpy)('the example with NumPy', () => {
  const example = readFileSync(join(CLIENTS, 'check_numpy.py'), 'utf8');

  /** Runs the example, or a changed copy of it, on the demo network. */
  async function check(text: string): Promise<Outcome> {
    const program = `import sys\nsys.path.insert(0, ${JSON.stringify(CLIENTS)})\n${text}`;
    const file = join(files.path, 'example.py');
    writeFileSync(file, program);
    return (await python(file, DEMO, process.execPath, COMMAND, 'oracle'))!;
  }

  it('accepts the right re-implementation', async () => {
    expect(await check(example)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^200 points agree with the exact values to 1e-5; \d+ cells\n$/),
      stderr: '',
    });
  });

  it('finds a leaky slope where the network has none, and says where', async () => {
    const wrong = example.replace('numpy.maximum(x, 0)', 'numpy.maximum(x, x / 100)');
    expect(wrong).not.toBe(example);
    const { code, stderr } = await check(wrong);
    expect(code).toBe(1);
    expect(stderr).toMatch(/AssertionError: at \[-?[\d.]+, -?[\d.]+\]: off by [\d.e-]+; right is \[-?[\d.]+\]/);
  });
});
