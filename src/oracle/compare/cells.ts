/**
 * Claimed cells, as inequalities or vertices, against the exact ones.
 *
 * Two walks. The first finds the cell of every claimed polytope's centre and compares the two. The second, if anything is
 * wrong, takes the wrong polytopes along, cut at every split, so that at each cell exactly those parts arrive that lie in
 * it: they say what is covered twice and what not at all. A polytope that agrees with its cell within the claim's precision
 * stands for the cell.
 */
import { analysisProblem, type Cell, patternOf, patternText, type Split } from '../../analysis/cells/index.js';
import {
  constraintRow,
  hasVertices,
  isBound,
  PolytopePath,
  VERTEX_DIMENSION,
  volumeScale,
} from '../../analysis/geometry/index.js';
import { add, compare, multiply, type Rational, rational, subtract, ZERO } from '../../exact/index.js';
import type { Network } from '../../network/index.js';
import { type Domain, DomainError } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import type { CellsClaim } from '../claims/index.js';
import { CellPattern, claimedText, reachesNoFurther } from '../claims/index.js';
import { type Body, centreOfBody, cutBody, cutByAll, facetRows, outside, reachBeyond, volumeOfBody } from './body.js';
import { domainBody, type ShapeBody, ShapeReader } from './claimed-shapes.js';
import { MapComparison } from './maps.js';
import { type CompareOptions, DEFAULT_LIST, missingCell } from './patterns.js';
import { sortablePoints } from './placed-points.js';
import { sortableBy, sortClaims } from './sort-claims.js';
import {
  type CoverVolumes,
  type Duplicate,
  type EmptyShape,
  Findings,
  type MissingCell,
  type Overlap,
  type VerdictOf,
  type WrongMap,
  type WrongPattern,
  type WrongShape,
} from './verdict.js';

/** @throws DomainError where polytopes have no vertices to work with, or volumes no end */
function geometricProblem(network: Network, domain: Domain): PartitionProblem {
  const problem = analysisProblem(network, domain);
  if (problem.homogeneous) {
    throw new DomainError('cells: expected a bounded domain, got an unbounded one; give a box, or claim patterns');
  }
  if (!hasVertices(problem)) {
    const got = problem.variables;
    throw new DomainError(
      `cells: expected at most ${VERTEX_DIMENSION} free inputs, got ${got}; claim patterns or a count, or fix some inputs`,
    );
  }
  return problem;
}

/** A claim with interior. */
interface Placed extends ShapeBody {
  readonly claim: number;
}

/** What the first walk found about a claim that is not its cell. */
interface Misfit {
  readonly placed: Placed;
  readonly pattern?: string;
  readonly beyond?: Rational;
  readonly short?: Rational;
}

/**
 * The verdict on polytopes that are claimed to be the cells.
 *
 * Cost: exact vertices of every claimed polytope and of every cell that one lies in; for what is wrong, exact volumes.
 *
 * @throws DomainError for unbounded domains and more than 6 free inputs; EngineError as counting does; the signal's reason
 *   if it was aborted
 */
export async function compareCells(
  network: Network,
  domain: Domain,
  claim: CellsClaim,
  options: CompareOptions = {},
): Promise<VerdictOf<'cells'>> {
  const problem = geometricProblem(network, domain);
  const first = new FirstWalk(problem, claim, options.list ?? DEFAULT_LIST);
  await first.read(options.signal);
  const cells = await first.run(options);
  const second = new SecondWalk(problem, first, options.list ?? DEFAULT_LIST);
  if (first.misfits.length > 0 || first.missing.count > 0 || first.duplicates.count > 0) await second.run(options);
  const wrongShapes = second.wrongShapes();
  const { empty, missing, duplicates, wrongMaps, wrongPatterns } = first;
  const others = empty.count + missing.count + duplicates.count + wrongPatterns.count;
  const sufficient = others === 0 ? first.largestError() : undefined;
  return {
    kind: 'cells',
    rule: 'by witness',
    agrees: others + wrongMaps.count + wrongShapes.count === 0,
    claimed: claim.shapes.length,
    cells,
    matched: first.matched,
    missing: missing.listed(),
    empty: empty.listed(),
    wrongShapes,
    ...(sufficient && { sufficient }),
    duplicates: duplicates.listed(),
    overlaps: second.overlaps(),
    volume: second.volumes(),
    ...(claim.maps && { wrongMaps: wrongMaps.listed() }),
    ...(claim.patterns && { wrongPatterns: wrongPatterns.listed() }),
    precision: claim.precision,
  };
}

