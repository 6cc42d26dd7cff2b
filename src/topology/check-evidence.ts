/**
 * Verifies the evidence of a homology in one pass, with nothing of the code that made it.
 *
 * *What is proved.* (1) Every face is the hull of vertices on which the network is affine and the conditions of the set hold: no neuron has both
 * signs among them, so by induction over the layers all pre-activations are affine on the hull. Hence the complex lies in the set.
 * (2) Every face of dimension k is a polytope with all its facets. Its vertices span k dimensions. Each facet that is listed consists of the vertices at
 * which an affine function vanishes (a pre-activation, a comparison, a bound) that has one sign at the others, so it is a facet; and each ridge
 * lies in two of them, so the neighbours of listed facets are listed, and all are, as the facets of a polytope are connected through
 * ridges. Incidence numbers with d d = 0 are then those of a regular complex (Cooke and Finney 1967, theorem II.6.2).
 * (3) The matching is acyclic, as the other facets that have partners come later; so the critical faces with the reduced boundaries, which are
 * computed again, have the same homology (Forman 1998; Skoldberg 2006, theorem 1). (4) The ranks of these, and over Z their Smith forms, are the numbers.
 *
 * *What is not.* That the complex is all of the set, and that faces meet in faces.
 */
import { z } from 'zod';
import {
  add,
  integersFromRationals,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rank,
  signOfInteger,
  subtract,
  ZERO,
} from '../exact/index.js';
import { FormatError } from '../formats/index.js';
import { domainContent, domainOfContent } from '../formats/json/index.js';
import {
  bends,
  type Domain,
  evaluateExact,
  type LinearBound,
  type Network,
  networkDigest,
  type Sign,
} from '../network/index.js';
import { type DenseMatrix, rankModulo2, smithFactors } from './dense.js';
import { HOMOLOGY_FORMAT } from './evidence.js';
import { admits, checkSet, comparisonsOf, type DecisionSet } from './set.js';

export type EvidenceReport =
  | {
      readonly accepted: true;
      readonly field: string;
      readonly betti: readonly number[];
      readonly torsion?: readonly (readonly bigint[])[];
      /** Faces by dimension. */
      readonly faces: readonly number[];
      readonly set: DecisionSet;
      readonly domain: Domain;
    }
  | { readonly accepted: false; readonly reason: string };

/** Why evidence is refused. */
class Refusal extends Error {}

function demand(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new Refusal(reason);
}

const index = z.int().nonnegative();
const integer = z.string().regex(/^-?\d+$/);
const output = { output: index, level: z.string() };
const schema = z.strictObject({
  format: z.literal(HOMOLOGY_FORMAT),
  version: z.literal(1),
  network: z.string(),
  domain: z.unknown(),
  set: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('class'), classes: z.array(index) }),
    ...(['above', 'below', 'equal'] as const).map((kind) => z.strictObject({ kind: z.literal(kind), ...output })),
  ]),
  field: z.enum(['Q', 'Z', 'GF2']),
  betti: z.array(index),
  torsion: z.array(z.array(integer)).optional(),
  vertices: z.array(z.array(z.string())),
  faces: z.array(z.array(z.array(index))),
  boundary: z.array(z.array(z.array(z.int()))),
  pairs: z.array(z.tuple([index, index, index])),
  critical: z.array(z.array(index)),
  reduced: z.array(z.array(z.array(z.tuple([index, integer])))),
});
type Evidence = z.infer<typeof schema>;

function setOf({ set }: Evidence): DecisionSet {
  if (set.kind === 'all' || set.kind === 'class') return set;
  return { kind: set.kind, output: set.output, level: parseRational(set.level) };
}

/** b - a . x */
function slackOf({ coefficients, bound }: LinearBound, point: readonly Rational[]): Rational {
  return subtract(
    bound,
    coefficients.reduce((sum, a, i) => add(sum, multiply(a, point[i]!)), ZERO),
  );
}

