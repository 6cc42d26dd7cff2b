/**
 * Theorem. A certificate on a polytope proves its count for the polytope that its header states and for no other: bounds,
 * affine hull and inequalities are verified without linear programs, and every change of them is refused.
 *
 * Source: Farkas' lemma (Schrijver 1986, section 7.3), by which a multiplier vector proves a bound or an equality.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CertificateHeader,
  PolytopeEvidence,
  ProvedBound,
  StatedPolytope,
  WeightedConditions,
} from '../../src/certificate/format.js';
import { checkCertificate } from '../../src/checker/file.js';
import { checkedNetwork, placeInside } from '../../src/checker/network.js';
import { checkedPolytope, PolytopeError } from '../../src/checker/polytope.js';
import { add, formatRational, multiply, parseRational, type Rational, rational } from '../../src/exact/rational.js';
import { domainOfJson } from '../../src/formats/json/domain-text.js';
import { readNetwork } from '../../src/formats/read.js';
import { sameConditions } from '../../src/network/conditions.js';
import { cube, type PolytopeDomain, polytope, whole } from '../../src/network/domain.js';
import type { Network } from '../../src/network/network.js';
import { preparePolytope } from '../../src/problem/polytope/domain.js';
import { runCount } from '../../src/run/count.js';
import { holds } from '../support/generators/holds.js';
import { genericNetwork } from '../support/generators/networks.js';
import { flatPolytope, polytopeFor } from '../support/generators/polytopes.js';

const scratch = mkdtempSync(join(tmpdir(), 'relu-atlas-polytopes-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const DEMO = 'fixtures/networks/demo_2-8-8-1.json';
const DOMAINS = {
  triangle: '{"inequalities":[{"a":[1,1],"b":1},{"a":[-1,2],"b":"1/2"},{"a":[0,-1],"b":"1/3"}]}',
  wedge: '{"inequalities":[{"a":[-1,0],"b":0},{"a":[1,-3],"b":"1/7"}]}',
  segment: '{"inequalities":[{"a":[1,-2],"b":0},{"a":[-1,2],"b":0}],"box":[[-1,1],[-1,1]]}',
} as const;

type Name = keyof typeof DOMAINS;

/** A header with everything about its polytope. */
interface Header extends Omit<CertificateHeader, 'domain'> {
  readonly domain: StatedPolytope;
  readonly polytope: PolytopeEvidence;
}

const files = new Map<Name, { readonly header: Header; readonly rest: Buffer; readonly cells: number }>();
let network: Network;

beforeAll(async () => {
  ({ network } = await readNetwork(DEMO));
  for (const name of Object.keys(DOMAINS) as Name[]) {
    const certificate = join(scratch, `${name}.cert`);
    const domain = domainOfJson(DOMAINS[name], 2);
    const { cells } = await runCount({ network, domain, certificate, workers: 1 });
    const content = gunzipSync(readFileSync(certificate));
    const end = content.indexOf(10);
    const header = JSON.parse(content.subarray(0, end).toString()) as Header;
    files.set(name, { header, rest: content.subarray(end), cells });
  }
});

/** What the checker says of the certificate with another header. */
async function verdict(name: Name, change: (header: Header) => unknown) {
  const { header, rest } = files.get(name)!;
  const file = join(scratch, 'changed.cert');
  writeFileSync(file, gzipSync(Buffer.concat([Buffer.from(JSON.stringify(change(header))), rest])));
  return checkCertificate(network, file);
}

const scaled = (text: string, factor: Rational) => formatRational(multiply(parseRational(text), factor));
const HALF = rational(1n, 2n);

/** The first multiplier times a factor. */
const firstTimes = (by: WeightedConditions, factor: Rational) =>
  by.map(([k, m], i) => [k, i === 0 ? scaled(m, factor) : m] as const);

it.each(Object.keys(DOMAINS) as Name[])('%s: as it was written it is accepted and states the domain', async (name) => {
  const report = await verdict(name, (header) => header);
  expect(report).toMatchObject({ accepted: true, cells: files.get(name)!.cells });
  const domain = domainOfJson(DOMAINS[name], 2);
  expect(report.accepted && sameConditions(report.domain, domain)).toBe(true);
});