/** Claims between two looks at the event loop. */
const SLICE = 64;

class FirstWalk {
  readonly missing;
  readonly empty;
  readonly duplicates;
  readonly wrongMaps;
  readonly wrongPatterns;
  /** Whether several claims lie in one cell. */
  private shared = false;
  readonly misfits: Misfit[] = [];
  /** For every cell by number the claims that are the cell, the first one first; absent where there is none. */
  readonly owners = new Map<number, readonly number[]>();
  matched = 0;
  private readonly domain: Body;
  private readonly reader: ShapeReader;
  private readonly placed: Placed[] = [];
  private readonly path: PolytopePath;
  private readonly comparison: MapComparison | undefined;

  constructor(
    readonly problem: PartitionProblem,
    private readonly claim: CellsClaim,
    limit: number,
  ) {
    this.missing = new Findings<MissingCell>(limit);
    this.empty = new Findings<EmptyShape>(limit);
    this.duplicates = new Findings<Duplicate>(limit);
    this.wrongMaps = new Findings<WrongMap>(limit);
    this.wrongPatterns = new Findings<WrongPattern>(limit);
    this.domain = domainBody(problem);
    this.reader = new ShapeReader(problem, this.domain);
    this.path = new PolytopePath(problem);
    this.comparison = claim.maps && new MapComparison(problem, claim.maps, claim.precision);
  }

  /** Makes bodies of the claims. */
  async read(signal: AbortSignal | undefined): Promise<void> {
    for (const [claim, shape] of this.claim.shapes.entries()) {
      const read = this.reader.read(shape, claim);
      if ('body' in read) this.placed.push({ claim, ...read });
      else this.empty.add(() => read);
      if (claim % SLICE !== SLICE - 1) continue;
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    }
  }

  async run(options: CompareOptions): Promise<number> {
    const { problem, placed } = this;
    const centres = placed.map(({ body }) => centreOfBody(body));
    const reached = new Uint8Array(placed.length);
    const cells = await sortClaims(
      problem,
      sortablePoints(problem, centres),
      (cell, here) => {
        for (const k of here) reached[k] = 1;
        this.visit(
          cell,
          Array.from(here)
            .sort((a, b) => a - b)
            .map((k) => placed[k]!),
        );
      },
      options,
    );
    placed.forEach((own, k) => {
      if (reached[k] === 0) this.misfits.push({ placed: own });
    });
    return cells;
  }

  private visit(cell: Cell, here: readonly Placed[]): void {
    if (here.length === 0) {
      this.missing.add(() => missingCell(cell));
      return;
    }
    if (here.length > 1) this.shared = true;
    const body = bodyOfCell(cell, this.path);
    const pattern = () => patternText(patternOf(cell));
    const owners: number[] = [];
    for (const own of here) {
      const fit = this.fit(body, own);
      this.describe(cell, own.claim);
      if (!fit.agrees) this.misfits.push({ placed: own, pattern: pattern(), beyond: fit.beyond, short: fit.short });
      else {
        if (owners.length > 0) this.duplicates.add(() => ({ claim: own.claim, first: owners[0]!, pattern: pattern() }));
        owners.push(own.claim);
      }
    }
    if (owners.length === 0) return;
    this.matched++;
    this.owners.set(cell.id, owners);
  }

