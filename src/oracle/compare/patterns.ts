/**
 * Claimed activation patterns against those of the cells.
 */
import { analysisProblem, type Cell, patternOf, patternText } from '../../analysis/cells/index.js';
import type { Domain, Network } from '../../network/index.js';
import { type PartitionProblem, partitionProblem } from '../../problem/index.js';
import type { PatternsClaim } from '../claims/index.js';
import { CellPattern, claimedText, type PatternTable, sidesOfPattern } from '../claims/index.js';
import { emptinessOf, patternOfSides, proofOf } from './emptiness.js';
import { faceOf } from './face.js';
import { inscribedCubeOf } from './inscribed-cube.js';
import { MapComparison } from './maps.js';
import { sortablePatterns } from './placed-patterns.js';
import { sortClaims, type WalkOptions } from './sort-claims.js';
import {
  type Duplicate,
  Findings,
  type MissingCell,
  type PhantomPattern,
  type VerdictOf,
  type WrongMap,
} from './verdict.js';

export interface CompareOptions extends WalkOptions {
  /** The most items of every list of the verdict; the counts are complete. Default: 10. */
  readonly list?: number;
}

export const DEFAULT_LIST = 10;

/** The missing cell at hand. */
export function missingCell(cell: Cell): MissingCell {
  return { pattern: patternText(patternOf(cell)), ...inscribedCubeOf(cell) };
}

/**
 * The verdict on a list of patterns.
 *
 * Cost: the count, once per claim and split on its way; then for each phantom a linear program or two, and for each missing
 * cell that is listed another one.
 *
 * @throws DomainError, EngineError as counting does; the signal's reason if it was aborted
 */
export async function comparePatterns(
  network: Network,
  domain: Domain,
  claim: PatternsClaim,
  options: CompareOptions = {},
): Promise<VerdictOf<'patterns'>> {
  const { patterns, maps, precision } = claim;
  const problem = maps === undefined ? partitionProblem(network, domain) : analysisProblem(network, domain);
  const limit = options.list ?? DEFAULT_LIST;
  const missing = new Findings<MissingCell>(limit);
  const duplicates = new Findings<Duplicate>(limit);
  const wrongMaps = new Findings<WrongMap>(limit);
  const comparison = maps && new MapComparison(problem, maps, precision);
  const pattern = new CellPattern(patterns.order);
  const isCell = new Uint8Array(patterns.size);
  let matched = 0;
  const visit = (cell: Cell, here: Int32Array) => {
    if (here.length > 0) pattern.set(cell.rows.sides);
    let first = -1;
    // In ascending order, so that the first one is the first of the claim.
    const claims = here.length > 1 ? here.slice().sort() : here;
    for (const k of claims) {
      if (!pattern.agrees(patterns, k)) continue;
      isCell[k] = 1;
      if (first < 0) first = k;
      else duplicates.add(() => ({ claim: k, first, pattern: claimedText(patterns, k) }));
    }
    if (first < 0) missing.add(() => missingCell(cell));
    else matched++;
    if (first < 0 || comparison === undefined) return;
    const wrong = comparison.wrongEntry(cell, first);
    if (wrong !== undefined) wrongMaps.add(() => comparison.describe(cell, wrong));
  };
  const cells = await sortClaims(problem, sortablePatterns(patterns), visit, {
    ...options,
    withoutOutput: maps === undefined,
  });
  const phantoms = await phantomsAmong(problem, patterns, isCell, limit, options.signal);
  const faults = missing.count + phantoms.phantoms.count + duplicates.count + wrongMaps.count;
  const sufficient = faults === wrongMaps.count ? comparison?.largest : undefined;
  return {
    kind: 'patterns',
    rule: 'by pattern',
    agrees: faults === 0,
    claimed: patterns.size,
    cells,
    matched,
    missing: missing.listed(),
    ...phantoms,
    duplicates: duplicates.listed(),
    ...(maps && { wrongMaps: wrongMaps.listed() }),
    ...(sufficient && { sufficient }),
    precision,
  };
}

/** Phantoms between two looks at the event loop. */
const SLICE = 64;

/** Why patterns that no cell has are none. */
async function phantomsAmong(
  problem: PartitionProblem,
  patterns: PatternTable,
  isCell: Uint8Array,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Pick<VerdictOf<'patterns'>, 'phantoms' | 'faces' | 'empty'>> {
  const phantoms = new Findings<PhantomPattern>(limit);
  let faces = 0;
  for (let claim = 0; claim < patterns.size; claim++) {
    if (isCell[claim] === 1) continue;
    const sides = networkSides(problem, patterns, claim);
    const found = emptinessOf(problem, sides);
    if (found.kind === 'interior') throw new Error(`patterns: expected claim ${claim} to be a phantom, got a cell`);
    if (found.kind === 'flat') faces++;
    phantoms.add(() => {
      const shared = {
        claim,
        pattern: claimedText(patterns, claim),
        proof: proofOf(problem.network, problem.domain, patternOfSides(sides), found.multipliers),
      };
      return found.kind === 'empty'
        ? { kind: 'empty', ...shared }
        : { kind: 'face', ...shared, face: faceOf(problem, sides, found.point) };
    });
    if (phantoms.count % SLICE === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  }
  return { phantoms: phantoms.listed(), faces, empty: phantoms.count - faces };
}

/** The sides of a claimed pattern for all layers of a problem; the output layer does not bend. */
function networkSides(problem: PartitionProblem, patterns: PatternTable, claim: number): Int8Array[] {
  const sides = sidesOfPattern(patterns, claim);
  const beyond = problem.layers.slice(sides.length, problem.depth).map(({ width }) => new Int8Array(width).fill(1));
  return [...sides, ...beyond];
}
