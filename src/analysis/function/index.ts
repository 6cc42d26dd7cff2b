/** The face of analysis/function. */
export {
  type Boundary,
  type BoundaryPiece,
  boundaryOf,
  boundedFor,
  checkRequest as checkLevel,
  levelSet,
  onDomain,
} from './boundary.js';
export { ClassSurvey, type ClassSurveyResult, MIXED, TIE } from './class-survey.js';
export { boundaryCurves, type Chain, type Curve, exactTurn, nearestPlace, planarChains } from './curves.js';
export {
  checkDecision,
  type DecisionPart,
  DecisionSum,
  DecisionSurvey,
  decisionBoundaries,
  type PairBoundary,
} from './decision-survey.js';
export { type Difference, differenceFrom, differenceNetwork, differenceOf } from './difference.js';
export type { BoundaryEnd } from './ends.js';
export {
  type Extreme,
  ExtremeSearch,
  ExtremeSum,
  type ExtremesPart,
  type OutputRange,
  outputRanges,
} from './extremes.js';
export { type FactsPart, FactsSum, FactsSurvey, type FunctionFacts, functionFacts } from './facts.js';
export { type CellAround, directionalNetwork, type SetValuedGradient, setValuedGradient } from './gradient.js';
export type { Level } from './level.js';
export {
  LevelFilter,
  type LevelPart,
  LevelSum,
  LevelSurvey,
  levelRow,
  type SurveyedLevel,
} from './level-survey.js';
export { type Largest, type LipschitzConstants, LipschitzSearch, lipschitzConstants } from './lipschitz.js';
export {
  NeuronCensus,
  type NeuronFact,
  type NeuronStatus,
  neuronFacts,
  type RedundantNeuron,
  redundantNeurons,
} from './neurons.js';
export { type SegmentPartition, type SegmentPiece, segmentPartition } from './segment.js';
export { type Simplified, simplify } from './simplify.js';
