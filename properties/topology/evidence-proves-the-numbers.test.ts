/**
 * Theorem. Evidence of a homology is accepted for sets and domains of all kinds, by a verifier that shares nothing with the computation, and says the same numbers;
 * every way of telling something else is refused: places, bends, facets left out, signs, matchings with cycles, reduced boundaries, numbers. Nobody can leave a part
 * of the set out, or of the domain, or cover some of it twice.
 *
 * Source: R. Forman, Morse theory for cell complexes (1998); E. Skoldberg, Morse theory from an algebraic viewpoint (2006), theorem 1. That the faces are all:
 * the open and closed part of a connected set is all of it (the proof stands in src/topology/check-partition.ts).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  determinant,
  greatestCommonDivisor,
  parseRational,
  rational,
  toDouble,
  ZERO,
} from '../../src/exact/index.js';
import { box, cube, type Domain, evaluateExact, type Network, polytope, whole } from '../../src/network/index.js';
import { checkHomologyEvidence } from '../../src/topology/check-evidence.js';
import { partOf } from '../../src/topology/complex.js';
import { rankModulo2, smithFactors } from '../../src/topology/dense.js';
import {
  type DecisionSet,
  type Field,
  type HomologyEvidence,
  homologyOf,
  morseComplex,
  topology,
} from '../../src/topology/index.js';
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
/** x = 2 y; and that in the square. */
const equalities = [{ coefficients: [rational(1n), rational(-2n)], bound: ZERO }];
const segment = polytope(2, [], { equalities, box: domain });

const homologyEvidence = (network: Network, where: Domain, set: DecisionSet, field: Field) =>
  topology(network, where, { set, field, evidence: true }).evidence!;

/** What a file would hold. */
const written = (evidence: HomologyEvidence) => JSON.parse(JSON.stringify(evidence)) as Draft;
const check = (network: Network, content: unknown) => checkHomologyEvidence(network, content);

const row = (bound: bigint, ...coefficients: bigint[]) => ({
  coefficients: coefficients.map((c) => rational(c)),
  bound: rational(bound),
});