  /** Of all misfits and wrong maps; undefined if there is none, or a misfit has no cell of its own. */
  largestError(): Rational | undefined {
    const errors = this.misfits.flatMap(({ beyond, short }) => [beyond, short]);
    if (this.comparison?.largest !== undefined) errors.push(this.comparison.largest);
    if (this.shared || errors.length === 0 || errors.includes(undefined)) return undefined;
    return (errors as Rational[]).reduce((a, b) => (compare(a, b) >= 0 ? a : b));
  }

  /** Whether a claimed polytope is a cell within the precision. */
  private fit(cell: Body, { body, rows }: Placed): { agrees: boolean; beyond: Rational; short: Rational } {
    const { lengths } = this.reader;
    const most = (reached: readonly Rational[]) => reached.reduce((a, b) => (compare(a, b) >= 0 ? a : b), ZERO);
    const own = facetRows(cell).filter(({ constraint }) => !isBound(this.problem, constraint));
    const beyond = most(own.map(({ row }) => reachBeyond(body, row, lengths)));
    // Rows of the claim that bound nothing are not violated by more than those that do.
    const claimed = facetRows(body).filter(({ constraint }) => constraint >= this.domain.next);
    const short = most(
      (claimed.length > 0 ? claimed.map(({ row }) => row) : rows).map((row) => reachBeyond(cell, row, lengths)),
    );
    const { precision } = this.claim;
    return { agrees: reachesNoFurther(beyond, precision) && reachesNoFurther(short, precision), beyond, short };
  }

  /** Looks at what else is claimed about a cell. */
  private describe(cell: Cell, claim: number): void {
    const { comparison } = this;
    const wrong = comparison?.wrongEntry(cell, claim);
    if (comparison !== undefined && wrong !== undefined) this.wrongMaps.add(() => comparison.describe(cell, wrong));
    const { patterns } = this.claim;
    if (patterns === undefined) return;
    const pattern = new CellPattern(patterns.order);
    pattern.set(cell.rows.sides);
    if (pattern.agrees(patterns, claim)) return;
    this.wrongPatterns.add(() => ({
      claim,
      claimed: claimedText(patterns, claim),
      exact: patternText(patternOf(cell)),
    }));
  }
}

/** The polytope of a cell, valid during the visit. */
function bodyOfCell(cell: Cell, path: PolytopePath): Body {
  return {
    polytope: path.polytope(cell),
    rows: (constraint) => constraintRow(cell, constraint),
    next: 2 * cell.problem.variables + cell.splits.length,
  };
}

/** Parts of wrong polytopes on the way down: stack[k] are those below the first k splits. */
class Parts {
  private readonly stack: ReadonlyMap<number, Body>[];
  private readonly made: Split[] = [];

  constructor(
    misfits: readonly Misfit[],
    private readonly variables: number,
  ) {
    this.stack = [new Map(misfits.map(({ placed }, k) => [k, placed.body]))];
  }

  /** The parts in a cell, by number of the misfit. */
  inside(cell: Cell): ReadonlyMap<number, Body> {
    const { splits } = cell;
    let depth = 0;
    while (depth < splits.length && this.made[depth] === splits[depth]) depth++;
    this.stack.length = depth + 1;
    this.made.length = depth;
    for (let k = depth; k < splits.length; k++) {
      const parts = new Map<number, Body>();
      const before = this.stack[k]!;
      if (before.size > 0) {
        const row = constraintRow(cell, 2 * this.variables + k);
        for (const [misfit, body] of before) {
          const part = cutBody(body, row);
          if (part !== undefined) parts.set(misfit, part);
        }
      }
      this.stack.push(parts);
      this.made.push(splits[k]!);
    }
    return this.stack[splits.length]!;
  }
}

class SecondWalk {
  private uncovered = ZERO;
  private repeated = ZERO;
  private readonly parts: number[];
  /** Overlaps by "a,b": two claims, the volume in common, a point. */
  private readonly common = new Map<
    string,
    { claims: readonly [number, number]; volume: Rational; point: readonly Rational[] }
  >();
  private readonly scale: Rational;

