/**
 * Verifies the evidence of a homology in one pass, with nothing of the code that made it.
 *
 * *What is proved.* (1) The faces are all of the partition of the domain, and those in the set are all of the set (`check-partition.ts`). (2) The critical faces with their
 * boundaries along the matching have the homology of these faces, or of these modulo those on the boundary of the domain (`check-matching.ts`). (3) The ranks
 * of these boundaries, and over Z their Smith forms, are the numbers.
 * (4) An unbounded domain is cut off by the box of `enclosingBox`, which is computed again: by the lemma there this changes no homology.
 */
import { z } from 'zod';
import { enclosedPart } from '../analysis/geometry/index.js';
import { PolytopeError } from '../checker/index.js';
import { parseRational } from '../exact/index.js';
import { FormatError } from '../formats/index.js';
import { domainContent, domainOfContent } from '../formats/json/index.js';
import { type Domain, DomainError, type Network, networkDigest } from '../network/index.js';
import { checkMatching, type Sum } from './check-matching.js';
import { type ClaimedPartition, checkPartition } from './check-partition.js';
import { type DenseMatrix, rankModulo2, smithFactors } from './dense.js';
import { HOMOLOGY_FORMAT, HOMOLOGY_VERSION } from './evidence-format.js';
import { demand, Refusal } from './refusal.js';
import { checkSet, comparisonsOf, type DecisionSet, type Ends } from './set.js';

export type EvidenceReport =
  | {
      readonly accepted: true;
      readonly field: string;
      readonly betti: readonly number[];
      readonly torsion?: readonly (readonly bigint[])[];
      readonly ends: Ends;
      /** Faces of the set by dimension; modulo its ends, those that do not lie on the boundary of the domain. */
      readonly faces: readonly number[];
      /** Faces of the domain by dimension; the last are the pieces of its cells, cut by the comparisons of the set. */
      readonly partition: readonly number[];
      readonly set: DecisionSet;
      readonly domain: Domain;
    }
  | { readonly accepted: false; readonly reason: string };

/** What is thrown where the file is wrong. */
const REFUSALS = [Refusal, FormatError, PolytopeError, DomainError, RangeError, SyntaxError];

const index = z.int().nonnegative();
const integer = z.string().regex(/^-?\d+$/);
const output = { output: index, level: z.string() };
const schema = z.strictObject({
  format: z.literal(HOMOLOGY_FORMAT),
  version: z.literal(HOMOLOGY_VERSION, {
    error: ({ input }) => `expected ${HOMOLOGY_VERSION}, got ${JSON.stringify(input)}; write the certificate again`,
  }),
  network: z.string(),
  domain: z.unknown(),
  enclosed: z.literal(true).optional(),
  implied: z.array(z.array(z.tuple([index, z.string()]))),
  set: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('all') }),
    z.strictObject({ kind: z.literal('class'), classes: z.array(index) }),
    ...(['above', 'below', 'equal'] as const).map((kind) => z.strictObject({ kind: z.literal(kind), ...output })),
  ]),
  ends: z.enum(['singular', 'borel-moore']),
  field: z.enum(['Q', 'Z', 'GF2']),
  betti: z.array(index),
  torsion: z.array(z.array(integer)).optional(),
  vertices: z.array(z.array(z.string())),
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

/** What of the domain the faces are said to cover. */
function boundedDomain(
  network: Network,
  domain: Domain,
  set: DecisionSet,
  { enclosed: isCut, ends }: Evidence,
): ClaimedPartition['domain'] {
  demand(
    ends === 'singular' || domain.kind !== 'polytope',
    'Borel-Moore homology: expected a box or all of R^d, got a polytope',
  );
  if (isCut === undefined) {
    demand(domain.kind !== 'whole', '"enclosed": expected true on R^d');
    return domain;
  }
  demand(domain.kind !== 'box', '"enclosed": expected an unbounded domain, got a box');
  return enclosedPart(network, domain, comparisonsOf(set, network.outputs)).domain;
}

/** The stated boundaries of critical faces are those along the matching. */
function checkReduced({ critical, reduced }: Evidence, computed: readonly (readonly Sum[])[]): void {
  demand(reduced.length === critical.length, 'expected reduced boundaries of every dimension');
  computed.forEach((sums, k) => {
    demand(reduced[k]!.length === sums.length, `expected a reduced boundary of every critical face of dimension ${k}`);
    sums.forEach((sum, position) => {
      const entries = [...sum].filter(([, entry]) => entry !== 0n).sort(([a], [b]) => a - b);
      const stated = reduced[k]![position]!.map(([column, entry]) => [column, BigInt(entry)]);
      demand(
        String(entries) === String(stated),
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

/** (3): ranks, torsion, and the numbers that are claimed. */
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
 * Verifies evidence about a network. Cost: linear in the faces of the domain, but for the ranks of the reduced boundaries.
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
    return verified(network, parsed.data);
  } catch (error) {
    if (REFUSALS.some((kind) => error instanceof kind)) return { accepted: false, reason: (error as Error).message };
    throw error;
  }
}

function verified(network: Network, evidence: Evidence): EvidenceReport {
  const { ends, field, betti, boundary, pairs, critical } = evidence;
  demand(evidence.network === networkDigest(network), 'the evidence is about another network');
  const set = setOf(evidence);
  checkSet(set, network);
  const domain = domainOfContent(domainContent(evidence.domain, 'domain'), network.inputs);
  const bounded = boundedDomain(network, domain, set, evidence);
  const { isInside, isOnBoundary } = checkPartition({ ...evidence, network, domain: bounded, set });
  const isTaken =
    ends === 'singular'
      ? isInside
      : isInside.map((level, k) => level.map((inside, f) => inside && !isOnBoundary[k]![f]!));
  demand(critical.length === isTaken.length, 'expected critical faces of every dimension');
  checkReduced(evidence, checkMatching({ isTaken, boundary, pairs, critical }));
  const torsion = checkNumbers(evidence);
  return {
    accepted: true,
    field,
    betti,
    ...(torsion && { torsion }),
    ends,
    faces: isTaken.map((level) => level.filter(Boolean).length),
    partition: isTaken.map(({ length }) => length),
    set,
    domain,
  };
}
