/**
 * Surveys of the cells of a walk, by name: what a thread does with the subtrees that it is handed.
 */
import type { Rational } from '../../exact/index.js';
import type { BoxDomain, Domain, Network, NetworkData } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, forEachCell } from '../cells/index.js';
import { type AdjacencyPart, AdjacencySurvey } from '../files/index.js';
import {
  type DecisionPart,
  DecisionSurvey,
  ExtremeSearch,
  type ExtremesPart,
  type FactsPart,
  FactsSurvey,
  type Level,
  type LevelPart,
  LevelSurvey,
  NeuronCensus,
} from '../function/index.js';
import { cellGeometry, type FacesPart, FacesSurvey, type WidthPart, WidthSurvey } from '../geometry/index.js';
import {
  MapKeySurvey,
  type MapKeysPart,
  type PatternsPart,
  PatternsSurvey,
  type SharingPart,
  SharingSurvey,
  sharesKey,
} from '../regions/index.js';

/** What is gathered; survives the structured clone algorithm. */
export type SurveyTask =
  | { readonly kind: 'facts' }
  | { readonly kind: 'level'; readonly level: Level }
  | { readonly kind: 'decision' }
  | { readonly kind: 'widths'; readonly thresholds: readonly Rational[] }
  | { readonly kind: 'adjacency'; readonly seed: number }
  | { readonly kind: 'extremes' }
  | { readonly kind: 'neurons' }
  | { readonly kind: 'map-keys' }
  | { readonly kind: 'sharing'; readonly seed: number; readonly closed: boolean; readonly shared?: Float64Array }
  | { readonly kind: 'patterns' }
  | { readonly kind: 'faces'; readonly within?: BoxDomain };

/** What a survey of some consecutive cells gives. */
export type SurveyPart =
  | FactsPart
  | LevelPart
  | DecisionPart
  | AdjacencyPart
  | WidthPart
  | ExtremesPart
  | NeuronsPart
  | MapKeysPart
  | SharingPart
  | PatternsPart
  | FacesPart;

/** On how many cells every neuron is on each side. */
export type NeuronsPart = readonly Float64Array[];

/** What every thread is started with. */
export interface SurveySetting {
  readonly network: NetworkData;
  readonly domain: Domain;
  readonly task: SurveyTask;
}

export interface SurveyOutcome {
  readonly cells: number;
  /** Cells are numbered from 0. */
  readonly part: SurveyPart;
  readonly open: readonly string[];
  readonly records: Uint8Array;
}

interface Survey {
  visit(cell: Cell): void;
  take(): SurveyPart;
}

const NO_RECORDS = new Uint8Array(0);

/** A task prepared for walks in one thread. */
export class SurveyBench {
  private readonly survey: Survey;

  constructor(
    private readonly problem: PartitionProblem,
    network: Network,
    task: SurveyTask,
  ) {
    this.survey = surveyOf(problem, network, task);
  }

  /** Surveys the subtrees below some paths until told to stop. */
  walk(paths: readonly string[], stop: () => boolean, report?: (cells: number) => void): SurveyOutcome {
    let cells = 0;
    const open: string[] = [];
    const visit = (cell: Cell) => {
      this.survey.visit(cell);
      cells++;
      report?.(cells);
    };
    forEachCell(this.problem, visit, { paths, stop, onOpen: (path) => open.push(path) });
    return { cells, part: this.survey.take(), open, records: NO_RECORDS };
  }
}

function surveyOf(problem: PartitionProblem, network: Network, task: SurveyTask): Survey {
  switch (task.kind) {
    case 'facts':
      return new FactsSurvey(problem, network);
    case 'level':
      return new LevelSurvey(problem, task.level);
    case 'decision':
      return new DecisionSurvey(problem);
    case 'widths':
      return new WidthSurvey(problem, task.thresholds);
    case 'adjacency':
      return new AdjacencySurvey(problem, task.seed);
    case 'extremes': {
      const geometry = cellGeometry(problem);
      return inParts(
        () => new ExtremeSearch(problem, geometry),
        (search) => search.part(),
      );
    }
    case 'neurons':
      return inParts(
        () => new NeuronCensus(network),
        ({ counts }) => counts,
      );
    case 'map-keys':
      return new MapKeySurvey(problem);
    case 'sharing': {
      const { seed, closed, shared } = task;
      return new SharingSurvey(problem, { seed, closed, isCandidate: sharesKey(problem, shared) });
    }
    case 'patterns':
      return new PatternsSurvey(problem);
    case 'faces':
      return new FacesSurvey(problem, task.within);
  }
}

/** A survey of what is begun anew for every part. */
function inParts<T extends { visit(cell: Cell): void }>(begin: () => T, partOf: (gathered: T) => SurveyPart): Survey {
  let gathered = begin();
  return {
    visit: (cell) => gathered.visit(cell),
    take() {
      const part = partOf(gathered);
      gathered = begin();
      return part;
    },
  };
}
