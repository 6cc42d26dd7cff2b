/**
 * The architecture that DESIGN.md promises, enforced: who may import whom, what the checker trusts, and that no tolerance
 * decides anything outside the sign module.
 */
import { describe, expect, it } from 'vitest';
import { facesOf, ROOMS, type Room, roomOf } from '../support/references/rooms.js';
import {
  circlesOf,
  definitionsUsedBy,
  dependencies,
  eagerImportsOf,
  hasDefaultExport,
  importClosure,
  importsOf,
  linesOfCode,
  mutableModuleState,
  onlyPassesOn,
  sourceFiles,
  textOf,
  tolerancesIn,
} from '../support/references/source-rules.js';

/** Where constants below 2^-7 may stand: the error bounds, and the layout of a double. */
const TOLERANCES_ALLOWED = ['src/exact/sign.ts', 'src/exact/sums.ts', 'src/exact/rounding.ts'];

/** Constants that are part of a standard's networks and compared with nothing: the text that the scan finds, and why. */
const MODEL_CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  // The default `epsilon` of ONNX BatchNormalization is added to a variance: it changes which network is read.
  'src/formats/onnx/normalization.ts': ['1e-5'],
  // The default of Keras, a parameter of the network that is read.
  'src/formats/tfjs/layers.ts': ['0.001'],
  // fdlibm's tanh: coefficients, and arguments that are their own tanh to the last bit.
  'src/theory/tanh.ts': [
    '1.9082149292705877e-10',
    '0.0015873015872548146',
    '-7.93650757867488e-5',
    '4.008217827329362e-6',
    '-2.0109921818362437e-7',
    '2 ** -54',
    '2 ** -28',
  ],
  // The weight decay with which fixtures/circle was trained.
  'src/explorer/model/lessons.ts': ['0.001', '0.001'],
};

/** What runs as TypeScript: AssemblyScript has no imports and reaches the walk as bytes only. */
const SOURCES = sourceFiles('src').filter((file) => !file.includes('/assembly/'));

/** Rooms that also run in a browser. */
const BROWSER_ROOMS = /^src\/(exact|network|certificate|checker|lp|problem|walk|engines|analysis|theory)\//;

/** Their files that need Node, and what for. */
const NODE_ADAPTERS: Readonly<Record<string, string>> = {
  'src/network/sha256.ts': 'SHA-256, synchronously',
  'src/checker/gzip-content.ts': 'reads the file',
  'src/analysis/files/graphml.ts': 'writes the file',
  'src/analysis/files/json-lines.ts': 'writes the file',
  'src/analysis/files/parquet-pages.ts': 'compresses pages',
  'src/analysis/files/parquet.ts': 'writes the file',
  'src/analysis/files/partition.ts': 'starts the threads',
  'src/analysis/files/partition-worker.ts': 'is a thread',
  'src/analysis/threads/worker.ts': 'is a thread',
};

/**
 * What each proof rests on, by the file that reads it, and what that may grow to in lines of code with all that it uses: a
 * larger one is harder to believe.
 */
const TRUSTED: readonly { readonly proof: string; readonly entry: string; readonly most: number }[] = [
  { proof: 'a partition', entry: 'src/checker/file.ts', most: 3340 },
  { proof: 'a partition, by the plain checker', entry: 'src/plain/file.ts', most: 1200 },
  { proof: 'a partition, by orbits', entry: 'src/checker/orbits-file.ts', most: 3900 },
  { proof: 'the cells of an arrangement', entry: 'src/checker/arrangement-file.ts', most: 1100 },
  { proof: 'the cells of an arrangement on a domain', entry: 'src/checker/inside-file.ts', most: 1400 },
  { proof: 'cells counted by their images', entry: 'src/checker/images-file.ts', most: 1340 },
  { proof: 'a verdict', entry: 'src/checker/verification-file.ts', most: 2620 },
  { proof: 'a homology', entry: 'src/topology/check-evidence.ts', most: 2120 },
];

