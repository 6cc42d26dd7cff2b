/**
 * Theorem. `verify` says `sat` exactly if some input is unsafe: as every pattern's inequalities, solved by elimination, say. Its
 * point is unsafe by the network's definition, and its proof of `unsat` is accepted by the checker.
 *
 * Source: Katz et al. 2017, Reluplex (the problem); Schrijver 1986, section 12.2 (elimination).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { checkVerification } from '../../src/checker/index.js';
import { add, equal, multiply, type Rational } from '../../src/exact/rational.js';
import type { Network } from '../../src/network/network.js';
import type { LinearCondition, UnsafeSet } from '../../src/network/unsafe.js';
import { verify } from '../../src/verify/verify.js';
import { holdsLater } from '../support/generators/holds.js';
import { anyNetwork, type NetworkShape } from '../support/generators/networks.js';
import { unsafeSetOf } from '../support/generators/unsafe-sets.js';
import { valuesAt } from '../support/references/plain-network.js';
import { hasUnsafePoint } from '../support/references/unsafe-points.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const certificate = join(scratch, 'proof');

const sum = (a: readonly Rational[], b: readonly Rational[], start: Rational) =>
  a.reduce((total, x, i) => add(total, multiply(x, b[i]!)), start);

function slackAt({ inputs, outputs, constant }: LinearCondition, x: readonly Rational[], y: readonly Rational[]) {
  return sum(outputs, y, sum(inputs, x, constant));
}

async function expectTrue(network: Network, unsafe: UnsafeSet): Promise<void> {
  const { verdict } = await verify({ network, unsafe, certificate });
  expect(verdict.verdict).toBe(hasUnsafePoint(network, unsafe) ? 'sat' : 'unsat');
  if (verdict.verdict === 'sat') {
    const { input, output, disjunct, slack } = verdict;
    const values = valuesAt(network, input).output;
    expect(output.every((y, o) => equal(y, values[o]!))).toBe(true);
    unsafe.disjuncts[disjunct]!.conditions.forEach((condition, c) => {
      const value = slackAt(condition, input, values);
      expect(equal(value, slack[c]!)).toBe(true);
      expect(value.numerator > 0n || (value.numerator === 0n && !condition.strict)).toBe(true);
    });
  } else {
    expect(await checkVerification(network, unsafe, certificate)).toMatchObject({ accepted: true });
  }
}

const SHAPES: readonly NetworkShape[] = [
  { inputs: 1, widths: [3, 3], outputs: 2 },
  { inputs: 2, widths: [3], outputs: 1 },
  { inputs: 2, widths: [2, 3], outputs: 2 },
  { inputs: 2, widths: [], outputs: 2 },
];

describe('the verdict on small networks with every sort of unsafe set', () => {
  it.each(SHAPES)('$inputs-$widths-$outputs', async (shape) => {
    const problem = anyNetwork(shape).chain((network) => fc.tuple(fc.constant(network), unsafeSetOf(network)));
    await holdsLater(
      fc.asyncProperty(problem, ([network, unsafe]) => expectTrue(network, unsafe)),
      { seed: 1601, runs: 60 },
    );
  });
});
