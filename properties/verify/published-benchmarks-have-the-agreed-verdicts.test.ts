/**
 * The verdicts on published benchmarks are those on which the tools of the competition agree, every `unsat` with a proof that the checker accepts,
 * every `sat` with a point whose replay in onnxruntime violates as well. All 186 rows of ACAS Xu in deep runs, one of each kind otherwise.
 *
 * Source: results of VNN-COMP 2025, consensus. ACAS Xu: property 1: 45 unsat; 2: sat but for N1_1, N1_7, N1_8, N1_9, N3_3, N4_2; 3 and 4: sat for N1_7,
 * N1_8, N1_9; 5 (N1_1), 6 (N1_1), 9 (N3_3), 10 (N4_5): unsat; 7 (N1_9), 8 (N2_9): sat. In all 139 unsat and 47 sat.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import { rationalFromDouble, ZERO } from '../../src/exact/rational.js';
import { toDouble } from '../../src/exact/rounding.js';
import { readNetwork, readQuery } from '../../src/formats/read.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { answerQuery } from '../../src/property/answer.js';
import { bindQuery } from '../../src/property/bind.js';
import { satisfiedAt } from '../../src/property/satisfaction.js';
import { onnxRuntime } from '../support/references/onnx-runtime.js';

const DATA = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Network a_b, property, verdict. */
type Row = readonly [a: number, b: number, property: number, verdict: 'sat' | 'unsat'];

const isOneOf = (a: number, b: number, names: readonly string[]) => names.includes(`${a}_${b}`);

const ALL: readonly Row[] = [
  ...[1, 2, 3, 4].flatMap((property) =>
    [1, 2, 3, 4, 5].flatMap((a) =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((b): Row => {
        if (property === 1) return [a, b, 1, 'unsat'];
        const exceptions = property === 2 ? ['1_1', '1_7', '1_8', '1_9', '3_3', '4_2'] : ['1_7', '1_8', '1_9'];
        return [a, b, property, (property === 2) === isOneOf(a, b, exceptions) ? 'unsat' : 'sat'];
      }),
    ),
  ),
  [1, 1, 5, 'unsat'],
  [1, 1, 6, 'unsat'],
  [1, 9, 7, 'sat'],
  [2, 9, 8, 'sat'],
  [3, 3, 9, 'unsat'],
  [4, 5, 10, 'unsat'],
];

/** Quick ones: unsat, sat, and disjunctions of outputs. */
const SOME: readonly Row[] = [
  [2, 4, 4, 'unsat'],
  [4, 4, 1, 'unsat'],
  [1, 8, 4, 'sat'],
  [2, 9, 8, 'sat'],
];

const ROWS = process.env.RELU_ATLAS_DEEP === undefined ? SOME : ALL;

it('the list has 139 rows that are unsat and 47 that are sat', () => {
  const count = (verdict: string) => ALL.filter((row) => row[3] === verdict).length;
  expect([count('unsat'), count('sat')]).toEqual([139, 47]);
});

async function expectVerdict(net: string, asked: string, expected: 'sat' | 'unsat', workers?: number): Promise<void> {
  const file = await readNetwork(net);
  const bound = bindQuery((await readQuery(asked)).query, new Map([['', file]]));
  const certificate = join(scratch, 'proof');
  const report = await answerQuery(bound, { certificate, ...(workers !== undefined && { workers }) });
  expect(report.verdict).toBe(expected);
  if (report.verdict === 'unsat') {
    expect(await checkVerification(bound.network, bound.unsafe, certificate)).toMatchObject({ accepted: true });
    return;
  }
  const { input, output, float32 } = report.counterexample!;
  expect(satisfiedAt(bound.unsafe, input, output)).toBeDefined();
  if (float32 === 'reals-only') return;
  const bytes = readFileSync(net);
  const runtime = await onnxRuntime(net.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  const computed = [...(await runtime.run(input.map(toDouble)))].map(rationalFromDouble);
  await runtime.release();
  expect(satisfiedAt(bound.unsafe, input, computed)).toBeDefined();
}

describe.skipIf(!existsSync(join(DATA, 'acasxu')))('ACAS Xu (skipped without ../shared/data)', () => {
  it.each(ROWS)('N%i_%i, property %i: %s', { timeout: 600_000 }, async (a, b, property, verdict) => {
    const net = join(DATA, `acasxu/onnx/ACASXU_run2a_${a}_${b}_batch_2000.onnx`);
    await expectVerdict(net, join(DATA, `acasxu/vnnlib/prop_${property}.vnnlib`), verdict, 1);
  });
});

/**
 * Instances `_0` of tllverifybench. A list of consensus verdicts that goes around (u u u u u s u s) is not of these files: where
 * the answer is `sat` onnxruntime computes an unsafe output at the point found; where it is `unsat` the proof is checked, and no
 * point of a grid is unsafe in onnxruntime.
 */
const LATTICES: readonly (readonly [size: number, index: number, verdict: 'sat' | 'unsat'])[] = [
  [8, 0, 'sat'],
  [16, 1, 'unsat'],
  [24, 2, 'unsat'],
  [32, 3, 'unsat'],
  [40, 4, 'sat'],
  [48, 5, 'unsat'],
  [56, 6, 'sat'],
  [64, 7, 'unsat'],
];
const SMALL = 16;
const GRID = 12;

async function expectNoUnsafeGridPoint(net: string, asked: string): Promise<void> {
  const { unsafe } = bindQuery((await readQuery(asked)).query, new Map([['', await readNetwork(net)]]));
  const runtime = await onnxRuntime(gunzipSync(readFileSync(net)));
  for (let k = 0; k < GRID * GRID; k++) {
    const x = [(4 * (k % GRID)) / (GRID - 1) - 2, (4 * Math.floor(k / GRID)) / (GRID - 1) - 2];
    const y = [...(await runtime.run(x))].map(rationalFromDouble);
    expect(satisfiedAt(unsafe, x.map(Math.fround).map(rationalFromDouble), y)).toBeUndefined();
  }
  await runtime.release();
}

describe.skipIf(!existsSync(join(DATA, 'tll')))('TLL (skipped without ../shared/data)', () => {
  const isDeep = process.env.RELU_ATLAS_DEEP !== undefined;
  const chosen = LATTICES.filter(([size]) => isDeep || size <= SMALL);
  it.each(chosen)('N = %i, instance %i: %s', { timeout: 600_000 }, async (size, index, verdict) => {
    const net = join(DATA, `tll/tllBench_n=2_N=M=${size}_m=1_instance_${index}_0.onnx.gz`);
    const asked = join(DATA, `tll/property_N=${size}_0.vnnlib.gz`);
    await expectVerdict(net, asked, verdict, 1);
    if (verdict === 'unsat') await expectNoUnsafeGridPoint(net, asked);
  });

  it('N = 8, at the origin: about -0.998, and at most 4.166 is unsafe', async () => {
    const { network } = await readNetwork(join(DATA, 'tll/tllBench_n=2_N=M=8_m=1_instance_0_0.onnx.gz'));
    const [value] = evaluateExact(network, [ZERO, ZERO]).output;
    expect(toDouble(value!)).toBeCloseTo(-0.998, 3);
  });
});