/** The slacks of a domain's inequalities at a point, all >= 0 inside; undefined if an equality is violated. */
function slacksOf(domain: Domain, point: readonly Rational[]): Rational[] | undefined {
  if (domain.kind === 'whole') return [];
  if (domain.kind === 'box')
    return point.flatMap((x, i) => [subtract(x, domain.lower[i]!), subtract(domain.upper[i]!, x)]);
  if (domain.equalities.some((row) => slackOf(row, point).numerator !== 0n)) return undefined;
  const bounds = domain.box === undefined ? [] : slacksOf(domain.box, point)!;
  return [...domain.inequalities.map((row) => slackOf(row, point)), ...bounds];
}

/** What is known of a vertex. */
interface Corner {
  /** Of the neurons that bend, the comparisons, and the slacks of the domain: functions that are affine wherever none of them changes its sign. */
  readonly signs: readonly Sign[];
  /** 1 and the coordinates, as integers over one denominator. */
  readonly row: readonly bigint[];
}

function cornersOf(network: Network, domain: Domain, set: DecisionSet, { vertices }: Evidence): Corner[] {
  const comparisons = comparisonsOf(set, network.outputs);
  return vertices.map((texts, v) => {
    demand(texts.length === network.inputs, `vertex ${v}: expected ${network.inputs} coordinates, got ${texts.length}`);
    const point = texts.map(parseRational);
    const slacks = slacksOf(domain, point);
    demand(slacks?.every(({ numerator }) => numerator >= 0n) === true, `vertex ${v} lies outside of the domain`);
    const { output: y, pattern } = evaluateExact(network, point);
    const values = comparisons.map((level) => {
      const other = 'minus' in level ? y[level.minus]! : level.threshold;
      return subtract(y[level.output]!, other);
    });
    const inside = values.every((value) => admits(set, signOf(value)));
    demand(inside, `vertex ${v} lies outside of the set`);
    const bending = pattern.flatMap((signs, l) => signs.filter((_, j) => bends(network.layers[l]!.slopes[j]!)));
    return {
      signs: [...bending, ...values.map(signOf), ...slacks!.map(signOf)],
      row: integersFromRationals([ONE, ...point]).numerators,
    };
  });
}

const signOf = ({ numerator }: Rational): Sign => signOfInteger(numerator);

/** (1): the network is affine on every face; and its vertices span as many dimensions as it has. */
function checkPlaces(corners: readonly Corner[], { faces }: Evidence): void {
  faces.forEach((level, k) => {
    level.forEach((ids, face) => {
      const named = `face ${face} of dimension ${k}`;
      demand(
        ids.length > k && ids.every((id) => id < corners.length) && new Set(ids).size === ids.length,
        `${named}: expected more than ${k} different vertices that exist`,
      );
      const own = ids.map((id) => corners[id]!);
      const bent = own[0]!.signs.findIndex((_, s) => {
        const seen = own.map(({ signs }) => signs[s]!);
        return seen.includes(1) && seen.includes(-1);
      });
      demand(bent < 0, `${named}: the network bends, or crosses the level, inside of it`);
      demand(rank(own.map(({ row }) => row)) === k + 1, `${named}: its vertices do not span ${k} dimensions`);
    });
  });
}

/** Whether a facet's vertices are those of a face at which one of the functions vanishes. */
function isExposed(corners: readonly Corner[], ids: readonly number[], facet: readonly number[]): boolean {
  const on = new Set(facet);
  const [first, ...others] = ids.filter((id) => !on.has(id)).map((id) => corners[id]!.signs);
  if (first === undefined || !facet.every((id) => ids.includes(id))) return false;
  return first.some(
    (sign, s) =>
      sign !== 0 && others.every((signs) => signs[s] === sign) && facet.every((id) => corners[id]!.signs[s] === 0),
  );
}

