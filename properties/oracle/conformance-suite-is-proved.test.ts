/**
 * Every expected answer of the conformance suite is proved: the checker accepts each certificate, and counts by hand, brute
 * force, deletion-restriction and plain evaluation in fractions agree with what the case states.
 *
 * The files are the bytes that properties/support/conformance/make-suite.ts makes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { networkOfOnnx } from '../../src/formats/onnx/model.js';
import { networkDigest } from '../../src/network/digest.js';
import type { ConformanceCase, Question } from '../../src/oracle/conformance/case.js';
import { caseSchema, manifestSchema, QUESTIONS } from '../../src/oracle/conformance/case.js';
import { certifiedPartition } from '../../src/oracle/conformance/cells.js';
import { caseFile, certificateFile, SUITE_DIRECTORY } from '../../src/oracle/conformance/suite.js';
import { exactPoint } from '../support/conformance/expected.js';
import {
  CASE_SPECS,
  caseOf,
  caseText,
  manifestText,
  problemOf,
  provedCells,
  schemaFiles,
} from '../support/conformance/make-suite.js';
import { showDomain } from '../support/generators/show.js';
import { bruteForcePartition } from '../support/references/brute-force.js';
import { distinctHyperplanes, regionCount } from '../support/references/characteristic-polynomial.js';
import { valuesAt } from '../support/references/plain-network.js';

const WRITE = process.env.RELU_ATLAS_WRITE_FIXTURES !== undefined;

const made: { content: ConformanceCase; certificate: Uint8Array }[] = [];

function write(path: string, text: string) {
  if (!WRITE) return;
  mkdirSync(dirname(join(SUITE_DIRECTORY, path)), { recursive: true });
  writeFileSync(join(SUITE_DIRECTORY, path), text);
}

const read = (path: string) => readFileSync(join(SUITE_DIRECTORY, path), 'utf8');

if (WRITE) mkdirSync(join(SUITE_DIRECTORY, 'certificates'), { recursive: true });

describe('proved and confirmed', () => {
  it.each(CASE_SPECS.map((spec) => [spec.id, spec] as const))('%s', async (id, spec) => {
    const problem = problemOf(spec);
    const { network, domain } = problem.subject;
    const partition = await provedCells(problem, SUITE_DIRECTORY, WRITE);
    expect(showDomain(partition.domain)).toBe(showDomain(domain));
    const content = caseOf(problem, partition);
    made.push({ content, certificate: readFileSync(join(SUITE_DIRECTORY, certificateFile(id))) });
    write(caseFile(id), caseText(content));
    expect(read(caseFile(id))).toBe(caseText(content));
    expect(caseSchema.safeParse(JSON.parse(read(caseFile(id)))).error).toBeUndefined();

    const { expected } = content;
    if (spec.cells !== undefined) expect(expected.cells).toBe(spec.cells);
    expect(spec.cells !== undefined || spec.confirm !== 'deletion-restriction').toBe(true);
    if (spec.confirm === 'deletion-restriction') {
      const { weights, bias } = network.layers[0]!.affine.integers();
      const planes = bias.map((b, j) => [...weights.slice(j * network.inputs, (j + 1) * network.inputs), b]);
      expect(regionCount(network.inputs, distinctHyperplanes(planes))).toBe(expected.cells);
    }
    if (spec.confirm === 'brute force') {
      const reference = bruteForcePartition(network, domain);
      expect(expected.cells).toBe(reference.cells.length);
      expect(expected.cellsPerLayer).toEqual(reference.cellsPerLayer);
      const text = (pattern: readonly (readonly number[])[]) =>
        pattern.map((signs) => signs.map((s) => '-0+'[s + 1]).join('')).join('|');
      expect(partition.cells.map(({ pattern }) => pattern).sort()).toEqual(
        reference.cells.map(({ pattern }) => text(pattern)).sort(),
      );
      const maps = reference.cells.map(({ map }) =>
        map.map((row) => row.map(({ numerator, denominator }) => `${numerator}/${denominator}`).join()).join(';'),
      );
      if (expected.maps !== undefined) expect(expected.maps).toBe(new Set(maps).size);
    }
  });
});

describe('the suite as a whole', () => {
  it('the manifest names every file and its digest', () => {
    expect(made.length).toBe(CASE_SPECS.length);
    const order = new Map(CASE_SPECS.map(({ id }, i) => [id, i]));
    made.sort((a, b) => order.get(a.content.id)! - order.get(b.content.id)!);
    const text = manifestText(made);
    write('manifest.json', text);
    expect(read('manifest.json')).toBe(text);
    expect(manifestSchema.safeParse(JSON.parse(text)).error).toBeUndefined();
  });

  it.each(schemaFiles().map(({ path, text }) => [path, text]))(
    '%s is the schema that the program uses',
    (path, text) => {
      write(path, text);
      expect(read(path)).toBe(text);
    },
  );

  it('holds nothing else, and is small', () => {
    const ids = CASE_SPECS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(60);
    const expected = [
      'README.md',
      'manifest.json',
      ...schemaFiles().map(({ path }) => path),
      ...ids.flatMap((id) => [caseFile(id), certificateFile(id)]),
    ];
    const found = readdirSync(SUITE_DIRECTORY, { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => statSync(join(SUITE_DIRECTORY, path)).isFile());
    expect(found.sort()).toEqual(expected.sort());
    const bytes = found.reduce((sum, path) => sum + statSync(join(SUITE_DIRECTORY, path)).size, 0);
    expect(bytes).toBeLessThan(1.5e6);
  });

  it('asks every question, in 1 to 6 dimensions, and every case says what goes wrong elsewhere', () => {
    const asked = new Set(made.flatMap(({ content }) => Object.keys(content.questions) as Question[]));
    expect(QUESTIONS.filter((question) => !asked.has(question))).toEqual([]);
    const dimensions = new Set(made.map(({ content }) => content.network.inputs));
    expect([1, 2, 3, 4, 5, 6].filter((d) => !dimensions.has(d))).toEqual([]);
    expect(made.filter(({ content }) => content.why.length < 60).map(({ content }) => content.id)).toEqual([]);
  });
});

/** What the ONNX models of the suite compute, written down as formulas in doubles; their weights are short dyadics. */
const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);
const FORMULAS: Readonly<Record<string, (x: readonly number[]) => number[]>> = {
  'clip-unit': ([x, y]) => [
    clip(x! + y! / 2 + 0.25, 0, 1) + 2 * clip(x! / 2 - y! + 0.5, 0, 1) - clip(-x! + y! + 0.125, 0, 1),
  ],
  'hard-tanh-twice': ([x]) => [clip(1.5 * clip(4 * x!, -1, 1) + clip(0.5 - 3 * x!, -1, 1) + 0.25, -1, 1)],
  'max-pool': ([x, y]) => [Math.max(x! + y!, -x! + y! / 2 + 0.25), Math.max(x! / 2 - y!, y! - 0.5)],
  'max-of-three': ([x, y]) => [Math.max(x!, y!, x! + y! - 0.5)],
};