describe('honest evidence', () => {
  const cases: [string, Network, DecisionSet, Domain, number[]][] = [
    ['a circle', sphere(2), equal(1n), domain, [1, 1, 0]],
    ['a sphere', sphere(3), equal(1n), cube(3, -2, 2), [1, 0, 1, 0]],
    ['an annulus', annulus, { kind: 'below', output: 0, level: rational(1n, 2n) }, domain, [1, 1, 0]],
    ['two nested circles', annulus, equal(1n, 2n), domain, [2, 2, 0]],
    ['the empty set', annulus, equal(-1n), domain, [0, 0, 0]],
    ['a box', sphere(3), { kind: 'all' }, cube(3, -2, 2), [1, 0, 0, 0]],
    ['two circles in the plane', annulus, equal(1n, 2n), whole(2), [2, 2, 0]],
    ['an arc in a half-plane', sphere(2), equal(1n), polytope(2, [row(0n, 1n, 0n)]), [1, 0, 0]],
    ['two points of a line', sphere(2), equal(1n), polytope(2, [], { equalities }), [2, 0]],
    ['an interval', sphere(2), { kind: 'below', output: 0, level: rational(1n) }, segment, [1, 0]],
    [
      'two points of a line that two inequalities make',
      sphere(2),
      equal(1n),
      polytope(2, [row(0n, 1n, 1n), row(0n, -1n, -1n)], { box: domain }),
      [2, 0],
    ],
    [
      'two points where an input is fixed',
      sphere(2),
      equal(1n),
      box([ZERO, rational(-2n)], [ZERO, rational(2n)]),
      [2, 0],
    ],
  ];
  it.each(cases)('%s is accepted over Q, Z and GF(2)', (_, network, set, where, betti) => {
    for (const field of ['Q', 'Z', 'GF2'] satisfies Field[]) {
      const report = check(network, written(homologyEvidence(network, where, set, field)));
      expect(report).toMatchObject({ accepted: true, field, betti, ends: 'singular' });
    }
  });

  it.each<[string, Network, DecisionSet, Domain, number[]]>([
    ['the plane', annulus, { kind: 'all' }, whole(2), [0, 0, 1]],
    [
      'a cone of the plane, compactified',
      maxMinNetwork(2, input(0)),
      { kind: 'above', output: 0, level: ZERO },
      whole(2),
      [0, 0, 0],
    ],
    ['a line of the plane', maxMinNetwork(2, input(0)), equal(0n), whole(2), [0, 1, 0]],
    ['a square modulo its boundary', annulus, { kind: 'all' }, domain, [0, 0, 1]],
  ])('%s, modulo its ends, is accepted', (_, network, set, where, betti) => {
    const { evidence } = topology(network, where, { set, ends: 'borel-moore', evidence: true });
    expect(check(network, written(evidence!))).toMatchObject({ accepted: true, betti, ends: 'borel-moore' });
  });

  it('random sets on boxes and polytopes say what topology says', () => {
    const networks = fc.oneof(
      anyNetwork({ inputs: 2, widths: [3, 3], outputs: 3 }),
      anyNetwork({ inputs: 3, widths: [3], outputs: 3 }),
    );
    const sets: DecisionSet[] = [
      ...(['above', 'below', 'equal'] as const).map((kind) => ({ kind, output: 0, level: rational(1n, 2n) })),
      { kind: 'class', classes: [1] },
      { kind: 'class', classes: [0, 2] },
    ];
    holds(
      fc.property(networks, fc.boolean(), fc.constantFrom(...sets), (network, flat, set) => {
        const ones = new Array(network.inputs).fill(rational(1n));
        const where = flat
          ? cube(network.inputs, -1, 1)
          : polytope(network.inputs, [{ coefficients: ones, bound: rational(1n, 3n) }], {
              box: cube(network.inputs, -1, 1),
            });
        const evidence = homologyEvidence(network, where, set, 'Z');
        const { betti, torsion, cells } = topology(network, where, { set, field: 'Z' });
        expect(check(network, written(evidence))).toMatchObject({ accepted: true, betti, torsion, faces: cells });
      }),
      { seed: 2391, runs: 20 },
    );
  });
});

/** Evidence as JSON has it. */
interface Draft {
  version: number;
  network: string;
  domain: object;
  enclosed?: boolean;
  implied: [number, string][][];
  set: { kind: string; level: string; output: number };
  ends: string;
  betti: number[];
  vertices: string[][];
  boundary: number[][][];
  pairs: number[][];
  critical: number[][];
  reduced: [number, string][][][];
  remark?: string;
}

/** The vertices of every face by dimension. */
function facesOf({ vertices, boundary }: Draft): number[][][] {
  const levels = [vertices.map((_, v) => [v])];
  for (const faces of boundary) {
    const below = levels.at(-1)!;
    levels.push(
      faces.map((list) => [...new Set(list.flatMap((entry) => below[Math.abs(entry) - 1]!))].sort((a, b) => a - b)),
    );
  }
  return levels;
}

/**
 * The draft with some of its pieces only, and with what somebody who forges would tell of them: matching, reduced boundaries and numbers are right for the faces
 * that are left.
 */