/** The facets of a face with their incidence numbers. */
function incidences(
  { boundary }: Evidence,
  k: number,
  face: number,
): { readonly facet: number; readonly sign: bigint }[] {
  return boundary[k]![face]!.map((entry) => ({ facet: Math.abs(entry) - 1, sign: entry > 0 ? 1n : -1n }));
}

/** (2): the faces are polytopes with all their facets, and the incidence numbers make a chain complex. */
function checkChains(corners: readonly Corner[], evidence: Evidence): void {
  const { faces, boundary } = evidence;
  demand(boundary.length === faces.length, 'expected boundaries of every dimension');
  faces.forEach((level, k) => {
    demand(boundary[k]!.length === level.length, `expected a boundary of every face of dimension ${k}`);
    for (const face of level.keys()) checkFacets(corners, evidence, k, face);
  });
}

function checkFacets(corners: readonly Corner[], evidence: Evidence, k: number, face: number): void {
  const { faces } = evidence;
  const named = `face ${face} of dimension ${k}`;
  const facets = incidences(evidence, k, face);
  demand(k > 0 === facets.length > 0, `${named}: expected ${k > 0 ? 'facets' : 'no boundary of a vertex'}`);
  demand(new Set(facets.map(({ facet }) => facet)).size === facets.length, `${named}: names a facet twice`);
  /** What meets at each ridge; of an edge, at nothing. */
  const ridges = new Map<number, bigint[]>();
  for (const { facet, sign } of facets) {
    const below = faces[k - 1]![facet];
    demand(
      below !== undefined && isExposed(corners, faces[k]![face]!, below),
      `${named}: its facet ${facet} is none of it`,
    );
    const own = k === 1 ? [{ facet: 0, sign: 1n }] : incidences(evidence, k - 1, facet);
    for (const ridge of own) ridges.set(ridge.facet, [...(ridges.get(ridge.facet) ?? []), sign * ridge.sign]);
  }
  const closed = [...ridges.values()].every((list) => list.length === 2 && list[0]! + list[1]! === 0n);
  demand(closed, `${named}: its boundary is not closed`);
}

/** Sums of critical faces by position. */
type Sum = Map<number, bigint>;

/** (3): the boundaries between the critical faces, along the matching from its end. */
function checkMatching(evidence: Evidence): void {
  const { faces, pairs, critical, reduced } = evidence;
  const place = faces.map((level) => new Array<number>(level.length).fill(-1));
  /** The role of every face: paired with one above (its position in pairs), paired with one below, or critical. */
  const take = (k: number, face: number, role: number) => {
    demand(place[k]?.[face] === -1, `face ${face} of dimension ${k}: expected it once among pairs and critical faces`);
    place[k]![face] = role;
  };
  const BELOW = pairs.length;
  const CRITICAL = BELOW + 1;
  pairs.forEach(([k, face, above], at) => {
    take(k, face, at);
    take(k + 1, above, BELOW);
  });
  for (const [k, list] of critical.entries()) for (const face of list) take(k, face, CRITICAL);
  demand(
    place.every((level) => !level.includes(-1)),
    'expected every face among pairs and critical faces',
  );
  const images = faces.map((level) => new Array<Sum | undefined>(level.length));
  for (const [k, list] of critical.entries())
    for (const [position, face] of list.entries()) images[k]![face] = new Map([[position, 1n]]);
  const imageOf = (
    k: number,
    list: readonly { readonly facet: number; readonly sign: bigint }[],
    after: number,
  ): Sum => {
    const sum: Sum = new Map();
    for (const { facet, sign } of list) {
      const role = place[k]![facet]!;
      if (role === BELOW) continue;
      demand(role > after, `pair ${after}: the matching has a cycle, or its order is wrong`);
      for (const [position, entry] of images[k]![facet]!) sum.set(position, (sum.get(position) ?? 0n) + sign * entry);
    }
    return sum;
  };
  for (let at = pairs.length - 1; at >= 0; at--) {
    const [k, face, above] = pairs[at]!;
    const list = incidences(evidence, k + 1, above);
    const own = list.find(({ facet }) => facet === face);
    demand(own !== undefined, `pair ${at}: face ${face} is no facet of face ${above}`);
    const rest = imageOf(
      k,
      list.filter((entry) => entry !== own),
      at,
    );
    images[k]![face] = new Map([...rest].map(([position, entry]) => [position, -own.sign * entry]));
  }
  demand(reduced.length === critical.length, 'expected reduced boundaries of every dimension');
  critical.forEach((list, k) => {
    demand(reduced[k]!.length === list.length, `expected a reduced boundary of every critical face of dimension ${k}`);
    list.forEach((face, position) => {
      const sum = k === 0 ? new Map<number, bigint>() : imageOf(k - 1, incidences(evidence, k, face), -1);
      const computed = [...sum].filter(([, entry]) => entry !== 0n).sort(([a], [b]) => a - b);
      const stated = reduced[k]![position]!.map(([column, entry]) => [column, BigInt(entry)]);
      demand(
        String(computed) === String(stated),
        `critical face ${position} of dimension ${k}: its reduced boundary is another one`,
      );
    });
  });
}

