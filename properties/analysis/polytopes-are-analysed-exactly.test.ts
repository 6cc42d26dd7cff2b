/**
 * Theorem. A hyperplane cuts a box into two polytopes that together are the box: their volumes add up to the box's, the
 * extremes and the Lipschitz constants of a network over the box are the better ones of the two, and each half is a
 * polyhedral complex with Euler characteristic 1 whose facets have a neighbour, a bound or an inequality behind them.
 *
 * Source: additivity of volume; Euler's relation (Ziegler 1995, section 8).
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analysisProblem, forEachCell } from '../../src/analysis/cells/enumerate.js';
import { jsonLinesWriter, writePartition } from '../../src/analysis/files/index.js';
import { differenceOf } from '../../src/analysis/function/difference.js';
import { type Extreme, outputRanges } from '../../src/analysis/function/extremes.js';
import { lipschitzConstants } from '../../src/analysis/function/lipschitz.js';
import { simplify } from '../../src/analysis/function/simplify.js';
import { adjacencyEdges } from '../../src/analysis/geometry/adjacency.js';
import { fVector } from '../../src/analysis/geometry/f-vector.js';
import { PolytopePath } from '../../src/analysis/geometry/polytope.js';
import { polytopeVolume, volumeScale } from '../../src/analysis/geometry/volume.js';
import { countRegions } from '../../src/analysis/regions/pieces.js';
import {
  add,
  compare,
  formatRational,
  multiply,
  negate,
  type Rational,
  rational,
  subtract,
  ZERO,
} from '../../src/exact/rational.js';
import {
  type BoxDomain,
  cube,
  type Domain,
  DomainError,
  type PolytopeDomain,
  polytope,
} from '../../src/network/domain.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { dotOf } from '../../src/theory/rational-vectors.js';
import { smallBox } from '../support/generators/boxes.js';
import { holds, holdsLater } from '../support/generators/holds.js';
import { anyNetwork, degenerateNetwork } from '../support/generators/networks.js';
import { smallInteger } from '../support/generators/numbers.js';

/** A box cut in two through its centre. */
interface Halves {
  readonly network: Network;
  readonly domain: BoxDomain;
  readonly halves: readonly [PolytopeDomain, PolytopeDomain];
}

function halvesOf(inputs: number, network: fc.Arbitrary<Network>): fc.Arbitrary<Halves> {
  const row = fc
    .array(smallInteger, { minLength: inputs, maxLength: inputs })
    .filter((entries) => entries.some((entry) => entry !== 0));
  return fc.record({ network, domain: smallBox(inputs), row }).map(({ network: net, domain, row: entries }) => {
    const coefficients = entries.map((entry) => rational(BigInt(entry)));
    const centre = domain.lower.map((lo, i) => multiply(rational(1n, 2n), add(lo, domain.upper[i]!)));
    const bound = dotOf(coefficients, centre);
    const below = { coefficients, bound };
    const above = { coefficients: coefficients.map(negate), bound: negate(bound) };
    return {
      network: net,
      domain,
      halves: [polytope(inputs, [below], { box: domain }), polytope(inputs, [above], { box: domain })],
    };
  });
}

const planar = halvesOf(2, anyNetwork({ inputs: 2, widths: [4, 2] }));
const cases = fc.oneof(planar, halvesOf(3, degenerateNetwork({ inputs: 3, widths: [3] })));

function volumeOf(network: Network, domain: Domain): Rational {
  const problem = analysisProblem(network, domain);
  const path = new PolytopePath(problem);
  let sum = ZERO;
  forEachCell(problem, (cell) => {
    sum = add(sum, polytopeVolume(path.polytope(cell)));
  });
  return multiply(sum, volumeScale(problem));
}

const attained = (extreme: Extreme): Rational => {
  if (extreme.kind !== 'attained') throw new RangeError('extreme: expected one on a bounded domain');
  return extreme.value;
};
const better = (a: Rational, b: Rational, sign: 1 | -1) => (compare(a, b) === sign ? a : b);