/** A change of the evidence. */
const evidence =
  (change: (polytope: PolytopeEvidence) => unknown) =>
  (header: Header): unknown => ({ ...header, polytope: change(header.polytope) });
const domain =
  (change: (stated: StatedPolytope) => unknown) =>
  (header: Header): unknown => ({ ...header, domain: change(header.domain) });
/** The first bound replaced. */
const lower = (change: (by: WeightedConditions, bound: string) => object) =>
  evidence(({ bounds, ...rest }) => {
    const [[first, second], ...others] = bounds as readonly [readonly [ProvedBound, ProvedBound], ...unknown[]];
    return { ...rest, bounds: [[{ ...first, ...change(first.by, first.bound) }, second], ...others] };
  });
const without = <T>(list: readonly T[], index: number) => list.filter((_, k) => k !== index);

describe('a changed header is refused', () => {
  const changes: readonly (readonly [string, Name, (header: Header) => unknown, RegExp])[] = [
    ['a tighter bound', 'triangle', lower((_, bound) => ({ bound: scaled(bound, HALF) })), /not prove the lower bound/],
    ['a bound beyond', 'segment', lower(() => ({ bound: '5' })), /not prove the lower bound of free input 0/],
    [
      'another multiplier',
      'triangle',
      lower((by) => ({ by: firstTimes(by, rational(2n)) })),
      /not prove the lower bound/,
    ],
    ['a missing term', 'triangle', lower((by) => ({ by: by.slice(1) })), /not prove the lower bound/],
    [
      'a negative multiplier',
      'triangle',
      lower((by) => ({ by: firstTimes(by, rational(-1n)) })),
      /multiplier of inequality \d is not positive/,
    ],
    [
      'an inequality that is not there',
      'triangle',
      lower((by) => ({ by: [...by, [9, '1']] })),
      /9, which there is not/,
    ],
    ['no number', 'triangle', lower(() => ({ bound: 'one' })), /not valid/],
    ['no bounds', 'triangle', evidence(({ implied }) => ({ implied })), /./],
    ['no evidence', 'triangle', ({ polytope: _, ...rest }) => rest, /no evidence/],
    ['one bound too few', 'triangle', evidence((p) => ({ ...p, bounds: p.bounds!.slice(1) })), /2 free inputs, .* 1$/],
    ['a hull that is too large', 'segment', evidence((p) => ({ ...p, implied: [] })), /2 free inputs, .* 1$/],
    [
      'a hull that is too small',
      'triangle',
      evidence((p) => ({ ...p, implied: [[[0, '1']]] })),
      /combination 0 of inequalities does not vanish/,
    ],
    [
      'another combination',
      'segment',
      evidence((p) => ({
        ...p,
        implied: p.implied.map((by) => firstTimes(by, HALF)),
      })),
      /combination 0 of inequalities does not vanish/,
    ],
    ...[0, 1, 2].map(
      (k) =>
        [
          `inequality ${k} omitted`,
          'triangle',
          domain((d) => ({ ...d, inequalities: without(d.inequalities, k) })),
          /./,
        ] as const,
    ),
    ...[0, 1].map(
      (k) =>
        [
          `inequality ${k} omitted`,
          'wedge',
          domain((d) => ({ ...d, inequalities: without(d.inequalities, k) })),
          /./,
        ] as const,
    ),
    [
      'an inequality more',
      'wedge',
      domain((d) => ({ ...d, inequalities: [...d.inequalities, { a: ['0', '1'], b: '0' }] })),
      /./,
    ],
    [
      'a stronger inequality',
      'wedge',
      domain((d) => ({ ...d, inequalities: [{ a: ['-1', '0'], b: '-1' }, ...d.inequalities.slice(1)] })),
      /witness is not strictly inside the domain|does not prove/,
    ],
    [
      'a weaker inequality',
      'wedge',
      domain((d) => ({ ...d, inequalities: [{ a: ['-1', '0'], b: '1' }, ...d.inequalities.slice(1)] })),
      /does not prove/,
    ],
    ['an empty domain', 'wedge', domain((d) => ({ ...d, equalities: [{ a: ['0', '0'], b: '1' }] })), /empty/],
    ['another dimension', 'wedge', domain((d) => ({ ...d, dimension: 3 })), /expected 3 coefficients/],
    ['an inequality that is none', 'wedge', domain((d) => ({ ...d, inequalities: [{ a: [] }] })), /not valid/],
  ];
  it.each(changes)('%s (%s)', async (_, name, change, reason) => {
    const report = await verdict(name, change);
    expect(report.accepted).toBe(false);
    if (!report.accepted) expect(report.reason).toMatch(reason);
  });
});

