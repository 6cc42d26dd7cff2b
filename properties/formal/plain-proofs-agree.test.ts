/**
 * Proofs of queries in plain form say what the checker in TypeScript accepted: the program that is extracted from Coq accepts every one of them, and no
 * change of one makes what is false true.
 *
 * Source: verify_proves_safety in properties/formal/Verification.v; an output is no less than what it is at a point, which is computed exactly. Run
 * where there is coqc and ocamlfind.
 */
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { loweredUnsafe } from '../../src/checker/index.js';
import { add, negate, ONE, type Rational, rational, ZERO } from '../../src/exact/index.js';
import { plainHead } from '../../src/formal/expand-proof.js';
import { ExpansionError, expandVerification, plainProofText } from '../../src/formal/index.js';
import { plainQuestion } from '../../src/formal/question.js';
import {
  affineFromIntegers,
  densePattern,
  evaluateExact,
  type LinearCondition,
  type Network,
  rowsOf,
  type UnsafeSet,
} from '../../src/network/index.js';
import { verify } from '../../src/verify/index.js';
import { changed, textBy } from '../support/formal/plain.js';
import { extractedProgram, hasOcaml, sayWhatIsMissing, verdictsOf } from '../support/formal/theory.js';
import { holds, trials } from '../support/generators/holds.js';
import { mixedNetwork } from '../support/generators/networks.js';
import { boxConditions, unsafeSetOf } from '../support/generators/unsafe-sets.js';
import { scratch } from '../support/setup/command.js';

const DEEP = process.env.RELU_ATLAS_DEEP !== undefined || process.env.RELU_ATLAS_FORMAL !== undefined;
const RUNS = DEEP ? 1000 : 60;
/** How many changed texts are tried. */
const CHANGES = 600;
const MUTATIONS = trials(CHANGES);

sayWhatIsMissing();
vi.setConfig({ testTimeout: 3_600_000 });
const files = scratch();
afterAll(() => files.dispose());

let written = 0;
const judged = (texts: readonly string[]) =>
  verdictsOf(
    extractedProgram(),
    texts.map((text) => files.file(`${written++}.txt`, text)),
  );

/** The proof of a query in plain form; undefined if it has none. @returns why where it is not expanded */
async function expanded(network: Network, unsafe: UnsafeSet): Promise<string | ExpansionError | undefined> {
  const certificate = join(files.path, `${written++}.cert`);
  const { verdict } = await verify({ network, unsafe, certificate, workers: 1 });
  if (verdict.verdict !== 'unsat') return undefined;
  try {
    return await textBy((write) => expandVerification(network, unsafe, certificate, plainProofText(write)));
  } catch (error) {
    if (error instanceof ExpansionError) return error;
    throw error;
  }
}

/** Output 0 is at least a bound, somewhere on [-1, 1]^d. */
function atLeast({ inputs, outputs }: Network, bound: Rational): UnsafeSet {
  const interval = [negate(ONE), ONE] as const;
  const box = boxConditions(outputs, new Array(inputs).fill(interval));
  const condition = {
    inputs: new Array<Rational>(inputs).fill(ZERO),
    outputs: [ONE, ...new Array<Rational>(outputs - 1).fill(ZERO)],
    constant: negate(bound),
    strict: false,
  };
  return { inputs, outputs, disjuncts: [{ conditions: [...box, condition] }] };
}

/** The only row of a map. */
function dense(map: Network['output']) {
  const { rows, denominator } = rowsOf(map);
  const [row] = rows;
  return { weights: row!.slice(0, -1), bias: row!.at(-1)!, denominator };
}

const densePatternOf = (outputs: number, inputs: number) => ({ pattern: densePattern(outputs, inputs) });

const problem = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom([2], [4], [3, 2], [4, 4], [3, 3, 3]))
  .chain(([inputs, widths]) => mixedNetwork({ inputs, widths }));

