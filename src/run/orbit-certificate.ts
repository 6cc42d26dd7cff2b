/**
 * What a certificate by orbits (`certificate/orbits.ts`) has beside the records of the parts that are walked.
 */
import { IMAGE, type StatedImage, type StatedMap, type StatedOrbits } from '../certificate/index.js';
import { EngineError } from '../engines/index.js';
import { formatRational, rational } from '../exact/index.js';
import { DomainError, type InputMap, isBijective } from '../network/index.js';
import { type CutPlan, dimensionOfHull, type OrbitRoot, type PartitionProblem } from '../problem/index.js';
import type { KernelFactory, SplitTreeSink } from '../walk/index.js';
import { traverse } from '../walk/index.js';
import { certificateSink } from './certificate.js';

/** Records that no subtree of a root has. */
export interface RecordsAbove {
  /** Per path of a root those that precede its subtree, behind that of the root before. */
  readonly before: ReadonlyMap<string, Uint8Array>;
  /** Those behind the last subtree. */
  readonly after: Uint8Array;
}

/** The records above the parts that are walked, and of those that are images. */
export function recordsAbove(
  problem: PartitionProblem,
  kernel: KernelFactory,
  cuts: readonly number[],
  roots: readonly OrbitRoot[],
): RecordsAbove {
  const certificate = certificateSink(problem);
  const before = new Map<string, Uint8Array>();
  const done: Uint8Array[] = [];
  // Of the node that is being settled: those of a part that is walked come with its subtree, an image needs the signs of the cuts alone.
  let own: { readonly bytes: Uint8Array; readonly isOfCut: boolean }[] = [];
  const note = (isOfCut: boolean) => own.push({ bytes: certificate.take(), isOfCut });
  const sink: SplitTreeSink = {
    ...certificate,
    bounded(...told) {
      certificate.bounded(...told);
      note(true);
    },
    implied(layer, neuron, ...rest) {
      certificate.implied(layer, neuron, ...rest);
      note(cuts.includes(neuron));
    },
    narrow(narrowing) {
      certificate.narrow!(narrowing);
      note(true);
    },
    split(...told) {
      certificate.split(...told);
      done.push(...own.map(({ bytes }) => bytes), certificate.take());
      own = [];
    },
  };
  const walked = new Set(roots.map(({ path }) => path));
  traverse(problem, kernel, sink, {
    part(path) {
      if (walked.has(path)) before.set(path, joined(done.splice(0)));
      else done.push(...own.flatMap(({ bytes, isOfCut }) => (isOfCut ? [bytes] : [])), Uint8Array.of(IMAGE));
      own = [];
    },
  });
  return { before, after: joined(done) };
}

/** @throws DomainError for a flat domain, EngineError for too many inputs: of these a certificate by orbits cannot state the symmetries */
export function statedOrbits(
  { domain, network }: PartitionProblem,
  { cuts, symmetries }: CutPlan,
  roots: readonly OrbitRoot[],
): StatedOrbits {
  const maps = symmetries.map(({ map }) => map());
  if (dimensionOfHull(domain) < network.inputs || maps.some((map) => map === undefined))
    throw new DomainError(
      'symmetry: expected a domain with interior for a certificate by orbits, got a flat one; use --symmetry none, or drop the certificate',
    );
  if (!maps.every((map) => isBijective(map!)))
    throw new EngineError(
      'symmetry: expected at most 64 inputs for a certificate by orbits; use --symmetry none, or drop the certificate',
    );
  const images = roots.flatMap((root, k) => root.images!.map(({ signs, by }): StatedImage => [signs, k, by]));
  return { cuts, elements: maps.map((map) => statedElement(map!)), parts: roots.map(({ signs }) => signs!), images };
}

function statedElement({ rows, shift, denominator }: InputMap): StatedMap {
  const text = (numerator: bigint) => formatRational(rational(numerator, denominator));
  return {
    rows: rows.map((row) => row.map(([column, entry]) => [column, text(entry)] as const)),
    shift: shift.map(text),
  };
}

/** Pieces, one behind the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
