/**
 * What a bundler makes of the library for a browser needs no Node and computes what the library computes under Node.
 *
 * The package is bundled as its users do, by vite and by rolldown, which take the entry that `exports` names for browsers. The
 * bundle is searched for Node's modules; where there is a Chromium, it is run there, on files of every format.
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  affineFromDoubles,
  buildNetwork,
  cells,
  checkHomologyEvidence,
  countArrangement,
  countCells,
  countImages,
  cube,
  domainOf,
  findArrangementSymmetries,
  findSymmetries,
  formulaOf,
  integrals,
  type Network,
  type NetworkFile,
  networkDigest,
  persistence,
  RELU,
  rational,
  readArrangement,
  readNetwork,
  samplePoints,
  svg,
  topology,
  writeNnet,
} from '../../src/index.js';
import { npyBytes } from '../support/generators/npz.js';
import { chain, onnxBytes } from '../support/generators/onnx-models.js';
import { importsOf } from '../support/references/source-rules.js';
import { CHROMIUM, launch, SKIPPED } from '../support/setup/browser.js';
import { ROOT, scratch } from '../support/setup/command.js';

const files = scratch();
afterAll(() => files.dispose());

/** What a page asks, and what it says. */
interface Answer {
  readonly cells: number;
  readonly digest: string;
  readonly sha256: string;
  readonly records: string[];
  readonly svg: string;
  /** Betti numbers, a mean, a point, a formula. */
  readonly shape: string;
}

const PROGRAM = `
import { cells, countCells, domainOf, networkDigest, readNetwork, svg } from 'relu-atlas';
import { checkHomologyEvidence, formulaOf, integrals, persistence, rational, samplePoints, topology } from 'relu-atlas';
import { countArrangement, countImages, findArrangementSymmetries, findSymmetries, readArrangement } from 'relu-atlas';
const shapeOf = (network, domain) => {
  const set = { kind: 'above', output: 0, level: rational(1n, 3n) };
  const { evidence, ...found } = topology(network, domain, { set, field: 'Z', evidence: true });
  const proof = checkHomologyEvidence(network, JSON.parse(JSON.stringify(evidence)));
  const means = integrals(network, domain);
  const points = samplePoints(network, domain, { count: 3, seed: 5 });
  const text = formulaOf(network, { language: 'lp', domain });
  const all = [found, proof.accepted, persistence(network, domain), means, points, text];
  return JSON.stringify(all, (_, value) => (typeof value === 'bigint' ? String(value) : value));
};
globalThis.answer = async ({ bytes, name, domain }) => {
  const file = await readNetwork(Uint8Array.from(bytes), { name });
  const { network } = file;
  const records = [];
  for (const record of cells(network, domain)) {
    records.push(JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
    if (records.length === 20) break;
  }
  return {
    cells: countCells(network, domainOf(network, domain)).cells,
    digest: networkDigest(network),
    sha256: file.sha256,
    records,
    svg: network.inputs === 2 ? await svg(network, domain, { colour: 'class' }) : '',
    shape: network.inputs === 2 ? shapeOf(network, domain) : '',
  };
};
globalThis.arrangement = async (files) => {
  const told = [];
  for (const [name, bytes] of files) {
    const file = await readArrangement(Uint8Array.from(bytes), { name });
    told.push(countArrangement(file), countArrangement(file, { domain: '-1,1' }), findArrangementSymmetries(file));
  }
  const { network } = await readNetwork({ layers: [{ weights: [[1, 1], [1, -1]], bias: [0, 0] }, { weights: [[1, 1]], bias: [0] }] });
  told.push(countImages(network, '-1,1'), findSymmetries(network, '-1,1'));
  return JSON.stringify(told, (_, value) => (typeof value === 'bigint' ? String(value) : value));
};
globalThis.identity = async ({ bytes, name }) => {
  const { network, sha256 } = await readNetwork(Uint8Array.from(bytes), { name });
  return { digest: networkDigest(network), sha256 };
};
globalThis.refusal = async () => {
  try {
    await readNetwork('net.json');
  } catch (error) {
    return String(error);
  }
};
`;

