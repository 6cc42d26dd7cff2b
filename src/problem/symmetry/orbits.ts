/**
 * Subtrees of the split tree that are alike: where symmetries permute the cells one of each orbit is walked, and counts as many times as there are.
 *
 * The whole space is walked in the parts into which creases of the first layer cut it (`charts.ts`), and symmetries that permute these creases
 * permute the parts. A box, or a polytope, that is its own mirror image is cut first by a crease through 0, if the network has no biases: x -> -x
 * exchanges its sides.
 */
import { content, reducedEchelon } from '../../exact/index.js';
import { bends, type Network, rowsOf } from '../../network/index.js';
import type { GivenRows, PartitionProblem } from '../lowering.js';
import { CreaseRows, type SignedPermutation } from './invariance.js';

/** A subtree of the split tree, and how many there are like it, itself included. */
export interface OrbitRoot {
  readonly path: string;
  readonly weight: number;
}

/** The whole tree, without symmetries. */
export const WHOLE_TREE: readonly OrbitRoot[] = [{ path: '', weight: 1 }];

/** Disjoint subtrees, in tree order, whose cells after every layer, times their weights, are those of the whole tree. */
export function orbitRoots(problem: PartitionProblem): readonly OrbitRoot[] {
  const { charts, network } = problem;
  if (charts === undefined) return isMirrored(problem) ? [{ path: '-', weight: 2 }] : WHOLE_TREE;
  const { neurons } = charts.basis;
  const symmetries = symmetriesOf(network, neurons);
  return symmetries.length === 0 ? WHOLE_TREE : rootsOf(neurons.length, symmetries);
}

/** How often cells below a path count; 0 where no root is above it. */
export function weightOf(roots: readonly OrbitRoot[], path: string): number {
  return roots.find((root) => path.startsWith(root.path))?.weight ?? 0;
}

/** One part of each orbit. */
function rootsOf(size: number, symmetries: readonly SignedPermutation[]): OrbitRoot[] {
  const weights = new Map<number, number>();
  const seen = new Uint8Array(2 ** size);
  for (let part = 0; part < seen.length; part++) {
    if (seen[part] === 1) continue;
    const orbit = [part];
    seen[part] = 1;
    for (const one of orbit) {
      for (const symmetry of symmetries) {
        const other = imageOf(one, size, symmetry);
        if (seen[other] === 1) continue;
        seen[other] = 1;
        orbit.push(other);
      }
    }
    weights.set(part, orbit.length);
  }
  // The first side is the highest bit: so parts are numbered in tree order.
  return [...weights].map(([part, weight]) => ({
    path: part.toString(2).padStart(size, '0').replaceAll('0', '-').replaceAll('1', '+'),
    weight,
  }));
}

function imageOf(part: number, size: number, { images, signs }: SignedPermutation): number {
  let image = 0;
  for (let i = 0; i < size; i++) {
    const isPositive = ((part >> (size - 1 - i)) & 1) === 1;
    if (isPositive === signs[i]! > 0) image |= 1 << (size - 1 - images[i]!);
  }
  return image;
}

/** Symmetries among the exchanges and reflections of the basis, and x -> -x. */
function symmetriesOf(network: Network, neurons: readonly number[]): SignedPermutation[] {
  const creases = CreaseRows.of(network.layers, inBasis(network, neurons), neurons.length);
  return creases === undefined ? [] : candidates(neurons.length).filter((one) => creases.isInvariantUnder(one));
}

/** Generators of all signed permutations, and what generates the groups that are common among them. */
function candidates(size: number): SignedPermutation[] {
  const still = () => Array.from({ length: size }, (_, i) => i);
  const found: SignedPermutation[] = [];
  const signed = (negative: readonly number[], images = still()) =>
    found.push({ images, signs: still().map((i) => (negative.includes(i) ? -1 : 1)) });
  signed(still());
  for (let i = 0; i < size; i++) {
    signed([i]);
    for (let j = 0; j < i; j++) {
      const exchanged = still();
      exchanged[i] = j;
      exchanged[j] = i;
      signed([i, j]);
      signed([], exchanged);
      signed([i, j], exchanged);
      signed(still(), exchanged);
    }
  }
  for (const step of [1, -1]) {
    const cycle = still().map((i) => (i + step + size) % size);
    signed([], cycle);
    signed([size - 1], cycle);
  }
  return found;
}

/** The rows of the first layer in functions of the basis, without common factors, and 1. */
function inBasis(network: Network, neurons: readonly number[]) {
  const { inputs, layers } = network;
  const { rows, denominator } = rowsOf(layers[0]!.affine);
  const r = neurons.length;
  const matrix = Array.from({ length: inputs }, (_, i) => [
    ...neurons.map((k) => rows[k]![i]!),
    ...rows.map((row) => row[i]!),
  ]);
  const { rows: reduced, diagonal } = reducedEchelon(matrix, r);
  const units = neurons.map((k) => content(rows[k]!.slice(0, inputs)));
  const own = rows.map((row, k) => {
    const at = neurons.map((_, j) => reduced[j]![r + k]!);
    const constant = at.reduce((sum, entry, j) => sum - entry * rows[neurons[j]!]![inputs]!, diagonal * row[inputs]!);
    return [...at.map((entry, j) => entry * units[j]!), constant];
  });
  return { rows: own, denominator: diagonal * denominator };
}

/** Whether x -> -x takes the domain to itself and permutes the creases of all layers, and one of the first layer passes through 0. */
function isMirrored(problem: PartitionProblem): boolean {
  const { first, variables, homogeneous, network } = problem;
  const inputs = homogeneous ? variables - 1 : variables;
  if (network.layers.length === 0 || !isMirroredDomain(problem, inputs)) return false;
  const rows = rowsInInputs(problem, first, inputs);
  // Before anything is multiplied.
  const { slopes } = network.layers[0]!;
  if (rows.some((row, k) => row[inputs] !== 0n && bends(slopes[k]!))) return false;
  const creases = CreaseRows.of(network.layers, { rows, denominator: first.denominator }, inputs);
  if (creases?.hasFirst !== true) return false;
  const every = Array.from({ length: inputs }, (_, i) => i);
  return creases.isInvariantUnder({ images: every, signs: every.map(() => -1) });
}

function isMirroredDomain(problem: PartitionProblem, inputs: number): boolean {
  const { given, exactLower, exactUpper } = problem;
  for (let v = 0; v < inputs; v++) if (exactLower[v] !== -exactUpper[v]!) return false;
  const rows = rowsInInputs(problem, given, inputs);
  const named = (row: readonly bigint[]) => {
    const divisor = content(row);
    return row.map((entry) => (divisor > 1n ? entry / divisor : entry)).join();
  };
  const known = new Set(rows.map(named));
  return rows.every((row) => known.has(named(row.map((entry, c) => (c < inputs ? -entry : entry)))));
}

/** Rows of a problem as the coefficients of the inputs, and the constant. */
function rowsInInputs(
  { variables, biasSlot }: PartitionProblem,
  { numerators }: GivenRows,
  inputs: number,
): bigint[][] {
  const stride = variables + 1;
  return Array.from({ length: numerators.length / stride }, (_, k) => {
    const at = k * stride;
    return [...numerators.slice(at, at + inputs), numerators[at + biasSlot]!];
  });
}