describe('plain proofs agree', () => {
  it.runIf(hasOcaml)(
    'the extracted program accepts what is proved: boxes, polytopes, disjuncts of any kind',
    async () => {
      const problems = fc.sample(
        problem.chain((network) => fc.tuple(fc.constant(network), unsafeSetOf(network))),
        { seed: 22, numRuns: RUNS },
      );
      const texts: string[] = [];
      const others = new Set<string>();
      for (const [network, unsafe] of problems) {
        const text = await expanded(network, unsafe);
        if (typeof text === 'string') texts.push(text);
        else if (text !== undefined) others.add(text.message);
      }
      expect(texts.length).toBeGreaterThan(RUNS / 6);
      expect(texts.filter((text) => text.includes('\ncondensed +')).length).toBeGreaterThan(RUNS / 30);
      expect(await judged(texts)).toEqual(texts.map(() => 'safe'));
      // What is not expanded is one of few things, which docs/formal.md names.
      for (const message of others) expect(message).toMatch(/proved by outputs/);
    },
  );

  it.runIf(hasOcaml)(
    'and that equal networks are equal, where nothing but outputs that cancel is left to say',
    async () => {
      const half = rational(1n, 2n);
      const apart = (sign: Rational): LinearCondition => ({
        inputs: [ZERO, ZERO],
        outputs: [sign, negate(sign)],
        constant: ZERO,
        strict: true,
      });
      const texts: string[] = [];
      for (const network of fc.sample(mixedNetwork({ inputs: 2, widths: [3, 2], outputs: 1 }), {
        seed: 25,
        numRuns: 10,
      })) {
        const { weights, bias, denominator } = dense(network.output);
        const twice = affineFromIntegers({
          ...densePatternOf(2, weights.length),
          values: [...weights, ...weights],
          bias: [bias, bias],
          denominator,
        });
        const box = boxConditions(2, new Array(2).fill([negate(half), half] as const));
        const unsafe: UnsafeSet = {
          inputs: 2,
          outputs: 2,
          disjuncts: [ONE, negate(ONE)].map((sign) => ({ conditions: [...box, apart(sign)] })),
        };
        const text = await expanded({ ...network, outputs: 2, output: twice, endsWithActivation: false }, unsafe);
        expect(text).toBeTypeOf('string');
        texts.push(text as string);
      }
      expect(await judged(texts)).toEqual(texts.map(() => 'safe'));
    },
  );

  it.runIf(hasOcaml)('no change of a proof proves that an output stays below what it reaches', async () => {
    const networks = fc.sample(problem, { seed: 23, numRuns: RUNS });
    const subjects: {
      readonly wrong: readonly string[];
      readonly tree: readonly string[];
      readonly right: readonly string[];
    }[] = [];
    for (const network of networks) {
      const origin = new Array<Rational>(network.inputs).fill(rational(1n, 3n));
      const [reached] = evaluateExact(network, origin).output;
      let bound = add(reached!, ONE);
      let text: Awaited<ReturnType<typeof expanded>>;
      // The output stays below some bound: the first one of these is as near as they are.
      for (let step = 1n; text === undefined && step < 1n << 20n; step *= 2n) {
        text = await expanded(network, atLeast(network, bound));
        bound = add(bound, rational(step, 1n));
      }
      if (typeof text !== 'string') continue;
      const lines = text.trimEnd().split('\n');
      const start = lines.indexOf('tree') + 1;
      const [right, tree] = [lines.slice(0, start), lines.slice(start)];
      subjects.push({ right, tree, wrong: headAbout(network, atLeast(network, reached!), right) });
    }
    expect(subjects.length).toBeGreaterThan(RUNS / 3);
    const texts: string[] = [];
    const same: boolean[] = [];
    holds(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: -3, max: 3 }),
        fc.boolean(),
        (which, where, what, by, isWrong) => {
          const { right, wrong, tree } = subjects[which % subjects.length]!;
          const head = isWrong ? wrong : right;
          texts.push(`${[...head, ...changed(tree, where, what, by)].join('\n')}\n`);
          same.push(!isWrong);
        },
      ),
      { runs: CHANGES, seed: 24 },
    );
    const verdicts = await judged(texts);
    const wrong = verdicts.filter((_, i) => !same[i]);
    expect(wrong.length).toBeGreaterThan(MUTATIONS / 4);
    expect(wrong.filter((verdict) => verdict === 'safe')).toEqual([]);
    // Of the right question, too, most changes prove nothing.
    const right = verdicts.filter((_, i) => same[i]);
    expect(right.filter((verdict) => verdict !== 'safe').length).toBeGreaterThan(right.length / 3);
  });
});

/** The head of the text about another question, whatever its answer is. */
function headAbout(network: Network, unsafe: UnsafeSet, right: readonly string[]): readonly string[] {
  const grid = BigInt(right.find((line) => line.startsWith('grid '))!.slice('grid '.length));
  let text = '';
  const writer = plainProofText((piece) => {
    text += piece;
  });
  writer.head(plainHead(network, plainQuestion(loweredUnsafe(unsafe).rows, unsafe.inputs), grid));
  return text.trimEnd().split('\n');
}
