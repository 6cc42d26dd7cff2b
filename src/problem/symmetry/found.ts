/**
 * Symmetries of a network on its domain that are found: signed permutations of coordinates. On R^d these are the functions that its charts start from; elsewhere the inputs that are
 * free (on a flat domain, coordinates of its hull), moved and scaled so that the domain, or the box around it, becomes [-1, 1]^d: so permutations of inputs, reflections in the middle of their
 * intervals, and scalings of one interval to another are found on every box.
 */
import {
  add,
  content,
  divide,
  inverseOf,
  multiply,
  negate,
  ONE,
  type Rational,
  rational,
  reducedEchelon,
  residue,
  residues,
  subtract,
  ZERO,
} from '../../exact/index.js';
import {
  bends,
  CreaseRows,
  type InputMap,
  inputMap,
  movedCondition,
  type Network,
  primitive,
  pulledBack,
  rowsOf,
  signedPermutation,
} from '../../network/index.js';
import type { GivenRows, PartitionProblem } from '../lowering.js';
import { dimensionOfHull } from '../polytope/domain.js';
import { type KindredRow, type SignedPermutation, signedSymmetries } from './signed.js';
import { NetworkSymmetries, type VerifiedMap } from './verified.js';

/** More multiplications are not spent on looking for symmetries of the layers behind the first one. */
const MOST_WORK = 400_000;
/** Larger first layers, by coordinates and by coefficients, are looked at for x -> -x alone. */
const MOST_COORDINATES = 32;
const MOST_COEFFICIENTS = 20_000;

type Row = readonly bigint[];

interface Rows {
  readonly rows: readonly Row[];
  readonly denominator: bigint;
}

/** A network in coordinates of which signed permutations are looked for. */
interface Coordinates {
  readonly size: number;
  /** The pre-activations of the first layer: one coefficient per coordinate, and the constant. */
  readonly first: Rows;
  /** What is not negative on the domain, beside the intervals of a box, as coprime integers. */
  readonly given: readonly Row[];
  /** Whether the mirror image of all coordinates is all that may be looked for. */
  readonly isLarge: boolean;
  /** A signed permutation as a change of the inputs; undefined where it is none of them. */
  inInputs(permutation: SignedPermutation): InputMap | undefined;
}

/**
 * The symmetries that are found, verified like those that are stated; undefined where there are none.
 *
 * Cost: of networks without symmetry mostly that of the first layer's coefficients modulo a prime.
 */
export function foundSymmetries(problem: PartitionProblem): NetworkSymmetries | undefined {
  const { network } = problem;
  const [head] = network.layers;
  if (head === undefined) return undefined;
  const coordinates = problem.charts === undefined ? centred(problem) : ofBasis(network, problem.charts.basis.neurons);
  const { size, first, given, isLarge } = coordinates;
  const bending = first.rows.filter((_, k) => bends(head.slopes[k]!));
  if (isLarge ? bending.some((row) => row[size] !== 0n) : isRigid(bending, size)) return undefined;
  const creases = CreaseRows.of(network.layers, first, size, MOST_WORK);
  if (creases === undefined || creases.first.length === 0) return undefined;
  const verified: VerifiedMap[] = [];
  const isSymmetry = (permutation: SignedPermutation) => {
    const map = signedPermutation(permutation.images, permutation.signs);
    const inputs = () => coordinates.inInputs(permutation);
    if (!keepsDomain(problem, given, map, inputs)) return false;
    const moved = creases.moved(map);
    if ('layer' in moved) return false;
    verified.push({ map: inputs, moved });
    return true;
  };
  if (isLarge) isSymmetry(mirror(size));
  else signedSymmetries(kindredRows(creases, given, size), size, isSymmetry);
  return verified.length === 0 ? undefined : new NetworkSymmetries(creases, verified);
}

function mirror(size: number): SignedPermutation {
  const images = Array.from({ length: size }, (_, i) => i);
  return { images, signs: images.map(() => -1) };
}

/** Whether a change of coordinates takes the domain to itself: by its conditions as they are stated, where it is one of the inputs. */
function keepsDomain(
  { domain, isSkew }: PartitionProblem,
  given: readonly Row[],
  map: InputMap,
  inputs: () => InputMap | undefined,
): boolean {
  if (domain.kind === 'whole') return true;
  if (!isSkew) {
    const own = inputs();
    return own !== undefined && movedCondition(own, domain) === undefined;
  }
  const known = new Set(given.map((row) => row.join()));
  return given.every((row) => known.has(primitive(pulledBack(row, map)).join()));
}

/** 2^24 - 3: sums of some products of residues are exact in doubles. */
const PRIME = 16_777_213;
const times = (a: number, b: number) => residue(a * b, PRIME, 1 / PRIME);

/**
 * Whether the first layer alone proves that no signed permutation but the identity permutes its creases: one of them is the only one with its sum of fourth powers of coefficients and its squared
 * constant, over (the square of) the sum of squares, which signed permutations and factors keep; and it has a constant, and coefficients with different squares that are not 0. Then it goes
 * to a multiple of itself, its coefficients to each other, hence to themselves up to one sign, and the constant says that the sign is +. Numbers that differ modulo a prime differ.
 */
