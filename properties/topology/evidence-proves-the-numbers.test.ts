/**
 * Theorem. Evidence of a homology is accepted for shapes of all kinds, by a verifier that shares nothing with the computation, and says the same numbers;
 * every way of telling something else is refused: places, bends, facets left out, signs, matchings with cycles, reduced boundaries, numbers.
 *
 * Source: R. Forman, Morse theory for cell complexes (1998); E. Skoldberg, Morse theory from an algebraic viewpoint (2006), theorem 1.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { determinant, greatestCommonDivisor, rational, ZERO } from '../../src/exact/index.js';
import { box, cube, type Domain, DomainError, type Network, polytope, whole } from '../../src/network/index.js';
import { checkHomologyEvidence } from '../../src/topology/check-evidence.js';
import { rankModulo2, smithFactors } from '../../src/topology/dense.js';
import { type DecisionSet, type Field, type HomologyEvidence, topology } from '../../src/topology/index.js';
import { holds } from '../support/generators/holds.js';
import { absolute, constant, input, maximum, maxMinNetwork, minus } from '../support/generators/max-min.js';
import { anyNetwork } from '../support/generators/networks.js';

const equal = (numerator: bigint, denominator = 1n): DecisionSet => ({
  kind: 'equal',
  output: 0,
  level: rational(numerator, denominator),
});
/** max(|x|, |y|, ..): its level sets are spheres. */
const sphere = (n: number): Network =>
  maxMinNetwork(n, maximum(...Array.from({ length: n }, (_, i) => absolute(input(i)))));
/** | max(|x|, |y|) - 1 |: its sublevel sets are annuli. */
const annulus = maxMinNetwork(2, absolute(minus(maximum(absolute(input(0)), absolute(input(1))), constant(1))));
const domain = cube(2, -2, 2);

const homologyEvidence = (network: Network, where: Domain, set: DecisionSet, field: Field) =>
  topology(network, where, { set, field, evidence: true }).evidence!;

/** What a file would hold. */
const written = (evidence: HomologyEvidence) => JSON.parse(JSON.stringify(evidence)) as HomologyEvidence;
const check = (network: Network, content: unknown) => checkHomologyEvidence(network, content);

describe('honest evidence', () => {
  const cases: [string, Network, DecisionSet, number, number[]][] = [
    ['a circle', sphere(2), equal(1n), 2, [1, 1, 0]],
    ['a sphere', sphere(3), equal(1n), 3, [1, 0, 1, 0]],
    ['an annulus', annulus, { kind: 'below', output: 0, level: rational(1n, 2n) }, 2, [1, 1, 0]],
    ['two nested circles', annulus, equal(1n, 2n), 2, [2, 2, 0]],
    ['a box', sphere(3), { kind: 'all' }, 3, [1, 0, 0, 0]],
  ];
  it.each(cases)('%s is accepted over Q, Z and GF(2)', (_, network, set, n, betti) => {
    for (const field of ['Q', 'Z', 'GF2'] satisfies Field[]) {
      const report = check(network, written(homologyEvidence(network, cube(n, -2, 2), set, field)));
      expect(report).toMatchObject({ accepted: true, field, betti });
    }
  });

  it('random sets on boxes and polytopes say what topology says', () => {
    const networks = fc.oneof(
      anyNetwork({ inputs: 2, widths: [3, 3], outputs: 2 }),
      anyNetwork({ inputs: 3, widths: [3], outputs: 2 }),
    );
    holds(
      fc.property(
        networks,
        fc.boolean(),
        fc.constantFrom('above', 'below', 'equal', 'class'),
        (network, flat, kind) => {
          const set: DecisionSet =
            kind === 'class' ? { kind, classes: [1] } : { kind, output: 0, level: rational(1n, 2n) };
          const ones = new Array(network.inputs).fill(rational(1n));
          const where = flat
            ? cube(network.inputs, -1, 1)
            : polytope(network.inputs, [{ coefficients: ones, bound: rational(1n, 3n) }], {
                box: cube(network.inputs, -1, 1),
              });
          const evidence = homologyEvidence(network, where, set, 'Z');
          const { betti, torsion } = topology(network, where, { set, field: 'Z' });
          expect(check(network, written(evidence))).toMatchObject({ accepted: true, betti, torsion });
        },
      ),
      { seed: 2391, runs: 20 },
    );
  });

  it('R^d has none', () => {
    expect(() => homologyEvidence(annulus, whole(2), equal(1n), 'Q')).toThrow(DomainError);
  });
});

/** Evidence as JSON has it. */
interface Draft {
  version: number;
  network: string;
  domain: object;
  set: { level: string; output: number };
  betti: number[];
  vertices: string[][];
  faces: number[][][];
  boundary: number[][][];
  pairs: number[][];
  critical: number[][];
  reduced: [number, string][][][];
  remark?: string;
}

/** Changes one thing. */
type Forgery = (copy: Draft) => unknown;

