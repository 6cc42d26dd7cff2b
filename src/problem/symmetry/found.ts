/**
 * Symmetries of a network on its domain that are found: signed permutations of the functions that the charts of R^d start from, and x -> -x on boxes and
 * polytopes that are their own mirror images.
 */
import { content, rational, reducedEchelon } from '../../exact/index.js';
import {
  bends,
  CreaseRows,
  type InputMap,
  inputMap,
  type Network,
  rowsOf,
  type SignAction,
  signedPermutation,
} from '../../network/index.js';
import type { GivenRows, PartitionProblem } from '../lowering.js';
import type { CutPlan } from './plan.js';

/** More multiplications are not spent on looking for symmetries of the layers behind the first one. */
const MOST_WORK = 400_000;

/** What the walk of a problem is to be cut by first, and what exchanges the parts; undefined where nothing is found. */
export function foundPlan(problem: PartitionProblem): CutPlan | undefined {
  const { charts, network } = problem;
  if (charts === undefined) return mirrorPlan(problem);
  const { neurons } = charts.basis;
  const basis = inBasis(network, neurons);
  const creases = CreaseRows.of(network.layers, basis, neurons.length, MOST_WORK);
  if (creases === undefined) return undefined;
  const every = neurons.map((_, i) => i);
  const symmetries = candidates(neurons.length)
    .filter(({ images, signs }) => !('layer' in creases.moved(signedPermutation(images, signs))))
    .map(({ images, signs }) => ({
      map: () => inInputs(network, neurons, { images, signs }),
      // Behind the change coordinate images[i] is signs[i] times coordinate i.
      action: every.map((j) => {
        const to = images.indexOf(j);
        return { to, sign: signs[to]! };
      }),
    }));
  return symmetries.length === 0 ? undefined : { cuts: neurons, symmetries };
}

/** x -> y with y_images[i] = signs[i] x_i. */
interface SignedPermutation {
  readonly images: readonly number[];
  readonly signs: readonly (1 | -1)[];
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

/**
 * A signed permutation of the functions of the basis as a change of the inputs, which keeps as many inputs as the functions leave free: with the functions
 * u = L x + c and unit vectors E below L, the x -> M x + t with (L over E) M = (P L over E) and L t = P c - c, E t = 0.
 */
function inInputs(network: Network, neurons: readonly number[], { images, signs }: SignedPermutation): InputMap {
  const { inputs, layers } = network;
  const { rows } = rowsOf(layers[0]!.affine);
  const linear = neurons.map((k) => rows[k]!.slice(0, inputs));
  const units = linear.map(content);
  const common = units.reduce((product, unit) => product * unit, 1n);
  const functions = linear.map((row, j) => row.map((entry) => entry / units[j]!));
  const constants = neurons.map((k, j) => (rows[k]![inputs]! * common) / units[j]!);
  const { pivots } = reducedEchelon(functions, inputs);
  const unitRow = (i: number) => Array.from({ length: inputs }, (_, c) => (c === i ? 1n : 0n));
  const kept = Array.from({ length: inputs }, (_, i) => i).filter((i) => !pivots.includes(i));
  const moved = neurons.map((_, j) => {
    const from = images.indexOf(j);
    const sign = BigInt(signs[from]!);
    return [...functions[from]!.map((entry) => sign * entry), sign * constants[from]! - constants[j]!];
  });
  const { rows: solved, diagonal } = reducedEchelon(
    [...functions.map((row, j) => [...row, ...moved[j]!]), ...kept.map((i) => [...unitRow(i), ...unitRow(i), 0n])],
    inputs,
  );
  return inputMap(
    solved.map((row) => ({
      entries: row
        .slice(inputs, 2 * inputs)
        .flatMap((entry, c) => (entry === 0n ? [] : [[c, rational(entry, diagonal)] as const])),
      shift: rational(row[2 * inputs]!, diagonal * common),
    })),
  );
}

/** x -> -x, if it takes the domain to itself and permutes the creases of all layers, and one of the first layer passes through 0. */
function mirrorPlan(problem: PartitionProblem): CutPlan | undefined {
  const { first, variables, homogeneous, network } = problem;
  const inputs = homogeneous ? variables - 1 : variables;
  if (network.layers.length === 0 || !isMirroredDomain(problem, inputs)) return undefined;
  const rows = rowsInInputs(problem, first, inputs);
  // Before anything is multiplied.
  const { slopes } = network.layers[0]!;
  if (rows.some((row, k) => row[inputs] !== 0n && bends(slopes[k]!))) return undefined;
  const creases = CreaseRows.of(network.layers, { rows, denominator: first.denominator }, inputs, MOST_WORK);
  const own = creases?.first ?? [];
  if (creases === undefined || own.length === 0) return undefined;
  const every = Array.from({ length: inputs }, (_, i) => i);
  const mirror = signedPermutation(
    every,
    every.map(() => -1),
  );
  if ('layer' in creases.moved(mirror)) return undefined;
  const action: SignAction = [{ to: 0, sign: -1 }];
  return { cuts: [own[own.length >> 1]!], symmetries: [{ map: () => mirrorOf(problem), action }] };
}

/** The reflection of the inputs; undefined on domains that are flat in other directions than those of inputs. */
function mirrorOf({ network, domain, isSkew, freeInputNumbers }: PartitionProblem): InputMap | undefined {
  if (isSkew) return undefined;
  const every = Array.from({ length: network.inputs }, (_, i) => i);
  const signs = every.map((i) => (domain.kind === 'whole' || freeInputNumbers.includes(i) ? -1 : 1));
  return signedPermutation(every, signs);
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