/** |x| + |y| by four neurons: four quadrants. */
const ABSOLUTE_SUM = buildNetwork(2, [
  { affine: affineFromDoubles(4, 2, [1, 0, -1, 0, 0, 1, 0, -1], [0, 0, 0, 0]) },
  { slopes: new Array(4).fill(RELU) },
  { affine: affineFromDoubles(1, 4, [1, 1, 1, 1], [0]) },
]);

const stored = (file: string): readonly [string, Uint8Array] => [file, readFileSync(join(ROOT, file))];

/** Networks of every format, by their names, and domains. */
const SUBJECTS: readonly (readonly [name: string, bytes: Uint8Array, domain: string])[] = [
  [...stored('fixtures/networks/demo_2-8-8-1.json'), '-1,1'],
  [...stored('fixtures/networks/resonance_5.json'), '-1,1'],
  [...stored('fixtures/circle/relu_2-3-3-3-1.json'), '-1.5,1.5x-1,2/3'],
  [
    'net.onnx',
    onnxBytes({
      nodes: chain(['Gemm', ['W', 'b']], ['Relu'], ['MatMul', ['V']]),
      weights: {
        W: { dims: [2, 3], values: [1, -1, 0.5, 1, 2, -0.25] },
        b: { dims: [3], values: [0, 0.125, -0.5] },
        V: { dims: [3, 1], values: [1, 2, 3] },
      },
      input: [1, 2],
    }),
    '-1,1',
  ],
  ['net.nnet', Buffer.from(writeNnet(ABSOLUTE_SUM, cube(2, -1, 1))), '-1,1'],
];

const named = (record: object): string =>
  JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? String(value) : value));

function shapeOf(network: Network, domain: string): string {
  const set = { kind: 'above', output: 0, level: rational(1n, 3n) } as const;
  const { evidence, ...found } = topology(network, domain, { set, field: 'Z', evidence: true });
  const proof = checkHomologyEvidence(network, JSON.parse(JSON.stringify(evidence)));
  const means = integrals(network, domain);
  const points = samplePoints(network, domain, { count: 3, seed: 5 });
  const text = formulaOf(network, { language: 'lp', domain });
  return named([found, proof.accepted, persistence(network, domain), means, points, text]);
}

async function underNode(name: string, bytes: Uint8Array, domain: string): Promise<Answer> {
  const file: NetworkFile = await readNetwork(bytes, { name });
  const { network } = file;
  const records: string[] = [];
  for (const record of cells(network, domain)) {
    records.push(named(record));
    if (records.length === 20) break;
  }
  return {
    cells: countCells(network, domainOf(network, domain)).cells,
    digest: networkDigest(network),
    sha256: file.sha256,
    records,
    svg: network.inputs === 2 ? await svg(network, domain, { colour: 'class' }) : '',
    shape: network.inputs === 2 ? shapeOf(network, domain) : '',
  };
}

/** Lines in the plane, as every format that hyperplanes are read from. */
const HYPERPLANES: readonly (readonly [name: string, bytes: Uint8Array])[] = [
  ['lines.csv', Buffer.from('1,0,0\n0,1,0\n1,1,1/3\n')],
  ['lines.txt', Buffer.from('1 0 1\n0 1 1\n0 0 0.5\n')],
  ['lines.json.gz', gzipSync('{"hyperplanes":[{"a":[1,0]},{"a":[0,1],"b":"1/7"}]}')],
  ['lines.npy', npyBytes({ shape: [3, 3], values: [1, 0, 0, 0, 1, 0, 1, 1, 0.5] })],
];

/** The same in Node as in the program. */
async function arrangementUnderNode(): Promise<string> {
  const told: unknown[] = [];
  for (const [name, bytes] of HYPERPLANES) {
    const file = await readArrangement(bytes, { name });
    told.push(countArrangement(file), countArrangement(file, { domain: '-1,1' }), findArrangementSymmetries(file));
  }
  const { network } = await readNetwork({
    layers: [
      {
        weights: [
          [1, 1],
          [1, -1],
        ],
        bias: [0, 0],
      },
      { weights: [[1, 1]], bias: [0] },
    ],
  });
  return named([...told, countImages(network, '-1,1'), findSymmetries(network, '-1,1')]);
}