function retold(network: Network, draft: Draft, isKept: (piece: number) => boolean): Draft {
  const levels = facesOf(draft);
  const top = draft.boundary.length;
  const kept = levels.map((level) => level.map(() => false));
  levels[top]!.forEach((_, piece) => {
    kept[top]![piece] = isKept(piece);
  });
  for (let k = top; k > 0; k--)
    draft.boundary[k - 1]!.forEach((list, face) => {
      if (kept[k]![face]) for (const entry of list) kept[k - 1]![Math.abs(entry) - 1] = true;
    });
  const places = kept.map((level) => {
    let next = 0;
    return level.map((is) => (is ? next++ : -1));
  });
  const copy: Draft = {
    ...draft,
    vertices: draft.vertices.filter((_, v) => kept[0]![v]),
    boundary: draft.boundary.map((level, k) =>
      level
        .filter((_, face) => kept[k + 1]![face])
        .map((list) => list.map((entry) => Math.sign(entry) * (places[k]![Math.abs(entry) - 1]! + 1))),
    ),
  };
  const level = parseRational(copy.set.level);
  const isInside = copy.vertices.map((point) => {
    const sign = compare(evaluateExact(network, point.map(parseRational)).output[0]!, level);
    return copy.set.kind === 'equal' ? sign === 0 : copy.set.kind === 'below' ? sign <= 0 : sign >= 0;
  });
  const faces = facesOf(copy).map((vertices, k) => ({
    vertices,
    facets: vertices.map((_, f) => (k === 0 ? [] : copy.boundary[k - 1]![f]!.map((entry) => Math.abs(entry) - 1))),
    signs: vertices.map((_, f) => (k === 0 ? [] : copy.boundary[k - 1]![f]!.map(Math.sign))),
  }));
  const { complex, numbers } = partOf(faces, (vertices) => !vertices.every((v) => isInside[v]));
  const morse = morseComplex(complex);
  return {
    ...copy,
    betti: [...homologyOf(complex, 'Q', morse).betti],
    pairs: morse.pairs().map(([k, face, above]) => [k, numbers[k]![face]!, numbers[k + 1]![above]!]),
    critical: morse.critical.map((cells, k) => cells.map((cell) => numbers[k]![cell]!)),
    reduced: morse.boundary.map((chains) =>
      chains.map((chain) =>
        [...chain].sort(([a], [b]) => a - b).map(([at, entry]): [number, string] => [at, String(entry)]),
      ),
    ),
  };
}