const namesOf = (rooms: readonly Room[]) => rooms.map(({ name }) => name);

describe('rooms have walls', () => {
  it('every file but the entries is in a room', () => {
    const outside = SOURCES.filter((file) => roomOf(file) === undefined);
    expect(outside).toEqual(['src/browser.ts', 'src/cli.ts', 'src/index.ts']);
  });

  it('the table is in order: a room imports only from those above it', () => {
    const names = namesOf(ROOMS);
    const upwards = ROOMS.flatMap(({ name, from }, k) =>
      from
        .filter((other) => names.indexOf(other) < 0 || names.indexOf(other) >= k)
        .map((other) => `${name} <- ${other}`),
    );
    expect(upwards).toEqual([]);
  });

  it.each(SOURCES)('%s', (file) => {
    const own = roomOf(file);
    const through = dependencies(file).files.flatMap((target) => {
      const other = roomOf(target);
      if (other === undefined || other === own) return [];
      const isListed = own === undefined || own.from.includes(other.name);
      return isListed && facesOf(other).includes(target) ? [] : [target];
    });
    expect(through).toEqual([]);
  });

  it('every import that the table allows is made', () => {
    const made = new Set(
      SOURCES.flatMap((file) => dependencies(file).files.map((to) => `${roomOf(file)?.name} <- ${roomOf(to)?.name}`)),
    );
    const idle = ROOMS.flatMap(({ name, from }) => from.map((other) => `${name} <- ${other}`)).filter(
      (row) => !made.has(row),
    );
    expect(idle).toEqual([]);
  });

  it('faces exist, and an index only passes names on', () => {
    const faces = ROOMS.flatMap(facesOf);
    expect(faces.filter((face) => !SOURCES.includes(face))).toEqual([]);
    expect(SOURCES.filter((file) => file.endsWith('/index.ts') && !onlyPassesOn(textOf(file)))).toEqual([]);
  });

  it('there are no circles, not even of types', () => {
    const graph = new Map(SOURCES.map((file) => [file, dependencies(file).files]));
    expect(circlesOf(graph)).toEqual([]);
    expect(
      circlesOf(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
          ['d', ['d']],
        ]),
      ),
    ).toEqual([['b', 'c'], ['d']]);
  });

  it('every import names a file that exists', () => {
    const all = new Set([...SOURCES, ...SOURCES.map((file) => file.replace(/\.ts$/, '.js'))]);
    expect(SOURCES.flatMap((file) => dependencies(file).files.filter((target) => !all.has(target)))).toEqual([]);
  });

  it('what also runs in a browser needs Node only in its adapters', () => {
    const needsNode = SOURCES.filter((file) => BROWSER_ROOMS.test(file)).filter((file) =>
      [...dependencies(file).packages, ...dependencies(file).files].some((name) => /^(node:|src\/output\/)/.test(name)),
    );
    expect(needsNode).toEqual(Object.keys(NODE_ADAPTERS).sort());
  });

  it('a file name does not repeat its folder', () => {
    const repeating = SOURCES.filter((file) => {
      const [name, ...folders] = file.replace(/\.ts$/, '').split('/').reverse();
      return folders.slice(0, -1).some((folder) => name!.startsWith(`${folder}-`));
    });
    expect(repeating).toEqual([]);
  });
});

