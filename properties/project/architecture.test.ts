/**
 * The architecture that DESIGN.md promises, enforced: who may import whom, what the checker trusts, and that no tolerance
 * decides anything outside the sign module.
 */
import { describe, expect, it } from 'vitest';
import {
  dependencies,
  eagerImportsOf,
  hasDefaultExport,
  importClosure,
  importsOf,
  mutableModuleState,
  sourceFiles,
  textOf,
  tolerancesIn,
} from '../support/references/source-rules.js';

/** A folder may import from itself and from those before it. */
const ORDER = ['exact', 'network', 'formats', 'lp', 'partition', 'analysis', 'theory', 'report', 'oracle', 'cli'];

/** Where constants below 2^-7 may stand: the error bounds, and the layout of a double. */
const TOLERANCES_ALLOWED = ['src/exact/sign.ts', 'src/exact/double.ts'];

/** Constants that are part of a standard's networks and compared with nothing: the text that the scan finds, and why. */
const MODEL_CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  // The default `epsilon` of ONNX BatchNormalization is added to a variance: it changes which network is read.
  'src/formats/onnx/normalization.ts': ['1e-5'],
};

/** What runs as TypeScript: src/wasm is AssemblyScript, without imports, and reaches src/partition as bytes only. */
const SOURCES = sourceFiles('src').filter((file) => !file.startsWith('src/wasm/'));

/** The place of a file in the order; files directly in src come last. */
function rankOf(file: string): number {
  const [, folder, ...rest] = file.split('/');
  if (rest.length === 0) return ORDER.length;
  const rank = ORDER.indexOf(folder!);
  if (rank < 0) throw new RangeError(`${file}: expected a folder of DESIGN.md section 5; put it into the order`);
  return rank;
}

describe('folders import only from those above them', () => {
  it.each(SOURCES)('%s', (file) => {
    const upwards = dependencies(file).files.filter((target) => rankOf(target) > rankOf(file));
    expect(upwards).toEqual([]);
  });

  it('every import names a file that exists', () => {
    const all = new Set([...SOURCES, ...SOURCES.map((file) => file.replace(/\.ts$/, '.js'))]);
    expect(SOURCES.flatMap((file) => dependencies(file).files.filter((target) => !all.has(target)))).toEqual([]);
  });
});

describe('the checker is independent', () => {
  const checker = SOURCES.filter((file) => file.split('/').at(-1)!.startsWith('checker'));
  const trusted = /^src\/(exact|network)\/|^src\/partition\/(checker[^/]*|certificate-format)\.ts$/;

  it('it reaches only exact arithmetic, the network model and the certificate format', () => {
    expect(importClosure(checker).files.filter((file) => !trusted.test(file))).toEqual([]);
  });

  it('it uses no package, only Node itself', () => {
    expect(importClosure(checker).packages.filter((name) => !name.startsWith('node:'))).toEqual([]);
  });

  it('the rule has a checker to look at', () => {
    expect(checker.length).toBeGreaterThan(0);
  });
});