describe('parts that are left out, or told twice', () => {
  const set = equal(1n, 2n);
  const honest = written(homologyEvidence(annulus, domain, set, 'Q'));
  const pieces = facesOf(honest)[2]!;
  const sizes = honest.vertices.map((point) =>
    point.map((x) => Math.abs(toDouble(parseRational(x)))).reduce((a, b) => Math.max(a, b)),
  );
  /** Pieces all of whose vertices are at least, or at most, that far from the origin. */
  const beyond = (piece: number, size: number) => pieces[piece]!.every((v) => sizes[v]! >= size);
  const within = (piece: number, size: number) => pieces[piece]!.every((v) => sizes[v]! <= size);

  it('telling all pieces again is honest', () => {
    expect(
      check(
        annulus,
        retold(annulus, honest, () => true),
      ),
    ).toMatchObject({ accepted: true, betti: [2, 2, 0] });
  });

  it.each<[string, (piece: number) => boolean, number[]]>([
    ['the inner circle', (piece) => beyond(piece, 1), [1, 1, 0]],
    ['the outer circle', (piece) => within(piece, 1), [1, 1, 0]],
    ['the pieces outside of both circles', (piece) => within(piece, 1.5), [2, 2, 0]],
    ['the pieces inside of both', (piece) => beyond(piece, 0.5), [2, 2, 0]],
    ['everything', () => false, [0, 0, 0]],
  ])('%s cannot be left out', (_, isKept, betti) => {
    const forged = retold(annulus, honest, isKept);
    expect(forged.betti).toEqual(betti);
    const reason = expect.stringMatching(/do not cover the domain|got none/);
    expect(check(annulus, forged)).toMatchObject({ accepted: false, reason });
  });

  it('no single piece can be left out, nor told twice, nor told for another one', () => {
    for (const piece of pieces.keys()) {
      const without = retold(annulus, honest, (other) => other !== piece);
      expect(check(annulus, without)).toMatchObject({ accepted: false, reason: expect.stringContaining('cover') });
      const boundary = structuredClone(honest.boundary);
      boundary[1]!.push([...boundary[1]![piece]!]);
      expect(check(annulus, { ...honest, boundary })).toMatchObject({
        accepted: false,
        reason: expect.stringContaining('listed twice'),
      });
      boundary[1]!.pop();
      boundary[1]![piece] = [...boundary[1]![(piece + 1) % pieces.length]!];
      expect(check(annulus, { ...honest, boundary })).toMatchObject({
        accepted: false,
        reason: expect.stringContaining('listed twice'),
      });
    }
  });

  it('random parts of the pieces of random networks are no partition', () => {
    holds(
      fc.property(
        anyNetwork({ inputs: 2, widths: [3, 2] }),
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (network, keep) => {
          const draft = written(homologyEvidence(network, cube(2, -1, 1), equal(0n), 'Q'));
          const isKept = (piece: number) => keep[piece % keep.length]!;
          const isAll = facesOf(draft)[2]!.every((_, piece) => isKept(piece));
          expect(check(network, retold(network, draft, isKept)).accepted).toBe(isAll);
        },
      ),
      { seed: 2393, runs: 20 },
    );
  });

  it('a piece cut where the network does not bend overlaps itself', () => {
    const square = written(homologyEvidence(maxMinNetwork(2, constant(1)), cube(2, 0, 1), { kind: 'all' }, 'Q'));
    // Corners a, b, c, d in a circuit; the diagonal from a to c.
    const ends = square.boundary[0]!.map((list) => list.map((entry) => Math.abs(entry) - 1));
    const opposite = [1, 2, 3].find((v) => !ends.some((edge) => edge.includes(0) && edge.includes(v)))!;
    const [one, other] = [1, 2, 3].filter((v) => v !== opposite);
    const edge = (a: number, b: number, sign: 1 | -1) => {
      const at = ends.findIndex((list) => list.includes(a) && list.includes(b));
      const forwards = square.boundary[0]![at]!.find((entry) => entry > 0) === b + 1;
      return sign * (forwards ? 1 : -1) * (at + 1);
    };
    ends.push([0, opposite]);
    square.boundary[0]!.push([-1, opposite + 1]);
    const triangle = (v: number) => [edge(0, v, 1), edge(v, opposite, 1), edge(0, opposite, -1)];
    const forged = { ...square, boundary: [square.boundary[0]!, [triangle(one!), triangle(other!)]] };
    expect(check(maxMinNetwork(2, constant(1)), forged)).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/none of it|overlaps/),
    });
  });
});

/** Changes one thing. */
type Forgery = (copy: Draft) => unknown;
const BOX_OF_THREE = {
  box: [
    [-3, 3],
    [-3, 3],
  ],
};