function matrixOf({ critical, reduced }: Evidence, k: number): DenseMatrix {
  const columns = critical[k - 1]?.length ?? 0;
  return (reduced[k] ?? []).map((chain) => {
    const row = new Array<bigint>(columns).fill(0n);
    for (const [column, entry] of chain) row[column] = BigInt(entry);
    return row;
  });
}

/** (4): ranks, torsion, and the numbers that are claimed. */
function checkNumbers(evidence: Evidence): bigint[][] | undefined {
  const { critical, field, betti, torsion } = evidence;
  const matrices = Array.from({ length: critical.length + 1 }, (_, k) => matrixOf(evidence, k));
  const factors = matrices.map((matrix) => (field === 'GF2' ? [] : smithFactors(matrix)));
  const rank = (k: number) => (field === 'GF2' ? rankModulo2(matrices[k]!) : factors[k]!.length);
  const computed = critical.map((list, k) => list.length - rank(k) - rank(k + 1));
  demand(String(betti) === String(computed), `Betti numbers: expected ${computed}, got ${betti}`);
  if (field !== 'Z') return undefined;
  const orders = critical.map((_, k) => factors[k + 1]!.filter((factor) => factor > 1n));
  demand(
    JSON.stringify(torsion) === JSON.stringify(orders.map((list) => list.map(String))),
    `torsion: expected ${JSON.stringify(orders.map((list) => list.map(String)))}, got ${JSON.stringify(torsion)}`,
  );
  return orders;
}

/**
 * Verifies evidence about a network. Cost: linear in the complex, but for the ranks of the reduced boundaries.
 *
 * @param content of a file that `homologyEvidence` made, or that somebody else says to prove a homology
 */
export function checkHomologyEvidence(network: Network, content: unknown): EvidenceReport {
  try {
    const parsed = schema.safeParse(content);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new Refusal(`${issue!.path.join('.') || 'the file'}: ${issue!.message}`);
    }
    const evidence = parsed.data;
    demand(evidence.network === networkDigest(network), 'the evidence is about another network');
    const set = setOf(evidence);
    checkSet(set, network);
    const domain = domainOfContent(domainContent(evidence.domain, 'domain'), network.inputs);
    const corners = cornersOf(network, domain, set, evidence);
    checkPlaces(corners, evidence);
    checkChains(corners, evidence);
    checkMatching(evidence);
    const torsion = checkNumbers(evidence);
    const faces = evidence.faces.map((level) => level.length);
    return {
      accepted: true,
      field: evidence.field,
      betti: evidence.betti,
      ...(torsion && { torsion }),
      faces,
      set,
      domain,
    };
  } catch (error) {
    if ([Refusal, FormatError, RangeError, SyntaxError].some((kind) => error instanceof kind))
      return { accepted: false, reason: (error as Error).message };
    throw error;
  }
}
