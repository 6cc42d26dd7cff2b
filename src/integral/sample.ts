/**
 * Points distributed uniformly over a part of a domain: everything, a cell, a piece, a class region, one side of a level.
 *
 * *Which simplex* is drawn exactly in proportion to its volume: in proportion to an integer that is at least the volume (in units of 2^-256 of
 * the largest), and then kept with the probability volume / integer, which is decided by an integer drawn below a denominator (von Neumann
 * 1951). *Where in the simplex*: its barycentric coordinates are the gaps between n different odd multiples of 2^-65 drawn uniformly from (0, 1)
 * and sorted, so that every point is rational and strictly inside (Devroye 1986, chapter V, theorem 2.1).
 */
import { analysisProblem, type Cell, type CellOptions, forEachCell } from '../analysis/cells/index.js';
import { levelRow } from '../analysis/function/index.js';
import {
  type CutRows,
  cellGeometry,
  RowCuts,
  requireVertices,
  triangulationOf,
  volumeScale,
} from '../analysis/geometry/index.js';
import { cellsOfPiece } from '../analysis/regions/index.js';
import { compare, divide, type IntegerVector, type Rational, rational, ZERO } from '../exact/index.js';
import { type Domain, DomainError, type Network } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import { BracketSum, type Enclosed, scaledBy } from './bracket-sum.js';
import { classRows } from './moments.js';
import { RandomBits } from './random-bits.js';

/** A part of a domain. Cells are numbered in tree order, as in partition files. */
export type Region =
  | { readonly kind: 'all' }
  | { readonly kind: 'cell' | 'piece'; readonly cell: number }
  | { readonly kind: 'class'; readonly class: number }
  | { readonly kind: 'above' | 'below'; readonly output: number; readonly level: Rational };

export interface SampleRequest {
  /** Default: all of the domain. */
  readonly region?: Region;
  readonly count: number;
  readonly seed: number | bigint;
  /** Of the walk over the cells: if it is stopped, points come from the cells that were visited, and are to be thrown away. */
  readonly walk?: CellOptions;
}

export interface Sample {
  /** In input coordinates. */
  readonly points: readonly (readonly Rational[])[];
  /** The cell in which each point was drawn. */
  readonly cells: readonly number[];
}

interface Simplex {
  readonly cell: number;
  readonly corners: readonly IntegerVector[];
  readonly volume: Rational;
}

/** Which cells, and what part of them. */
interface Choice {
  readonly takes: (id: number) => boolean;
  readonly rows: (cell: Cell) => CutRows;
}

const NO_ROWS = () => [];

function choiceOf(region: Region, problem: PartitionProblem): Choice {
  switch (region.kind) {
    case 'all':
      return { takes: () => true, rows: NO_ROWS };
    case 'cell':
      return { takes: (id) => id === region.cell, rows: NO_ROWS };
    case 'piece': {
      const cells = cellsOfPiece(problem, region.cell);
      return { takes: (id) => cells.has(id), rows: NO_ROWS };
    }
    case 'class':
      return { takes: () => true, rows: (cell) => classRows(cell, region.class) };
    default: {
      const side = region.kind === 'above' ? 1n : -1n;
      const level = { output: region.output, threshold: region.level };
      return { takes: () => true, rows: (cell) => [levelRow(cell, level).map((entry) => side * entry)] };
    }
  }
}

/** @throws RangeError naming what a region has that the network has not */
function checkRegion(region: Region, { outputs }: Network): void {
  const within = (value: number, limit: number, what: string) => {
    if (!Number.isInteger(value) || value < 0 || value >= limit)
      throw new RangeError(`expected ${what} from 0 to ${limit - 1}, got ${value}; count from 0`);
  };
  if (region.kind === 'class') within(region.class, Math.max(2, outputs), 'a class');
  if (region.kind === 'above' || region.kind === 'below') within(region.output, outputs, 'an output');
}

/** The region as simplices. @throws DomainError if it has no interior */
function simplicesOf(problem: PartitionProblem, region: Region, walk: CellOptions = {}): Simplex[] {
  const { takes, rows } = choiceOf(region, problem);
  const geometry = cellGeometry(problem);
  const simplices: Simplex[] = [];
  forEachCell(
    problem,
    (cell) => {
      if (!takes(cell.id)) return;
      const part = new RowCuts(cell, rows(cell)).where(geometry.polytope(cell)!);
      if (part === undefined) return;
      const triangulation = triangulationOf(part);
      for (const { corners, measure } of triangulation.simplices) {
        const volume = rational(measure, triangulation.unit);
        simplices.push({ cell: cell.id, corners: corners.map((v) => part.vertices[v]!.point), volume });
      }
    },
    walk,
  );
  if (simplices.length > 0) return simplices;
  throw new DomainError('sample: expected a part of the domain with interior, got one without; choose another one');
}