function isRigid(rows: readonly Row[], size: number): boolean {
  const width = size + 1;
  const squares = residues(rows, PRIME).map((x) => times(x, x));
  const often = new Map<string, number>();
  const names = rows.map((_, r) => {
    const name = nameOf(squares.subarray(r * width, (r + 1) * width));
    often.set(name, (often.get(name) ?? 0) + 1);
    return name;
  });
  return rows.some((_, r) => {
    if (often.get(names[r]!) !== 1) return false;
    const own = squares.subarray(r * width, (r + 1) * width);
    return !own.includes(0) && new Set(own.subarray(0, size)).size === size;
  });
}

/** What signed permutations and factors keep of a row, given its squares modulo the prime. */
function nameOf(squares: Float64Array): string {
  const size = squares.length - 1;
  let [sum, fourth] = [0, 0];
  for (let i = 0; i < size; i++) {
    sum = (sum + squares[i]!) % PRIME;
    fourth = (fourth + times(squares[i]!, squares[i]!)) % PRIME;
  }
  if (sum === 0) return '';
  const inverse = inverseOf(sum, PRIME);
  return `${times(fourth, times(inverse, inverse))} ${times(squares[size]!, inverse)}`;
}

/** What signed permutations must permute: the creases of the first layer, those alike that the second one uses alike, and the conditions of the domain. */
function kindredRows(creases: CreaseRows, given: readonly Row[], size: number): KindredRow[] {
  const second = creases.rowsOf(1);
  const kinds = new Map<string, number>();
  const own = creases.rowsOf(0).map((row, k): KindredRow => {
    const uses = second.map((later) => later[size + 1 + k]!).map((entry) => (entry < 0n ? -entry : entry));
    const name = uses.map(String).sort().join();
    const kind = kinds.get(name) ?? kinds.size + 1;
    kinds.set(name, kind);
    return { row, kind, isOriented: false };
  });
  return [...own, ...given.map((row): KindredRow => ({ row, kind: 0, isOriented: true }))];
}

/** The free inputs, scaled and moved so that the box around the domain becomes [-1, 1]^d; those of an unbounded domain as they are. */
function centred(problem: PartitionProblem): Coordinates {
  const { variables, homogeneous, biasSlot, exactLower, exactUpper, boxDenominator, domain, isSkew } = problem;
  const size = homogeneous ? variables - 1 : variables;
  const stride = variables + 1;
  const inCoordinates = ({ numerators }: GivenRows) =>
    Array.from({ length: numerators.length / stride }, (_, k) => {
      const row = numerators.slice(k * stride, (k + 1) * stride);
      const scaled = row.slice(0, size).map((entry, v) => entry * (exactUpper[v]! - exactLower[v]!));
      const moved = row.slice(0, size).reduce((sum, entry, v) => sum + entry * (exactUpper[v]! + exactLower[v]!), 0n);
      return [...scaled, moved + 2n * boxDenominator * row[biasSlot]!];
    });
  const denominator = problem.first.denominator * 2n * boxDenominator;
  const isReduced = homogeneous && size < dimensionOfHull(domain);
  return {
    size,
    first: { rows: inCoordinates(problem.first), denominator },
    given: inCoordinates(problem.given).map(primitive),
    isLarge: isReduced || size > MOST_COORDINATES || problem.first.numerators.length > MOST_COEFFICIENTS,
    inInputs: (permutation) => (isSkew ? undefined : ofFreeInputs(problem, permutation, size)),
  };
}

/** A signed permutation of the free inputs, between the middles of their intervals. */
function ofFreeInputs(
  { network, domain, homogeneous, freeInputNumbers, lift, exactLower, exactUpper, boxDenominator }: PartitionProblem,
  { images, signs }: SignedPermutation,
  size: number,
): InputMap {
  const corner = (numerators: readonly bigint[]) => lift({ numerators, denominator: boxDenominator });
  const still = { middle: ZERO, half: ONE };
  const intervals = (): readonly { readonly middle: Rational; readonly half: Rational }[] => {
    const [low, high] = [corner(exactLower), corner(exactUpper)];
    const two = rational(2n);
    return freeInputNumbers.map((i) => ({
      middle: divide(add(low[i]!, high[i]!), two),
      half: divide(subtract(high[i]!, low[i]!), two),
    }));
  };
  const spans = homogeneous ? images.map(() => still) : intervals();
  // Where inputs that others stand for are left out only the mirror image of all is looked for.
  const isWhole = domain.kind === 'whole' && size < network.inputs;
  const rows = Array.from({ length: network.inputs }, (_, j) => ({
    entries: [[j, isWhole ? negate(ONE) : ONE]] as readonly (readonly [number, Rational])[],
    shift: ZERO,
  }));
  images.forEach((to, v) => {
    const ratio = divide(spans[to]!.half, spans[v]!.half);
    const factor = signs[v]! < 0 ? negate(ratio) : ratio;
    rows[freeInputNumbers[to]!] = {
      entries: [[freeInputNumbers[v]!, factor]],
      shift: subtract(spans[to]!.middle, multiply(factor, spans[v]!.middle)),
    };
  });
  return inputMap(rows);
}

/** Of all of R^d: the functions of the first layer that its charts start from. */
function ofBasis(network: Network, neurons: readonly number[]): Coordinates {
  const first = inBasis(network, neurons);
  return {
    size: neurons.length,
    first,
    given: [],
    isLarge: first.rows.length * neurons.length > MOST_COEFFICIENTS,
    inInputs: (permutation) => ofFunctions(network, neurons, permutation),
  };
}

/** The rows of the first layer in functions of the basis, without common factors, and 1. */
function inBasis(network: Network, neurons: readonly number[]): Rows {
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
function ofFunctions(network: Network, neurons: readonly number[], { images, signs }: SignedPermutation): InputMap {
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