describe('evidence by hand is refused', () => {
  const bound = (a: bigint, b: bigint, most: bigint) => ({
    coefficients: [rational(a), rational(b)],
    bound: rational(most),
  });
  const strip = [bound(1n, 0n, 0n), bound(-1n, 0n, 1n)];
  const line = [bound(1n, 0n, 0n), bound(-1n, 0n, 0n)];
  const triangle = [bound(1n, 1n, 1n), bound(-1n, 0n, 0n), bound(0n, -1n, 0n)];
  const proved = { bound: '0', by: [[1, '1']] } as const;
  const other = { bound: '0', by: [[2, '1']] } as const;
  const most = {
    bound: '1',
    by: [
      [0, '1'],
      [2, '1'],
    ],
  } as const;
  const highest = {
    bound: '1',
    by: [
      [0, '1'],
      [1, '1'],
    ],
  } as const;

  it.each<[string, PolytopeDomain, PolytopeEvidence, RegExp]>([
    [
      'a combination that is constant, but not zero',
      polytope(2, strip),
      {
        implied: [
          [
            [0, '1'],
            [1, '1'],
          ],
        ],
      },
      /combination 0 of inequalities does not vanish/,
    ],
    [
      'an inequality that joins a combination with the multiplier 0',
      polytope(2, [...line, bound(0n, 1n, 0n)]),
      {
        implied: [
          [
            [0, '1'],
            [1, '1'],
            [2, '0'],
          ],
        ],
      },
      /multiplier of inequality 2 is not positive/,
    ],
    [
      'a condition that holds nowhere',
      polytope(2, [...triangle, bound(0n, 0n, -1n)]),
      { implied: [] },
      /empty: inequality 3 is satisfied nowhere/,
    ],
    [
      'a condition that holds nowhere on the hull',
      polytope(2, [bound(1n, 0n, -1n)], { equalities: [bound(2n, 0n, 0n)] }),
      { implied: [] },
      /empty: inequality 0 is satisfied nowhere/,
    ],
    [
      'equalities that contradict each other, with a combination beside them',
      polytope(2, line, { equalities: [bound(0n, 1n, 0n), bound(0n, 1n, 1n)] }),
      {
        implied: [
          [
            [0, '1'],
            [1, '1'],
          ],
        ],
      },
      /empty: its equalities contradict each other/,
    ],
    [
      'one point',
      polytope(2, [], { equalities: [bound(1n, 1n, 0n), bound(1n, -1n, 0n)] }),
      { implied: [] },
      /single point/,
    ],
    [
      'an upper bound that is too low',
      polytope(2, triangle),
      {
        implied: [],
        bounds: [
          [proved, { ...most, bound: '1/2' }],
          [other, highest],
        ],
      },
      /not prove the upper bound of free input 0/,
    ],
  ])('%s', (_, stated, proof, reason) => {
    expect(() => checkedPolytope(stated, proof)).toThrow(PolytopeError);
    expect(() => checkedPolytope(stated, proof)).toThrow(reason);
  });

  it('and accepted where it is right: conditions that always hold say nothing', () => {
    const stated = polytope(2, [...triangle, bound(0n, 0n, 1n), bound(0n, 0n, 0n)]);
    const { within } = checkedPolytope(stated, {
      implied: [],
      bounds: [
        [proved, most],
        [other, highest],
      ],
    });
    expect(within).toEqual(cube(2, 0, 1));
    expect(
      checkedPolytope(polytope(2, line), {
        implied: [
          [
            [0, '1'],
            [1, '1'],
          ],
        ],
      }).hull.free,
    ).toEqual([1]);
  });
});