/** Bits of the integers in proportion to which simplices are proposed. */
const PROPOSAL_BITS = 256n;

/** Draws simplices exactly in proportion to their volumes. Expected cost of a draw: little more than one binary search. */
class SimplexChoice {
  /** At each simplex the sum of the integers up to it. */
  private readonly sums: bigint[] = [];
  /** For each the probability with which it is kept. */
  private readonly kept: Rational[];

  constructor(
    private readonly simplices: readonly Simplex[],
    private readonly random: RandomBits,
  ) {
    const largest = simplices.reduce((best, { volume }) => (compare(volume, best) > 0 ? volume : best), ZERO);
    let sum = 0n;
    this.kept = simplices.map(({ volume }) => {
      const ratio = divide(volume, largest);
      const scaled = ratio.numerator << PROPOSAL_BITS;
      const integer = (scaled + ratio.denominator - 1n) / ratio.denominator;
      sum += integer;
      this.sums.push(sum);
      return rational(scaled, ratio.denominator * integer);
    });
  }

  draw(): Simplex {
    const { random, sums } = this;
    for (;;) {
      const position = random.below(sums.at(-1)!);
      let low = 0;
      for (let high = sums.length - 1; low < high; ) {
        const middle = (low + high) >> 1;
        if (sums[middle]! > position) high = middle;
        else low = middle + 1;
      }
      const { numerator, denominator } = this.kept[low]!;
      if (random.below(denominator) < numerator) return this.simplices[low]!;
    }
  }
}

/** n + 1 gaps that sum to 1, as integers over 2^65. */
function barycentric(n: number, random: RandomBits): { readonly gaps: bigint[]; readonly unit: bigint } {
  const unit = 1n << 65n;
  for (;;) {
    const cuts = Array.from({ length: n }, () => 2n * random.word() + 1n).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const ends = [...cuts, unit];
    const gaps = ends.map((end, i) => end - (i === 0 ? 0n : ends[i - 1]!));
    if (!gaps.includes(0n)) return { gaps, unit };
  }
}

/** A point of a simplex, in the problem's variables. */
function pointIn(corners: readonly IntegerVector[], random: RandomBits): IntegerVector {
  const n = corners.length - 1;
  const { gaps, unit } = barycentric(n, random);
  const product = corners.reduce((d, { denominator }) => d * denominator, 1n);
  const numerators = Array.from({ length: n }, (_, i) =>
    corners.reduce((sum, corner, v) => sum + gaps[v]! * corner.numerators[i]! * (product / corner.denominator), 0n),
  );
  return { numerators, denominator: product * unit };
}

/**
 * Random points, uniform over a part of a bounded domain (in the free inputs), rational and strictly inside one of its cells' parts;
 * the same for the same seed.
 *
 * Cost and memory: the simplices of the whole region, then next to nothing per point.
 *
 * @throws DomainError on unbounded domains, in more than `VERTEX_DIMENSION` dimensions, and where the region has no interior;
 *   RangeError for cells, classes and outputs that do not exist
 */
export function samplePoints(network: Network, domain: Domain, request: SampleRequest): Sample {
  const { region = { kind: 'all' }, count, seed, walk } = request;
  checkRegion(region, network);
  const problem = analysisProblem(network, domain);
  requireVertices(problem, 'sample');
  const random = new RandomBits(seed);
  const choice = new SimplexChoice(simplicesOf(problem, region, walk), random);
  const drawn = Array.from({ length: count }, () => {
    const { cell, corners } = choice.draw();
    return { cell, point: problem.lift(pointIn(corners, random)) };
  });
  return { points: drawn.map(({ point }) => point), cells: drawn.map(({ cell }) => cell) };
}

/** The exact volume of a part of a bounded domain, in the free inputs. @throws as `samplePoints` does */
export function regionVolume(network: Network, domain: Domain, region: Region): Enclosed {
  checkRegion(region, network);
  const problem = analysisProblem(network, domain);
  requireVertices(problem, 'volume');
  const sum = new BracketSum();
  for (const { volume } of simplicesOf(problem, region)) sum.add(volume.numerator, volume.denominator);
  return scaledBy(sum.total(), volumeScale(problem));
}