  constructor(
    private readonly problem: PartitionProblem,
    private readonly first: FirstWalk,
    private readonly limit: number,
  ) {
    this.parts = first.misfits.map(() => 0);
    this.scale = volumeScale(problem);
  }

  async run(options: CompareOptions): Promise<void> {
    const { problem, first } = this;
    const path = new PolytopePath(problem);
    const parts = new Parts(first.misfits, problem.variables);
    const nothing = sortableBy(0, () => 0);
    await sortClaims(
      problem,
      nothing,
      (cell) => {
        const owners = first.owners.get(cell.id) ?? [];
        const here = parts.inside(cell);
        for (const misfit of here.keys()) this.parts[misfit]!++;
        if (owners.length === 1 && here.size === 0) return;
        this.account(bodyOfCell(cell, path), owners, [...here]);
      },
      options,
    );
  }

  /** Adds up what is covered in a cell: by claims that are the cell, and by parts of others. */
  private account(cell: Body, owners: readonly number[], parts: readonly (readonly [number, Body])[]): void {
    const claimOf = (misfit: number) => this.first.misfits[misfit]!.placed.claim;
    const rowsOf = (misfit: number) => this.first.misfits[misfit]!.placed.rows;
    const whole = volumeOfBody(cell);
    const volumes = parts.map(([, body]) => volumeOfBody(body));
    let covered = whole;
    if (owners.length === 0) {
      const rest = parts.reduce((bodies, [misfit]) => outside(bodies, rowsOf(misfit)), [cell]);
      const uncovered = rest.map(volumeOfBody).reduce(add, ZERO);
      this.uncovered = add(this.uncovered, uncovered);
      covered = subtract(whole, uncovered);
    }
    const total = [...volumes, multiply(whole, rational(BigInt(owners.length)))].reduce(add);
    this.repeated = add(this.repeated, subtract(total, covered));
    parts.forEach(([misfit, body], k) => {
      for (const owner of owners) this.meet(owner, claimOf(misfit), body, volumes[k]!);
      for (const [other] of parts.slice(k + 1)) {
        const both = cutByAll(body, rowsOf(other));
        if (both !== undefined) this.meet(claimOf(misfit), claimOf(other), both, volumeOfBody(both));
      }
    });
  }

  private meet(a: number, b: number, body: Body, volume: Rational): void {
    const claims = a < b ? ([a, b] as const) : ([b, a] as const);
    const key = claims.join();
    const known = this.common.get(key);
    const point = known?.point ?? this.problem.lift(centreOfBody(body));
    this.common.set(key, { claims, volume: add(known?.volume ?? ZERO, volume), point });
  }

  wrongShapes(): VerdictOf<'cells'>['wrongShapes'] {
    const found = new Findings<WrongShape>(this.limit);
    const ordered = this.first.misfits.map((misfit, k) => ({ ...misfit, cells: this.parts[k]! }));
    ordered.sort((a, b) => a.placed.claim - b.placed.claim);
    for (const { placed, cells, pattern, beyond, short } of ordered) {
      found.add(() => ({
        claim: placed.claim,
        ...(pattern !== undefined && { pattern }),
        centre: this.problem.lift(centreOfBody(placed.body)),
        ...(beyond && { beyond }),
        ...(short && { short }),
        cells,
      }));
    }
    return found.listed();
  }

  overlaps(): VerdictOf<'cells'>['overlaps'] {
    const found = new Findings<Overlap>(this.limit);
    const ordered = [...this.common.values()].sort((a, b) => a.claims[0] - b.claims[0] || a.claims[1] - b.claims[1]);
    for (const overlap of ordered) found.add(() => ({ ...overlap, volume: multiply(overlap.volume, this.scale) }));
    return found.listed();
  }

  volumes(): CoverVolumes {
    const { scale } = this;
    const domain = multiply(volumeOfBody(domainBody(this.problem)), scale);
    const uncovered = multiply(this.uncovered, scale);
    return { domain, covered: subtract(domain, uncovered), uncovered, repeated: multiply(this.repeated, scale) };
  }
}