describe('the evidence of a polytope', () => {
  const any = fc.oneof(
    genericNetwork({ inputs: 2, widths: [3] }).chain(polytopeFor),
    fc.constantFrom([2, 1], [3, 2]).chain(([n, k]) => flatPolytope(n!, k!).map((flat) => flat.domain)),
  );

  it('proves the hull and the box that the engines use', () => {
    holds(
      fc.property(any, (stated) => {
        const { hull, box, evidence: proof } = preparePolytope(stated);
        const checked = checkedPolytope(stated, proof);
        expect(checked.hull.free).toEqual(hull.free);
        expect(checked.within.kind).toBe(box === undefined ? 'whole' : 'box');
      }),
      { seed: 71, runs: 60 },
    );
  });

  it('proves nothing when one of its multipliers is another number', () => {
    const chosen = fc.record({ stated: any, which: fc.nat(), factor: fc.constantFrom(HALF, rational(3n)) });
    holds(
      fc.property(chosen, ({ stated, which, factor }) => {
        const proof = preparePolytope(stated).evidence;
        const lists = [...proof.implied, ...(proof.bounds ?? []).flatMap(([low, high]) => [low.by, high.by])];
        // A single inequality times any number still vanishes where it vanishes.
        const places = lists.flatMap((list) => (list.length > 1 ? list : []));
        fc.pre(places.length > 0);
        const target = places[which % places.length]!;
        const changed = (list: WeightedConditions): WeightedConditions =>
          list.map((term) => (term === target ? [term[0], scaled(term[1], factor)] : term));
        const forged: PolytopeEvidence = {
          implied: proof.implied.map(changed),
          ...(proof.bounds && {
            bounds: proof.bounds.map(
              ([low, high]) =>
                [
                  { ...low, by: changed(low.by) },
                  { ...high, by: changed(high.by) },
                ] as const,
            ),
          }),
        };
        expect(() => checkedPolytope(stated, forged)).toThrow(PolytopeError);
      }),
      { seed: 72, runs: 60 },
    );
  });
});

it('domains are the same if they state the same conditions, in any order and scale', () => {
  const [one, other] = [rational(1n), rational(-2n, 3n)];
  const row = (factor: Rational, bound = one) => ({
    coefficients: [one, other].map((a) => multiply(a, factor)),
    bound: multiply(bound, factor),
  });
  const triangle: PolytopeDomain = polytope(2, [row(one), row(other), row(one, add(one, one))]);
  const again = polytope(2, [row(rational(7n), add(one, one)), row(rational(5n)), row(rational(-1n))]);
  expect(sameConditions(triangle, again)).toBe(true);
  expect(sameConditions(triangle, polytope(2, [row(one), row(other)]))).toBe(false);
  expect(sameConditions(cube(2, 0, 1), polytope(2, [], { box: cube(2, 0, 1) }))).toBe(true);
  expect(sameConditions(cube(2, 0, 1), cube(2, 0, 2))).toBe(false);
  expect(sameConditions(whole(2), polytope(2, []))).toBe(true);
  expect(sameConditions(whole(2), whole(3))).toBe(false);
});

describe('witnesses', () => {
  // Where the conditions x + y <= 1, -x + 2 y <= 1/2 and y >= -1/3 meet, on a face, inside, and beyond it within the bounds.
  it.each<[string, bigint[], bigint, boolean]>([
    ['inside', [0n, 0n], 1n, true],
    ['in a corner', [1n, 1n], 2n, false],
    ['on a face', [3n, 1n], 4n, false],
    ['close to it', [299n, 100n], 400n, true],
    ['beyond it', [301n, 100n], 400n, false],
    ['beyond the bounds', [0n, 1000n], 1n, false],
  ])('are strictly inside: %s', (_, numerators, denominator, isInside) => {
    const domain = domainOfJson(DOMAINS.triangle, 2) as PolytopeDomain;
    const subject = checkedNetwork(network, domain, preparePolytope(domain).evidence);
    expect(placeInside(subject, { numerators, denominator }) !== undefined).toBe(isInside);
  });

  it('need not be beyond conditions that the hull is within', () => {
    const domain = domainOfJson(DOMAINS.segment, 2) as PolytopeDomain;
    const subject = checkedNetwork(network, domain, preparePolytope(domain).evidence);
    expect(placeInside(subject, { numerators: [1n], denominator: 3n })).toBeDefined();
    expect(placeInside(subject, { numerators: [4n], denominator: 3n })).toBeUndefined();
  });
});
