/**
 * Cells that nobody visits: arrangements of hyperplanes, cells counted by their images, and symmetries; in the calling thread.
 */
import {
  type Arrangement,
  arrangementOf,
  type ChamberCount,
  characteristicPolynomial,
  countChambers,
  finished,
  type Symmetry,
  statedSymmetries,
  symmetriesOfHyperplanes,
} from '../chambers/index.js';
import { EngineError } from '../engines/index.js';
import { countFolded, type FoldedCount } from '../folding/index.js';
import { jsonOfInputMap, type StatedInputMap } from '../formats/index.js';
import { generatorsAt } from '../formats/json/index.js';
import { type Domain, type Network, whole } from '../network/index.js';
import { countingProblem, foundSymmetries, partitionProblem, statedSymmetriesOf } from '../problem/index.js';
import { SymmetryError } from '../walk/index.js';
import { type DomainLike, domainOf } from './domains.js';
import { type ArrangementLike, arrangementNetwork } from './hyperplanes.js';

/** What is known of an arrangement; see `docs/arrangements.md`. */
export interface ArrangementCount extends ChamberCount {
  /** The characteristic polynomial by its coefficients, that of t^0 first. */
  readonly polynomial: readonly bigint[];
}

/** A symmetry of hyperplanes: the image of each by number, and whether its row goes to the row of the image or to its negative. */
export interface HyperplaneSymmetry {
  readonly permutation: readonly number[];
  readonly signs?: readonly (1 | -1)[];
}

/** Which symmetries a count uses: those that are found, none, or those that generators state, of hyperplanes or of the inputs, which are verified. */
export type ArrangementSymmetry =
  | 'found'
  | 'none'
  | { readonly generators: readonly (HyperplaneSymmetry | StatedInputMap)[] };

export interface ArrangementQuestion {
  /** Default: all of R^d. */
  readonly domain?: DomainLike;
  /** Default: those that are found. */
  readonly symmetry?: ArrangementSymmetry;
}

/** An arrangement with where it is counted. */
export interface PlacedArrangement {
  readonly network: Network;
  readonly domain: Domain;
  /** Verified; undefined for those that are looked for. */
  readonly symmetries: Symmetry[] | undefined;
}

/** @throws FormatError, DomainError, SymmetryError as `countArrangement` */
export function placed(
  like: ArrangementLike,
  { domain: place, symmetry = 'found' }: ArrangementQuestion,
): PlacedArrangement {
  const network = arrangementNetwork(like);
  const domain = place === undefined ? whole(network.inputs) : domainOf(network, place);
  return { network, domain, symmetries: symmetriesOf(network, domain, symmetry) };
}

function symmetriesOf(network: Network, domain: Domain, symmetry: ArrangementSymmetry): Symmetry[] | undefined {
  if (symmetry === 'found') return undefined;
  if (symmetry === 'none') return [];
  const { arrangement } = arrangementOf(partitionProblem(network, domain));
  return verified(arrangement, generatorsAt(symmetry.generators, 'symmetry.generators'));
}

/** @throws SymmetryError */
function verified(arrangement: Arrangement, generators: readonly unknown[]): Symmetry[] {
  return statedSymmetries(arrangement, generators).map((found, g) => {
    if (typeof found === 'string') throw new SymmetryError(found, g);
    return found;
  });
}

/** What a count says, with its polynomial. */
export function withPolynomial(count: ChamberCount): ArrangementCount {
  return { ...count, polynomial: characteristicPolynomial(count) };
}

/**
 * Counts the cells of an arrangement on R^d or on a domain without visiting them (Zaslavsky 1975): cells, bounded cells, the characteristic polynomial, Betti
 * numbers. In this thread; `runArrangement` can be interrupted and writes the proof.
 *
 * ```ts
 * import { countArrangement } from 'relu-atlas';
 *
 * const braid = [[1, -1, 0, 0], [1, 0, -1, 0], [0, 1, -1, 0]]; // x = y, x = z, y = z in R^3
 * const { cells, polynomial } = countArrangement(braid);
 * console.log(cells, polynomial); // 6n [ 0n, 2n, -3n, 1n ]
 * ```
 *
 * @throws FormatError for what are no hyperplanes; DomainError; ChamberError for a network in which more than one layer bends; SymmetryError for generators of no symmetry
 */
export function countArrangement(like: ArrangementLike, question: ArrangementQuestion = {}): ArrangementCount {
  const { network, domain, symmetries } = placed(like, question);
  const { arrangement, walls } = arrangementOf(partitionProblem(network, domain));
  return withPolynomial(finished(countChambers(arrangement, { ...(walls && { walls }), symmetries })));
}

/**
 * Counts the cells of a network by their images: equal subtrees once, so that networks that fold space 10^19 times take no longer than a moment. In this
 * thread; `count` can be interrupted and writes the proof.
 *
 * @throws DomainError; EngineError where no layer bends, and where the images take too much memory
 */
export function countImages(network: Network, domain: DomainLike): FoldedCount {
  const problem = countingProblem(network, domainOf(network, domain));
  if (problem.depth === 0) throw new EngineError('images: expected a layer that bends, got none; use countCells');
  const count = finished(countFolded(problem));
  if (count !== undefined) return count;
  throw new EngineError('images: expected images that repeat, got too many different ones to hold; use countCells');
}

/**
 * Generators of the affine symmetries of an arrangement on R^d, as permutations with signs of its hyperplanes (of a network: of the neurons that bend), each verified
 * in integers. Linear maps are found that permute the rows (a, -b) in coprime integers, up to sign, and none of more than 600 different hyperplanes: the group may be
 * smaller than that of all symmetries.
 *
 * @throws FormatError for what are no hyperplanes; ChamberError for a network in which more than one layer bends
 */
export function findArrangementSymmetries(like: ArrangementLike): HyperplaneSymmetry[] {
  const network = arrangementNetwork(like);
  const { arrangement } = arrangementOf(partitionProblem(network, whole(network.inputs)));
  return symmetriesOfHyperplanes(arrangement).map(({ permutation, signs }) => ({
    permutation: [...permutation],
    signs: [...signs].map((sign) => (sign < 0 ? -1 : 1)),
  }));
}

/**
 * The symmetries of a network on a domain that walks use: changes of the inputs that take the domain to itself and the creases of every layer to creases, each verified
 * exactly. Signed permutations of coordinates are looked for; those of a flat domain that are none of the inputs are left out.
 *
 * @throws DomainError
 */
export function findSymmetries(network: Network, domain: DomainLike): StatedInputMap[] {
  const found = foundSymmetries(countingProblem(network, domainOf(network, domain)));
  const maps = found?.planOf([]).symmetries.map(({ map }) => map()) ?? [];
  return maps.flatMap((map) => (map === undefined ? [] : [jsonOfInputMap(map)]));
}

/**
 * Verifies symmetries of a network on a domain that somebody states, exactly.
 *
 * @returns them, with what may be left out left out
 * @throws SymmetryError that says which one is none and why; FormatError for members that nobody knows; DomainError
 */
export function verifySymmetries(
  network: Network,
  domain: DomainLike,
  generators: readonly StatedInputMap[],
): StatedInputMap[] {
  const known = generatorsAt(generators, 'generators');
  const found = statedSymmetriesOf(countingProblem(network, domainOf(network, domain)), known);
  if ('problem' in found) throw new SymmetryError(found.problem, found.generator);
  return found.planOf([]).symmetries.map(({ map }) => jsonOfInputMap(map()!));
}