const entry = files.file('main.js', PROGRAM);
mkdirSync(join(files.path, 'node_modules'));
symlinkSync(ROOT, join(files.path, 'node_modules', 'relu-atlas'));

const BUNDLERS: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  vite: (outDir) =>
    build({
      root: files.path,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        emptyOutDir: false,
        minify: false,
        modulePreload: false,
        rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', output: { entryFileNames: 'main.js' } },
      },
    }),
  rolldown: async (dir) => {
    const bundle = await rolldown({ cwd: files.path, input: entry, platform: 'browser', logLevel: 'warn' });
    await bundle.write({ dir, format: 'esm', entryFileNames: 'main.js' });
    await bundle.close();
  },
};

let browser: Browser | undefined;
beforeAll(async () => {
  if (CHROMIUM !== undefined) browser = await launch();
});
afterAll(() => browser?.close());

/** A page with the program, whose files come from a folder and from nowhere else. */
async function pageOf(folder: string): Promise<Page> {
  const page = await browser!.newPage();
  await page.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') {
      return route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/main.js"></script>' });
    }
    const body = readFileSync(join(folder, pathname));
    return route.fulfill({ contentType: 'text/javascript', body });
  });
  await page.goto('http://atlas.test/');
  await page.waitForFunction('globalThis.answer !== undefined');
  return page;
}

/** What Node says of a subject, asked once for all bundles. */
const known = new Map<string, Answer>();

describe.each(Object.entries(BUNDLERS))('bundled by %s', (name, bundle) => {
  const folder = join(files.path, `out-${name}`);
  beforeAll(() => bundle(folder));

  it('nothing of Node is left in the bundle', () => {
    const scripts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    expect(scripts).toContain('main.js');
    const imports = scripts.flatMap((file) => importsOf(readFileSync(join(folder, file), 'utf8')));
    expect(imports.length).toBeGreaterThan(0);
    expect(imports.filter((target) => !target.startsWith('.'))).toEqual([]);
  });

  it.skipIf(CHROMIUM === undefined)(`counts, cells, digests and pictures are those of Node${SKIPPED}`, async () => {
    const page = await pageOf(folder);
    for (const [file, bytes, domain] of SUBJECTS) {
      const expected = known.get(file) ?? (await underNode(file, bytes, domain));
      known.set(file, expected);
      expect(expected.cells).toBeGreaterThan(1);
      const request = { bytes: [...bytes], name: file, domain };
      expect(await page.evaluate((value) => (globalThis as unknown as PageGlobals).answer(value), request)).toEqual(
        expected,
      );
      // Unpacked it is the same network: its digest tells.
      const packed = { bytes: [...gzipSync(bytes)], name: `${file}.gz` };
      expect(await page.evaluate((value) => (globalThis as unknown as PageGlobals).identity(value), packed)).toEqual({
        digest: expected.digest,
        sha256: expected.sha256,
      });
    }
    const given = HYPERPLANES.map(([file, bytes]) => [file, [...bytes]] as const);
    expect(await page.evaluate((value) => (globalThis as unknown as PageGlobals).arrangement(value), given)).toBe(
      await arrangementUnderNode(),
    );
    expect(await page.evaluate(() => (globalThis as unknown as PageGlobals).refusal())).toMatch(
      /net\.json: a browser opens no files; pass the bytes/,
    );
    await page.close();
  });
});

interface PageGlobals {
  answer(request: { bytes: number[]; name: string; domain: string }): Promise<Answer>;
  arrangement(hyperplanes: (readonly [string, readonly number[]])[]): Promise<string>;
  identity(request: { bytes: number[]; name: string }): Promise<Pick<Answer, 'digest' | 'sha256'>>;
  refusal(): Promise<string>;
}
