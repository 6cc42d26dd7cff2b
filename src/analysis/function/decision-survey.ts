/**
 * The decision boundaries of all pairs of classes from one walk: where both are the largest outputs.
 *
 * A piece at which three classes meet along its whole length belongs to each of their pairs.
 */
import type { Network } from '../../network/index.js';
import { type Domain, DomainError } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type Cell, type CellOptions, forEachCell } from '../cells/index.js';
import { type CellGeometry, cellGeometry, PointTable, type Vertex } from '../geometry/index.js';
import { type Boundary, boundaryOf, boundedFor, checkRequest, onDomain } from './boundary.js';
import { type ClassPair, ClassSurvey } from './class-survey.js';
import { type LevelPart, LevelSum } from './level-survey.js';

/** The boundary between two classes. */
export interface PairBoundary extends Boundary {
  readonly classes: ClassPair;
}

interface OwnPair {
  readonly classes: ClassPair;
  readonly part: { points: LevelPart['points'][number][]; pieces: LevelPart['pieces'][number][]; ties: number[] };
  readonly table: PointTable;
}

/** What was gathered from some consecutive cells, of each pair that was met; survives the structured clone algorithm. */
export interface DecisionPart {
  readonly pairs: readonly { readonly classes: ClassPair; readonly part: LevelPart }[];
}

/** Gathers the decision boundary of every pair of classes from the cells of a walk. */
export class DecisionSurvey {
  private readonly geometry: CellGeometry;
  private pairs = new Map<string, OwnPair>();
  private survey: ClassSurvey;

  constructor(private readonly problem: PartitionProblem) {
    this.geometry = cellGeometry(problem);
    this.survey = this.fresh();
  }

  visit(cell: Cell): void {
    this.survey.visit(cell, this.geometry.polytope(cell)!);
  }

  /** What was gathered since the last call. */
  take(): DecisionPart {
    const pairs = [...this.pairs.values()].map(({ classes, part }) => ({ classes, part }));
    this.pairs = new Map();
    this.survey = this.fresh();
    return { pairs };
  }

  private fresh(): ClassSurvey {
    return new ClassSurvey(this.problem, false, {
      piece: (cell, vertices, pairs, onFacet) => {
        for (const pair of pairs) this.enter(this.own(pair), cell, vertices, onFacet);
      },
      tie: (cell, pairs) => {
        for (const pair of pairs) this.own(pair).part.ties.push(cell.id);
      },
    });
  }

  private own(classes: ClassPair): OwnPair {
    const key = classes.join();
    const known = this.pairs.get(key);
    if (known !== undefined) return known;
    const pair: OwnPair = { classes, part: { points: [], pieces: [], ties: [] }, table: new PointTable() };
    this.pairs.set(key, pair);
    return pair;
  }

  private enter({ part, table }: OwnPair, cell: Cell, corners: readonly Vertex[], onFacet: boolean) {
    const vertices = corners.map(({ point, near }) => {
      const id = table.idOf({ point, near });
      if (id === part.points.length) part.points.push({ point, near });
      return id;
    });
    part.pieces.push({ cell: cell.id, vertices, onFacet });
  }
}

/** The parts of a walk put together in tree order: what one survey of all cells would say. */
export class DecisionSum {
  private readonly sums = new Map<string, { readonly classes: ClassPair; readonly sum: LevelSum }>();

  /** Takes the next part. @param first the number of its first cell, if the part counts from 0 */
  add({ pairs }: DecisionPart, first = 0): void {
    for (const { classes, part } of pairs) {
      const key = classes.join();
      const known = this.sums.get(key) ?? { classes, sum: new LevelSum() };
      this.sums.set(key, known);
      known.sum.add(part, first);
    }
  }

  /** The boundaries of the pairs that meet, in ascending order, in the coordinates of the inputs. */
  boundaries(problem: PartitionProblem): PairBoundary[] {
    return [...this.sums.values()]
      .sort(({ classes: [a, b] }, { classes: [c, d] }) => a - c || b - d)
      .map(({ classes, sum }) => ({ classes, ...boundaryOf(problem, sum) }));
  }
}

/** @throws DomainError as `levelSet`, and for a network with one output, which has no pairs */
export function checkDecision(network: Network, problem: PartitionProblem): void {
  if (network.outputs < 2)
    throw new DomainError('boundary: expected two outputs or more to compare, got 1; drop --classes');
  checkRequest(network, problem, { output: 0, minus: 1 });
}

/**
 * The decision boundaries of all pairs of classes that meet: where both are the largest outputs.
 *
 * @throws as `checkDecision`
 */
export function decisionBoundaries(network: Network, domain: Domain, options: CellOptions = {}): PairBoundary[] {
  const bounded = boundedFor(network, domain, 'classes');
  const problem = analysisProblem(network, bounded.domain);
  checkDecision(network, problem);
  const survey = new DecisionSurvey(problem);
  forEachCell(problem, (cell) => survey.visit(cell), options);
  const sum = new DecisionSum();
  sum.add(survey.take());
  return sum.boundaries(problem).map((pair) => onDomain(pair, bounded));
}