describe('forgeries', () => {
  const honest = homologyEvidence(annulus, domain, { kind: 'below', output: 0, level: rational(1n, 2n) }, 'Q');
  const forgeries: [string, Forgery, string][] = [
    ['another network', (c) => (c.network = 'f'.repeat(64)), 'another network'],
    ['a vertex outside of the domain', (c) => (c.vertices[0] = ['3', '0']), 'outside of the domain'],
    ['a vertex outside of the set', (c) => (c.vertices[0] = ['0', '0']), 'outside of the set'],
    ['a vertex that is no number', (c) => (c.vertices[0] = ['one', '0']), 'number'],
    ['a coordinate too many', (c) => c.vertices[0]!.push('0'), 'expected 2 coordinates'],
    [
      'a smaller domain',
      (c) =>
        (c.domain = {
          box: [
            [-1, 1],
            [-1, 1],
          ],
        }),
      'outside of the domain',
    ],
    ['another level', (c) => (c.set.level = '1/3'), 'outside of the set'],
    ['an output that is none', (c) => (c.set.output = 4), 'from 0 to 0, got 4'],
    ['a face over a crease', (c) => (c.faces[2]![0] = [...new Set([...c.faces[2]![0]!, ...c.faces[2]![1]!])]), ''],
    ['a vertex twice', (c) => c.faces[2]![0]!.push(c.faces[2]![0]![0]!), 'different vertices'],
    ['an edge of one vertex', (c) => (c.faces[1]![0] = [0]), 'more than 1'],
    ['a triangle on a line', (c) => (c.faces[2]![0] = c.faces[2]![0]!.slice(0, 2)), 'more than 2'],
    ['a face without its boundary', (c) => (c.boundary[2]![0] = []), 'expected facets'],
    ['a facet left out', (c) => c.boundary[2]![0]!.pop(), 'not closed'],
    ['a facet turned', (c) => (c.boundary[2]![0]![0]! *= -1), 'not closed'],
    ['a facet twice', (c) => c.boundary[2]![0]!.push(c.boundary[2]![0]![0]!), 'names a facet twice'],
    ['an edge with both ends alike', (c) => (c.boundary[1]![0] = c.boundary[1]![0]!.map(Math.abs)), 'not closed'],
    ['facets of another face', (c) => (c.boundary[2]![0] = c.boundary[2]![1]!), 'is none of it'],
    ['a vertex with a boundary', (c) => c.boundary[0]![0]!.push(1), ''],
    ['no boundaries of one dimension', (c) => c.boundary.pop(), 'every dimension'],
    ['a face that is nowhere', (c) => c.critical[0]!.pop(), 'expected every face'],
    ['a face critical twice', (c) => c.critical[0]!.push(c.critical[0]![0]!), 'expected it once'],
    ['a critical face that does not exist', (c) => c.critical[0]!.push(9999), 'expected it once'],
    ['a pair of strangers', (c) => ([c.pairs[0]![1], c.pairs[1]![1]] = [c.pairs[1]![1]!, c.pairs[0]![1]!]), ''],
    ['pairs in reverse', (c) => c.pairs.reverse(), 'cycle'],
    ['another reduced boundary', (c) => (c.reduced[1]![0] = [[0, '5']]), 'reduced boundary is another one'],
    ['a number too many', (c) => (c.betti[1] = 2), 'Betti numbers'],
    ['no loop', (c) => (c.betti = [1, 0, 0]), 'Betti numbers'],
    ['something added', (c) => (c.remark = 'true'), ''],
    ['a fraction for a face', (c) => (c.faces[1]![0]![0] = 0.5), ''],
    ['another version', (c) => (c.version = 2), 'version'],
  ];
  it.each(forgeries)('%s is refused', (_, forge, reason) => {
    const copy = JSON.parse(JSON.stringify(honest)) as Draft;
    forge(copy);
    const report = check(annulus, copy);
    expect(report).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
  });

  it('a torus cannot be claimed over Z with other torsion, nor anything but an object be read', () => {
    const copy = written(homologyEvidence(annulus, domain, equal(1n, 2n), 'Z'));
    expect(check(annulus, { ...copy, torsion: [['2'], [], []] })).toMatchObject({ accepted: false });
    for (const content of [null, 7, [], {}, 'x']) expect(check(annulus, content)).toMatchObject({ accepted: false });
  });

  it('a face of too few dimensions for its vertices is refused', () => {
    // All corners of a cube as a polygon with a closed circuit of edges.
    const cubes = sphere(3);
    const copy = written(
      homologyEvidence(
        cubes,
        box([ZERO, ZERO, ZERO], [rational(1n), rational(1n), rational(1n)]),
        { kind: 'all' },
        'Q',
      ),
    );
    const [polygon] = copy.faces[2]!;
    const outside = copy.vertices.findIndex((_, id) => !polygon!.includes(id));
    const faces = copy.faces.map((level, k) => level.map((ids, f) => (k === 2 && f === 0 ? [...ids, outside] : ids)));
    expect(check(cubes, { ...copy, faces })).toMatchObject({ accepted: false });
  });
});

describe('small matrices', () => {
  const matrices = fc.integer({ min: 1, max: 4 }).chain((n) =>
    fc.array(fc.array(fc.integer({ min: -6, max: 6 }).map(BigInt), { minLength: n, maxLength: n }), {
      minLength: n,
      maxLength: n,
    }),
  );

  it('the factors divide each other, multiply to the determinant, and begin with the divisor of all entries', () => {
    holds(
      fc.property(matrices, (matrix) => {
        const factors = smithFactors(matrix);
        const det = determinant(matrix);
        const product = factors.reduce((a, b) => a * b, 1n);
        if (det === 0n) expect(factors.length).toBeLessThan(matrix.length);
        else expect([factors.length, product]).toEqual([matrix.length, det < 0n ? -det : det]);
        expect(factors.slice(1).every((factor, i) => factor % factors[i]! === 0n)).toBe(true);
        const all = matrix.flat().reduce(greatestCommonDivisor, 0n);
        if (all !== 0n) expect(factors[0]).toBe(all);
        // A prime divides as many factors as the rank drops by modulo that prime.
        expect(rankModulo2(matrix)).toBe(factors.filter((factor) => factor % 2n === 1n).length);
      }),
      { seed: 2392, runs: 200 },
    );
  });
});
