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
const PACKAGE = join(CLIENTS, 'python');
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
import relu_atlas as ra
command = sys.argv[2:4]
net_file = sys.argv[4]
`;

/** The JSON that a program prints. */
async function printed(program: string): Promise<unknown> {
  const outcome = await python('-c', PREAMBLE + program, PACKAGE, process.execPath, COMMAND, DEMO);
  expect({ code: outcome!.code, stderr: outcome!.stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(outcome!.stdout);
}

describe.skipIf(!hasPython)('the client', () => {
  it('gets the exact outputs at floats, fractions and texts, in batches and one by one', async () => {
    const said = (await printed(`
points = [[0.1, Fraction(1, 3)], ["-2/7", 0], [1e-300, -1]] + [[k / 1000, 0.5] for k in range(1200)]
with ra.Oracle(command) as oracle:
    net = ra.load(net_file, oracle)
    exact = net.evaluate(points)
    assert net.evaluate(points[0]) == exact[0]
    said = oracle.batch([("evaluate", {"network": net.token(), "point": point}) for point in points])
    assert all(isinstance(x, float) for x in said[0]["double"] + said[0]["float32"])
    assert abs(exact[0][0] - Fraction(said[0]["double"][0])) < Fraction(1, 2**50)
    print(json.dumps({"shape": net.shape, "exact": [[str(x) for x in v] for v in exact], "double": [v["double"] for v in said]}))
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
with ra.Oracle(command) as oracle:
    net = ra.load(net_file, oracle)
    def notice(method, params):
        if method == "$/partition":
            pages.append(len(params["cells"]))
            oracle.acknowledge(params["token"])
    result = oracle.call("partition", notice, network=net.token(), token="p", page=40, window=1)
    codes = []
    for ask in (lambda: net.evaluate([0]), lambda: oracle.call("no such thing"), lambda: ra.load("missing.json", oracle)):
        try:
            ask()
        except ra.ReluAtlasError as error:
            codes.append(error.code)
    print(json.dumps([pages, {name: result[name] for name in ("cells", "pages", "complete")}, codes]))
`);
    // 104 cells: brute force (fixtures/README.md).
    expect(said).toEqual([[40, 40, 24], { cells: 104, pages: 3, complete: true }, [-32602, -32601, -32002]]);
  });

  it('ends with an error, not for ever, if the server ends', async () => {
    const said = await printed(`
oracle = ra.Oracle(["${process.execPath}", "-e", "process.exit(5)"])
oracle._process.wait()
try:
    oracle.call("load", path=net_file)
except ra.ReluAtlasError as error:
    print(json.dumps("ended"))
`);
    expect(said).toBe('ended');
  });
});

/** Whatever an answer holds: no exact number is left as a float or a text. */
const LEFT = `
def left(answer, path=""):
    if isinstance(answer, dict):
        return [at for name, entry in answer.items() for at in left(entry, path + "." + name)]
    if isinstance(answer, list):
        return [at for entry in answer for at in left(entry, path + "[]")]
    rounded = path.split(".")[-1].rstrip("[]") in ("double", "float32", "seconds", "bytesPerCell")
    text = isinstance(answer, str) and answer.lstrip("-")[:1].isdigit() and "/" in answer
    return [path] if not rounded and (isinstance(answer, float) or text) else []
`;

describe.skipIf(!hasPython)('every exact number is a Fraction', () => {
  it('in the answers to all questions', async () => {
    const said = await printed(`${LEFT}
with ra.Oracle(command) as oracle:
    net = ra.load(net_file, oracle)
    box = ([Fraction(-1), Fraction(1, 3)], [-1, 1])
    answers = {
        "gradient": net.gradient([0, 0]),
        "locate": net.locate([Fraction(1, 7), 0.3], box, details=["map", "inequalities", "facets", "vertices", "faces", "volume"]),
        "segment": net.segment([-1, -1], [1, Fraction(2, 3)]),
        "facts": net.facts(box),
        "boundary": net.boundary(box, output=0, threshold="1/3"),
        "regions": net.regions(box),
    }
    cells = list(net.partition(box, fields=["map", "facets", "vertices", "faces", "volume"]))
    whole = [cell.volume for cell in cells]
    assert all(isinstance(x, Fraction) for cell in cells for row in cell.vertices + cell.jacobian for x in row)
    assert all(sorted(set(v for face in cell.faces for v in face)) == list(range(len(cell.vertices))) for cell in cells)
    found = {name: left(answer) for name, answer in answers.items()}
    lengths = {name: str(answer).count("Fraction(") > 0 for name, answer in answers.items()}
    print(json.dumps([found, lengths, str(sum(whole))]))
`);
    const every = (value: unknown) =>
      Object.fromEntries(
        ['gradient', 'locate', 'segment', 'facts', 'boundary', 'regions'].map((name) => [name, value]),
      );
    // The box has sides 4/3 and 2.
    expect(said).toEqual([every([]), every(true), '8/3']);
  });
});

describe.skipIf(!hasNumpy)('the example with NumPy', () => {
  const example = readFileSync(join(CLIENTS, 'check_numpy.py'), 'utf8');

  /** Runs the example, or a changed copy of it, on the demo network. */
  async function check(text: string): Promise<Outcome> {
    const program = `import sys\nsys.path.insert(0, ${JSON.stringify(PACKAGE)})\n${text}`;
    const file = join(files.path, 'example.py');
    writeFileSync(file, program);
    return (await python(file, DEMO))!;
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
