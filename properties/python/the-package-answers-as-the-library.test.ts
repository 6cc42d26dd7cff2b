/**
 * What Python asks through its package is answered exactly, for networks of every kind that it has (lists of Fractions and
 * arrays, torch modules, files), in one warm process.
 *
 * The expected values are in the Python tests (fixtures/clients/python/tests): arithmetic of their own in Fractions, torch in double
 * precision, arrangements with closed forms. They run here with the python3 that has most of NumPy, matplotlib, pandas and torch; what none has is
 * skipped and named. The package is also installed from its folder, without a network, and used from somewhere else.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Outcome, ROOT, run, scratch } from '../support/setup/command.js';

const PACKAGE = join(ROOT, 'fixtures/clients/python');
const OPTIONAL = ['numpy', 'matplotlib', 'pandas', 'torch'];
const PROBE = `import sys, importlib.util as u; assert sys.version_info >= (3, 9); print(*(n for n in sys.argv[1:] if u.find_spec(n)))`;
const files = scratch();
afterAll(() => files.dispose());

/** A program with arguments; undefined where it is missing. */
async function started(program: string, ...args: string[]): Promise<Outcome | undefined> {
  try {
    return await run(program, args, { cwd: PACKAGE });
  } catch {
    return undefined;
  }
}

interface Python {
  readonly program: string;
  readonly modules: readonly string[];
}

/** A machine may have several: Debian's has its packages, another one may stand before it on the PATH. */
async function bestPython(): Promise<Python | undefined> {
  const found: Python[] = [];
  for (const program of ['python3', '/usr/bin/python3']) {
    const said = await started(program, '-B', '-c', PROBE, ...OPTIONAL);
    if (said?.code === 0) found.push({ program, modules: said.stdout.trim().split(' ').filter(Boolean) });
  }
  return found.sort((a, b) => b.modules.length - a.modules.length)[0];
}

const python = await bestPython();
if (python === undefined) console.warn('properties: no python3 (3.9 or newer) here; the Python package is not tested');
else {
  const missing = OPTIONAL.filter((name) => !python.modules.includes(name));
  if (missing.length > 0)
    console.warn(`properties: python3 has no ${missing.join(', ')}; what needs them is not tested`);
}

describe.skipIf(python === undefined)('the Python package', () => {
  it('passes its tests', async () => {
    // In one process, since torch takes longer to import than most tests.
    const names = ['test_networks', 'test_questions', 'test_partition', 'test_examples'].map((name) => `tests.${name}`);
    const outcome = await started(python!.program, '-B', '-W', 'ignore', '-m', 'unittest', '-v', ...names);
    expect(outcome!.code, outcome!.stderr).toBe(0);
    for (const name of names) expect(outcome!.stderr).toMatch(new RegExp(`\\(${name}\\..*\\) \\.\\.\\. (ok|skipped)`));
    const complete = OPTIONAL.every((module) => python!.modules.includes(module));
    if (complete) expect(outcome!.stderr).not.toMatch(/skipped/);
  });

  it('is installed without a network and finds relu-atlas and Node from anywhere', async ({ skip }) => {
    if ((await started(python!.program, '-m', 'pip', '--version'))?.code !== 0) skip('python3 has no pip');
    const target = mkdtempSync(join(files.path, 'site-'));
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-index', '--no-deps', '--target', target, PACKAGE];
    const installed = await started(python!.program, ...pip);
    expect(installed!.code, installed!.stderr).toBe(0);
    const script = join(files.path, 'elsewhere.py');
    writeFileSync(
      script,
      `import sys\nsys.path.insert(0, ${JSON.stringify(target)})\nimport relu_atlas as ra\nprint(ra.count([([[1]], [0]), ([[1]], [0])], box=(-1, 1)).cells, ra.__file__)\n`,
    );
    const said = await run(python!.program, [script], { cwd: files.path });
    expect({ code: said.code, stderr: said.stderr }).toEqual({ code: 0, stderr: '' });
    expect(said.stdout.trim()).toBe(`2 ${join(target, 'relu_atlas/__init__.py')}`);
    rmSync(target, { recursive: true });
  });
});