describe('ONNX cases', () => {
  const specs = CASE_SPECS.filter(({ layers }) => 'onnx' in layers);

  it('there is a formula for each', () => {
    expect(specs.map(({ id }) => id).sort()).toEqual(Object.keys(FORMULAS).sort());
  });

  it.each(specs.map((spec) => [spec.id, spec] as const))('%s computes its formula', (id, spec) => {
    const { onnx, subject } = problemOf(spec);
    expect(networkDigest(networkOfOnnx(onnx!).network)).toBe(networkDigest(subject.network));
    for (let k = 0; k < 200; k++) {
      // A dyadic grid with a stride coprime to its size.
      const point = Array.from({ length: subject.network.inputs }, (_, i) => ((k * (37 + 54 * i)) % 129) / 32 - 2);
      const value = valuesAt(subject.network, exactPoint(point)).output;
      expect(value).toEqual(exactPoint(FORMULAS[id]!(point)));
    }
  });
});

it('a certificate of another case is refused', async () => {
  const [first, second] = CASE_SPECS.map(problemOf);
  const file = join(SUITE_DIRECTORY, certificateFile(second!.spec.id));
  expect(existsSync(file)).toBe(true);
  await expect(certifiedPartition(first!.subject.network, file)).rejects.toThrow(/another network/);
});

afterAll(() => {
  made.length = 0;
});