describe('forgeries', () => {
  const honest = written(homologyEvidence(annulus, domain, { kind: 'below', output: 0, level: rational(1n, 2n) }, 'Q'));
  const forgeries: [string, Forgery, string][] = [
    ['another network', (c) => (c.network = 'f'.repeat(64)), 'another network'],
    ['a vertex outside of the domain', (c) => (c.vertices[0] = ['3', '0']), 'outside of the domain'],
    ['a vertex elsewhere', (c) => (c.vertices[0] = ['1/3', '1/5']), ''],
    ['a vertex that is no number', (c) => (c.vertices[0] = ['one', '0']), 'number'],
    ['a coordinate too many', (c) => c.vertices[0]!.push('0'), 'expected 2 coordinates'],
    ['a vertex twice', (c) => (c.vertices[0] = c.vertices[1]!.map((x) => `${x}`)), 'listed twice'],
    ['a vertex that no face has', (c) => c.vertices.push(['1/7', '1/9']), 'facet of another one'],
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
    ['a larger domain', (c) => (c.domain = BOX_OF_THREE), 'none of it'],
    [
      'a half of the domain',
      (c) =>
        (c.domain = {
          box: [
            [0, 2],
            [-2, 2],
          ],
        }),
      'outside of the domain',
    ],
    ['all of the plane', (c) => (c.domain = { whole: 2 }), '"enclosed": expected true'],
    ['all of the plane, enclosed', (c) => Object.assign(c, { domain: { whole: 2 }, enclosed: true }), 'none of it'],
    ['a box, enclosed', (c) => (c.enclosed = true), 'got a box'],
    [
      'a flat domain',
      (c) =>
        (c.domain = {
          box: [
            [-2, 2],
            [-2, 2],
          ],
          equalities: [{ coefficients: [1, -1], bound: 0 }],
        }),
      '',
    ],
    [
      'a box that is flat by a false combination',
      (c) =>
        (c.implied = [
          [
            [0, '1'],
            [1, '1'],
          ],
        ]),
      'does not vanish',
    ],
    ['a combination of strangers', (c) => (c.implied = [[[99, '1']]]), 'there is not'],
    ['another level', (c) => (c.set.level = '1/3'), ''],
    ['the other side', (c) => (c.set.kind = 'above'), ''],
    ['the level alone', (c) => (c.set.kind = 'equal'), ''],
    ['an output that is none', (c) => (c.set.output = 4), 'from 0 to 0, got 4'],
    ['a face without its boundary', (c) => (c.boundary[1]![0] = []), 'not closed'],
    ['a facet left out', (c) => c.boundary[1]![0]!.pop(), 'not closed'],
    ['a facet turned', (c) => (c.boundary[1]![0]![0]! *= -1), 'not closed'],
    ['a facet twice', (c) => c.boundary[1]![0]!.push(c.boundary[1]![0]![0]!), 'names a facet twice'],
    ['a facet that is none', (c) => (c.boundary[1]![0]![0] = 0), 'does not exist'],
    ['an edge of one end', (c) => c.boundary[0]![0]!.pop(), 'not closed'],
    ['an edge of three', (c) => c.boundary[0]![0]!.push(c.vertices.length), 'not closed'],
    ['an edge with both ends alike', (c) => (c.boundary[0]![0] = c.boundary[0]![0]!.map(Math.abs)), 'not closed'],
    ['an edge elsewhere', (c) => (c.boundary[0]![0] = [-1, c.vertices.length]), ''],
    ['two pieces as one', joined, ''],
    ['no boundaries of one dimension', (c) => c.boundary.pop(), 'up to 2 dimensions'],
    ['a face that is nowhere', (c) => c.critical[0]!.pop(), 'expected every face'],
    ['a face critical twice', (c) => c.critical[0]!.push(c.critical[0]![0]!), 'expected it once'],
    ['a critical face that does not exist', (c) => c.critical[0]!.push(9999), 'expected it once'],
    ['a critical face outside of the set', (c) => c.critical[2]!.push(...facesOf(c)[2]!.keys()), 'expected it once'],
    ['a pair of strangers', (c) => ([c.pairs[0]![1], c.pairs[1]![1]] = [c.pairs[1]![1]!, c.pairs[0]![1]!]), ''],
    ['pairs in reverse', (c) => c.pairs.reverse(), 'cycle'],
    ['a pair of the highest dimension', (c) => (c.pairs[0]![0] = 2), 'expected it once'],
    ['no critical faces of one dimension', (c) => c.critical.pop(), 'critical faces of every dimension'],
    ['another reduced boundary', (c) => (c.reduced[1]![0] = [[0, '5']]), 'reduced boundary is another one'],
    ['a number too many', (c) => (c.betti[1] = 2), 'Betti numbers'],
    ['no loop', (c) => (c.betti = [1, 0, 0]), 'Betti numbers'],
    ['something added', (c) => (c.remark = 'true'), ''],
    ['a fraction for a facet', (c) => (c.boundary[0]![0]![0] = 0.5), ''],
    ['the version before', (c) => (c.version = 1), 'version: expected 2, got 1; write the certificate again'],
  ];
  it.each(forgeries)('%s is refused', (_, forge, reason) => {
    const copy = structuredClone(honest);
    forge(copy);
    const report = check(annulus, copy);
    expect(report).toMatchObject({ accepted: false, reason: expect.stringContaining(reason) });
  });

  it('numbers of a set are none of it modulo its ends', () => {
    const arc = written(homologyEvidence(maxMinNetwork(2, input(0)), domain, equal(0n), 'Q'));
    const report = check(maxMinNetwork(2, input(0)), { ...arc, ends: 'borel-moore' });
    expect(report).toMatchObject({ accepted: false, reason: expect.stringContaining('if it is in the set') });
  });

  it('an interval over a crease is no piece', () => {
    const bent = maxMinNetwork(1, absolute(input(0)));
    const honestly = written(homologyEvidence(bent, cube(1, -1, 1), { kind: 'all' }, 'Q'));
    const over = {
      vertices: [['-1'], ['1']],
      boundary: [[[-1, 2]]],
      pairs: [[0, 1, 0]],
      critical: [[0], []],
      reduced: [[[]], []],
    };
    expect(check(bent, { ...honestly, ...over })).toMatchObject({
      accepted: false,
      reason: expect.stringContaining('bends'),
    });
    // Where it does not bend, it is one.
    const straight = maxMinNetwork(1, input(0));
    const evidence = written(homologyEvidence(straight, cube(1, -1, 1), { kind: 'all' }, 'Q'));
    expect(check(straight, { ...evidence, ...over })).toMatchObject({ accepted: true, betti: [1, 0] });
  });

  it('a torus cannot be claimed over Z with other torsion, nor anything but an object be read', () => {
    const copy = written(homologyEvidence(annulus, domain, equal(1n, 2n), 'Z'));
    expect(check(annulus, { ...copy, torsion: [['2'], [], []] })).toMatchObject({ accepted: false });
    for (const content of [null, 7, [], {}, 'x']) expect(check(annulus, content)).toMatchObject({ accepted: false });
  });

  it('a polygon of too many dimensions is no facet', () => {
    // A closed circuit of edges through corners of a cube that lie in no plane.
    const cubes = sphere(3);
    const corner = box([ZERO, ZERO, ZERO], [rational(1n), rational(1n), rational(1n)]);
    const copy = written(homologyEvidence(cubes, corner, { kind: 'all' }, 'Q'));
    const polygon = copy.boundary[1]![0]!.map(Math.abs);
    const other = copy.boundary[1]!.findIndex(
      (list, f) => f > 0 && list.some((entry) => polygon.includes(Math.abs(entry))),
    );
    // The sum of two polygons with a common edge, as a polygon.
    const sum = new Map<number, number>();
    for (const f of [0, other])
      for (const entry of copy.boundary[1]![f]!)
        sum.set(Math.abs(entry), (sum.get(Math.abs(entry)) ?? 0) + Math.sign(entry));
    const signs = [...sum].filter(([, sign]) => sign !== 0).map(([edge, sign]) => edge * Math.sign(sign));
    copy.boundary[1]![0] = signs;
    expect(check(cubes, copy)).toMatchObject({ accepted: false });
  });
});

/** Takes the edge between the first piece and a neighbour out. */
function joined(draft: Draft): void {
  const [edges, pieces] = [draft.boundary[0]!, draft.boundary[1]!];
  const first = pieces[0]!;
  const at = pieces.findIndex(
    (list, p) => p > 0 && list.some((entry) => first.some((own) => Math.abs(own) === Math.abs(entry))),
  );
  const common = first.find((own) => pieces[at]!.some((entry) => Math.abs(own) === Math.abs(entry)))!;
  const turn = pieces[at]!.includes(common) ? -1 : 1;
  const sum = [...first, ...pieces[at]!.map((entry) => turn * entry)].filter(
    (entry) => Math.abs(entry) !== Math.abs(common),
  );
  const last = edges.length;
  edges[Math.abs(common) - 1] = edges.pop()!;
  pieces[0] = sum;
  pieces.splice(at, 1);
  const renamed = (entry: number) => (Math.abs(entry) === last ? Math.sign(entry) * Math.abs(common) : entry);
  draft.boundary[1] = pieces.map((list) => list.map(renamed));
}

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