describe('the checker is independent', () => {
  const checker = SOURCES.filter((file) => file.startsWith('src/checker/'));
  const trusted = definitionsUsedBy(checker);

  it('it uses only exact arithmetic, the network model and the certificate format', () => {
    expect(trusted.filter((file) => !/^src\/(exact|network|certificate|checker)\//.test(file))).toEqual([]);
    expect(checker.length).toBeGreaterThan(0);
  });

  it('it uses no package, and Node only to read the file and for its digest', () => {
    const packages = trusted.flatMap((file) => dependencies(file).packages);
    expect(packages.filter((name) => !name.startsWith('node:'))).toEqual([]);
    const needsNode = trusted.filter((file) => dependencies(file).packages.length > 0);
    expect(needsNode).toEqual(['src/checker/gzip-content.ts', 'src/network/sha256.ts']);
  });

  it.each(TRUSTED)(
    'what a proof of $proof rests on is small: at most $most lines of code',
    ({ proof, entry, most }) => {
      const files = definitionsUsedBy([entry]).filter((file) => !onlyPassesOn(textOf(file)));
      const lines = files.map((file) => linesOfCode(textOf(file)));
      const total = lines.reduce((sum, count) => sum + count, 0);
      const rows = files.map((file, k) => `${String(lines[k]).padStart(6)} ${file}`);
      console.log([...rows, `${proof}: ${total} lines in ${files.length} files are trusted`].join('\n'));
      expect(total).toBeLessThanOrEqual(most);
    },
  );

  it('the README states how much there is to read', () => {
    const stated = textOf('README.md');
    const [fast, plain] = TRUSTED.map(({ most }) => `at most ${most.toLocaleString('en-US')} lines of code`);
    expect(stated).toContain(`| ${fast} |`);
    expect(stated).toContain(`| ${plain} |`);
    const linesOf = (name: string) =>
      textOf(`fixtures/clients/python/relu_atlas/check${name}.py`).trimEnd().split('\n').length;
    const total = (names: readonly string[]) => names.map(linesOf).reduce((sum, lines) => sum + lines, 0);
    const readers = ['_file', '_network'];
    const [, ofCells, ofProofs] = /\| (\d+) lines, comments included; for proofs of safety (\d+) \|/.exec(stated) ?? [];
    expect(Number(ofCells)).toBe(total(['', ...readers]));
    expect(Number(ofProofs)).toBe(total(['_verification', '_enclosure', '_condensed', '_query', ...readers]));
    expect(Math.max(linesOf(''), linesOf('_verification'))).toBeLessThanOrEqual(600);
  });

  it('lines of code are counted without comments and blanks', () => {
    expect(linesOfCode('// a\n\nconst b = 1; // c\n/**\n * d\n */\nfunction e() {\n  return b;\n}\n')).toBe(4);
  });
});

describe('the references are independent', () => {
  it('they reach no linear programs and no engine', () => {
    const used = definitionsUsedBy(sourceFiles('properties/support/references'));
    // The statement of a linear program is no algorithm.
    const foreign = used.filter((file) => /^src\/(lp|problem|walk|engines|run|checker)\//.test(file));
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

  const LIGHT = [
    'src/cli/main.ts',
    'src/cli/commands/count.ts',
    'src/formats/nnet/read.ts',
    'src/formats/json/network.ts',
    'src/formats/json/domain.ts',
  ];

  it.each(LIGHT)('%s', (file) => {
    expect(heavy(file)).toEqual([]);
  });

  it('the rule knows what it looks for', () => {
    expect(heavy('src/formats/onnx/model.ts')).toContain('@bufbuild/protobuf');
    expect(heavy('src/formats/json/conforming.ts')).toContain('zod');
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
    // Declarations say what packages export.
    expect(all.filter((file) => !file.endsWith('.d.ts') && hasDefaultExport(textOf(file)))).toEqual([]);
    expect(hasDefaultExport('export default 1;')).toBe(true);
    expect(hasDefaultExport('const a = 1; export { a as default };')).toBe(true);
    expect(hasDefaultExport('export default function f() {}')).toBe(true);
    expect(hasDefaultExport('switch (x) { default: f(); }')).toBe(false);
  });

  it('every pool imports what its threads run: one that is ended while it requires a module takes the process with it', () => {
    const pools = SOURCES.filter((file) => textOf(file).includes('new Piscina'));
    expect(pools.length).toBeGreaterThan(5);
    for (const file of pools) expect(textOf(file), file).toMatch(/execArgv: (threadFlags\(\)|\[\.\.\.flags\]),/);
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