describe('the two halves of a box', () => {
  it('have half of its volume each, and its extremes and Lipschitz constants between them', () => {
    holds(
      fc.property(cases, ({ network, domain, halves }) => {
        const volume = domain.lower.map((lo, i) => subtract(domain.upper[i]!, lo)).reduce(multiply);
        // A hyperplane through the centre of a symmetric body halves it.
        for (const half of halves) {
          expect(formatRational(multiply(rational(2n), volumeOf(network, half)))).toBe(formatRational(volume));
        }
        const [whole, below, above] = [domain, ...halves].map((on) => outputRanges(network, on));
        whole!.forEach(({ minimum, maximum }, k) => {
          const [one, other] = [below![k]!, above![k]!];
          expect(attained(minimum)).toEqual(better(attained(one.minimum), attained(other.minimum), -1));
          expect(attained(maximum)).toEqual(better(attained(one.maximum), attained(other.maximum), 1));
        });
        const [all, one, other] = [domain, ...halves].map((on) => lipschitzConstants(network, on));
        expect(all!.l1.value).toEqual(better(one!.l1.value, other!.l1.value, 1));
        expect(all!.linf.value).toEqual(better(one!.linf.value, other!.linf.value, 1));
      }),
      { seed: 81, runs: 25 },
    );
  });

  it('attain their extremes inside, at points where the network has these values', () => {
    holds(
      fc.property(cases, ({ network, halves: [half] }) => {
        outputRanges(network, half).forEach(({ minimum }, k) => {
          if (minimum.kind !== 'attained') throw new RangeError('extreme: expected one on a bounded domain');
          expect(evaluateExact(network, minimum.at).output[k]).toEqual(minimum.value);
          const [{ coefficients, bound }] = half.inequalities as readonly [PolytopeDomain['inequalities'][number]];
          expect(compare(dotOf(coefficients, minimum.at), bound)).toBeLessThanOrEqual(0);
        });
      }),
      { seed: 82, runs: 20 },
    );
  });

  it('are complexes: Euler, and planar adjacency as dual graph', () => {
    holds(
      fc.property(planar, ({ network, halves }) => {
        for (const half of halves) {
          const [v, e, f] = fVector(network, half) as [number, number, number];
          expect(v - e + f).toBe(1);
          const inner = adjacencyEdges(analysisProblem(network, half)).length;
          expect(inner).toBeGreaterThanOrEqual(f - 1);
          // Edges on the boundary are as many as vertices there: at least three.
          expect(e - inner).toBeGreaterThanOrEqual(3);
          const { cells, pieces, maps } = countRegions(network, half);
          expect([cells >= pieces, pieces >= maps, cells]).toEqual([true, true, f]);
        }
      }),
      { seed: 83, runs: 20 },
    );
  });

  it('keep their networks when these are simplified on them', () => {
    holds(
      fc.property(planar, ({ network, halves: [half] }) => {
        const { network: smaller } = simplify(network, half);
        expect(differenceOf(network, smaller, half).equal).toBe(true);
      }),
      { seed: 84, runs: 10 },
    );
  });
});

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-halves-'));

describe('partition files', () => {
  it('name what is behind every facet: a neighbour that names the cell back, a bound, or an inequality', async () => {
    interface Facet {
      readonly neighbour?: number;
      readonly bound?: { readonly condition?: number; readonly input?: number };
    }
    await holdsLater(
      fc.asyncProperty(planar, async ({ network, halves: [half] }) => {
        const file = join(scratch, 'half.jsonl');
        await writePartition({ network, domain: half }, jsonLinesWriter(file));
        const cells = readFileSync(file, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { facets: Facet[] });
        let atInequality = 0;
        cells.forEach(({ facets }, id) => {
          expect(facets.length).toBeGreaterThanOrEqual(3);
          for (const { neighbour, bound } of facets) {
            if (neighbour !== undefined) {
              expect(cells[neighbour]!.facets.some((facet) => facet.neighbour === id)).toBe(true);
            } else if (bound?.condition !== undefined) {
              expect(bound.condition).toBe(0);
              atInequality++;
            } else expect(bound?.input).toBeDefined();
          }
        });
        // An inequality on one input alone is a bound of that input.
        const slanted = half.inequalities[0]!.coefficients.every((a) => a.numerator !== 0n);
        expect(atInequality > 0).toBe(slanted);
      }),
      { seed: 85, runs: 10 },
    );
    rmSync(scratch, { recursive: true });
  });
});

it('on a domain where inputs depend on each other there is no Lipschitz constant in the inputs, and it is said', () => {
  const diagonal = polytope(2, [], {
    equalities: [{ coefficients: [rational(1n), rational(-1n)], bound: ZERO }],
    box: cube(2, -1, 1),
  });
  const network = fc.sample(anyNetwork({ inputs: 2, widths: [2] }), { numRuns: 1, seed: 1 })[0]!;
  expect(() => lipschitzConstants(network, diagonal)).toThrow(DomainError);
  expect(outputRanges(network, diagonal).length).toBe(network.outputs);
});