describe('the references are independent', () => {
  it('they reach no linear programs and no engine', () => {
    const closure = importClosure(sourceFiles('properties/references'));
    // The statement of a linear program is no algorithm.
    const foreign = closure.files.filter((file) => /^src\/(lp|partition)\//.test(file));
    expect(foreign.filter((file) => file !== 'src/lp/types.ts')).toEqual([]);
    expect(dependencies('src/lp/types.ts').files.filter((file) => !file.startsWith('src/exact/'))).toEqual([]);
  });

  it('src imports nothing from properties', () => {
    const foreign = importClosure(SOURCES).files.filter((file) => !file.startsWith('src/'));
    expect(foreign).toEqual([]);
  });
});

describe('the command line starts without the libraries of file formats', () => {
  // They take longer to load than most counts.
  const heavy = (file: string) =>
    importClosure([file], eagerImportsOf).packages.filter((name) => /^(zod|@bufbuild|hyparquet|glpk)/.test(name));

  it.each(['src/cli/main.ts', 'src/cli/commands/count.ts', 'src/formats/nnet/read.ts'])('%s', (file) => {
    expect(heavy(file)).toEqual([]);
  });

  it('the rule knows what it looks for', () => {
    expect(heavy('src/formats/onnx/model.ts')).toContain('@bufbuild/protobuf');
    expect(heavy('src/formats/json/network.ts')).toContain('zod');
    const text = `import type { A } from 'a'; import { b } from 'b'; export * from 'c'; export type { D } from 'd';
      const e = await import('e'); import 'f';`;
    expect(eagerImportsOf(text)).toEqual(['b', 'c', 'f']);
  });
});

describe('no tolerance decides anything', () => {
  it.each(SOURCES.filter((file) => !TOLERANCES_ALLOWED.includes(file)))('%s', (file) => {
    const found = tolerancesIn(textOf(file)).map((place) => place.replace(/^line \d+: /, ''));
    expect(found).toEqual(MODEL_CONSTANTS[file] ?? []);
  });

  it('a model constant stands only where the standard asks for it', () => {
    const text = textOf('src/formats/onnx/normalization.ts');
    expect(text.match(/1e-5/g)).toHaveLength(1);
    expect(text).toContain('const DEFAULT_EPSILON = Math.fround(1e-5);');
  });

  it.each([
    'if (Math.abs(x) < 1e-9) return 0;',
    'const tiny = 2 ** -40;',
    'const tiny = Math.pow(10, -6);',
    'const tiny = 1 / 1e6;',
    'const tiny = 0.0001;',
    'const tiny = -(1 / (4 * 4096));',
    "const tiny = Number('1e-5');",
    "const tiny = parseFloat('1e-5');",
    'return x > Number.EPSILON;',
    'return x > Number.MIN_VALUE;',
    'return a.toFixed(6) === b.toFixed(6);',
    'const f = (x: number) => x < 5e-324;',
  ])('the scan finds %j', (snippet) => expect(tolerancesIn(snippet).length).toBeGreaterThan(0));

  it.each([
    '// a tolerance of 1e-9 would be wrong here',
    '/** 2 ** -53 and Number.EPSILON in words */ const x = 1;',
    "throw new Error('use 1e-3');",
    'const half = 0.5; const shift = 2 ** 53; const n = 1024 - 1023;',
    'print(x.toFixed(3));',
    "const big = Number('1e5'); const x = Number(text);",
    'const big = 1e9 / 2;',
  ])('the scan accepts %j', (snippet) => expect(tolerancesIn(snippet)).toEqual([]));
});

describe('modules have named exports, a subject and no state', () => {
  const all = [...SOURCES, ...sourceFiles('properties')];

  it('no default exports', () => {
    expect(all.filter((file) => hasDefaultExport(textOf(file)))).toEqual([]);
    expect(hasDefaultExport('export default 1;')).toBe(true);
    expect(hasDefaultExport('const a = 1; export { a as default };')).toBe(true);
    expect(hasDefaultExport('export default function f() {}')).toBe(true);
    expect(hasDefaultExport('switch (x) { default: f(); }')).toBe(false);
  });

  it('no file is a drawer for everything', () => {
    expect(all.filter((file) => /(^|\/)(utils?|helpers?|misc|common)(\/|\.ts$)/.test(file))).toEqual([]);
  });

  it('no variable at the top of a module changes', () => {
    const mutable = SOURCES.flatMap((file) => mutableModuleState(textOf(file)).map((name) => `${file}: ${name}`));
    expect(mutable).toEqual([]);
    expect(mutableModuleState('let count = 0; const fixed = 1; function f() { let local = 1; }')).toEqual(['count']);
  });
});

it('imports are found however they are written', () => {
  const text = `import a from './a.js'; import type { B } from './b.js'; export * from './c.js';
    const d = await import('./d.js'); type E = import('./e.js').E; import './f.js'; // import './g.js'`;
  expect(importsOf(text)).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js', './f.js']);
});
