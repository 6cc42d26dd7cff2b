/**
 * The package works where it is installed, not only where it was made.
 *
 * `npm pack` is asked for the tarball; it is unpacked where npm would put it, beside links to the installed dependencies,
 * because a registry cannot be assumed in a test. So what is tested is the list of files, the manifest, the executable and
 * the worker threads; not npm's resolution of version ranges, which the lock file pins.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, run, scratch } from '../support/setup/command.js';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const files = scratch();
const installed = join(files.path, 'node_modules', manifest.name);
afterAll(() => files.dispose());

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

/** The closure of the production dependencies, as the lock file has it. */
function dependencyFolders(): string[] {
  return Object.entries(lock.packages).flatMap(([path, { dev, devOptional, optional }]) =>
    path === '' || dev || devOptional || optional || path.lastIndexOf('node_modules') > 0 ? [] : [path],
  );
}

beforeAll(async () => {
  // The build is up to date (setup/built.ts); building again would disturb the tests that run at the same time.
  const { code, stderr, stdout } = await run('npm', [
    'pack',
    '--ignore-scripts',
    '--silent',
    '--pack-destination',
    files.path,
  ]);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  mkdirSync(installed, { recursive: true });
  const tarball = join(files.path, stdout.trim());
  expect((await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1'])).code).toBe(0);
  for (const path of dependencyFolders()) {
    mkdirSync(dirname(join(files.path, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(files.path, path));
  }
});

it('holds the compiled program, the fixtures, the licence and the README, and nothing else', () => {
  expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'docs', 'fixtures', 'package.json']);
  expect(manifest.license).toBe('GPL-3.0-or-later');
  expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('GNU GENERAL PUBLIC LICENSE');
});

it('what npm installs, with everything it depends on, is smaller than 25 MB', () => {
  const sizeOf = (folder: string): number =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  const sizes = [installed, ...dependencyFolders().map((path) => join(ROOT, path))].map(sizeOf);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(25e6);
});

it('every package whose code is bundled is named with its licence', () => {
  for (const file of ['dist/THIRD-PARTY.md', 'dist/browser/THIRD-PARTY.md']) {
    const notices = readFileSync(join(installed, file), 'utf8').split(/^## /m).slice(1);
    expect(notices.length).toBeGreaterThan(3);
    for (const notice of notices) expect(notice).toMatch(/^\S+ \d+\.\d+\.\d+ \(.+\)\n\n\S/);
  }
  expect(readFileSync(join(installed, 'dist/THIRD-PARTY.md'), 'utf8')).toMatch(/^## zod .*MIT/m);
});

it('its declarations need no other package: a program compiles without skipLibCheck', () => {
  const program = join(files.path, 'consumer.ts');
  writeFileSync(
    program,
    `import { cells, type ConformanceCase, type ClaimJson, countRegions, Oracle, pdf, readNetwork, report, runCount, svg } from '${manifest.name}';
// What Node and browsers declare.
declare global { interface AbortSignal { readonly aborted: boolean } }
const { network } = await readNetwork({ layers: [{ weights: [[1, '1/3']], bias: [0] }] });
for (const { pattern, witness } of cells(network, { box: [[-1, 1], [0, '2/3']] })) void [pattern, witness];
const texts: string[] = [await svg(network, '-1,1'), (await report(network, 'whole'))?.html ?? ''];
const bytes: Uint8Array = await pdf(network, [[-1, 1], [-1, 1]], { colour: 'class' });
const pieces: number = countRegions(network, { inequalities: [{ a: [1, 1], b: 1 }], box: [[-1, 1], [-1, 1]] }).pieces;
const { cells: count } = await runCount({ network, domain: '-1,1' });
export const all: { case?: ConformanceCase; claim?: ClaimJson; oracle?: Oracle } = {};
export { bytes, count, pieces, texts };
`,
  );
  for (const file of ['index', 'browser']) {
    const text = readFileSync(join(installed, `dist/types/${file}.d.ts`), 'utf8');
    const named = [...text.matchAll(/(?:from |import\()["']([^."'][^"']*)["']/g)].map(([, name]) => name);
    expect(named.filter((name) => name !== manifest.name)).toEqual([]);
  }
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: false,
    exactOptionalPropertyTypes: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  writeFileSync(join(files.path, 'package.json'), '{"type":"module"}');
  const found = ts.getPreEmitDiagnostics(ts.createProgram([program], options));
  const told = found.map(
    ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
  expect(told).toEqual([]);
});

it('the lock file has every package that its packages name, those of other platforms too, or npm ci refuses it', () => {
  const wanted = Object.values(lock.packages).flatMap(({ dependencies, optionalDependencies }) =>
    Object.keys({ ...dependencies, ...optionalDependencies }),
  );
  const locked = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  expect([...new Set(wanted)].filter((name) => !locked.has(name))).toEqual([]);
});

describe('installed elsewhere', () => {
  const executable = join(installed, manifest.bin['relu-atlas']!);

  it('the command is executable and counts, with workers and with a certificate', async () => {
    expect(statSync(executable).mode & 0o100).not.toBe(0);
    const net = join(installed, 'fixtures/networks/resonance_5.json');
    const args = ['count', net, '--whole', '--workers=2', '--certificate=here.cert', '--format=json'];
    const { code, stdout, stderr } = await run(executable, args, { cwd: files.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // OEIS A034997(5)
    expect(JSON.parse(stdout)).toMatchObject({ cells: 11292, complete: true });
    expect((await run(executable, ['check', net, 'here.cert'], { cwd: files.path })).code).toBe(0);
  });

  it('knows its version', async () => {
    expect((await run(executable, ['--version'], { cwd: files.path })).stdout).toBe(`${manifest.version}\n`);
  });

  it('the library is imported by its name', async () => {
    const program = `
      import { countCells, cube, readNetwork } from '${manifest.name}';
      const { network } = await readNetwork(process.argv[1]);
      console.log(countCells(network, cube(network.inputs, -1, 1)).cells);`;
    const net = join(installed, 'fixtures/networks/demo_2-8-8-1.json');
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', program, net], {
      cwd: files.path,
    });
    const { expected } = JSON.parse(readFileSync(net, 'utf8')) as { expected: { cells: number } };
    expect({ stdout, stderr }).toEqual({ stdout: `${expected.cells}\n`, stderr: '' });
  });
});

describe('in a checkout', () => {
  it('npx runs the command', async () => {
    // In a new checkout npx links the package into its cache first, and would build it again below the other tests.
    const { code, stdout } = await run('npx', ['--ignore-scripts', 'relu-atlas', '--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${manifest.version}\n` });
  });

  it('npm start counts a network, and its certificate is accepted', async () => {
    const { code, stdout } = await run('npm', ['start', '--silent']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/counted: +104 cells, exactly/);
    expect(stdout).toMatch(/accepted, the count is a theorem/);
  });
});
