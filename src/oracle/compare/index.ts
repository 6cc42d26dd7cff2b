/** The face of oracle/compare. */
export { compareClaim } from './claim.js';
export type { EmptinessProof, Multiplier } from './emptiness.js';
export type { Face, SeenBy } from './face.js';
export { type CompareOptions, comparePatterns } from './patterns.js';
export type {
  CellsVerdict,
  CountVerdict,
  CoverVolumes,
  Duplicate,
  EmptyShape,
  Listed,
  MatchingRule,
  MisplacedPoint,
  MissingCell,
  Overlap,
  PatternsVerdict,
  PhantomPattern,
  PointsVerdict,
  ValuesVerdict,
  Verdict,
  VerdictOf,
  WrongMap,
  WrongNumber,
  WrongShape,
} from './verdict.js';
export { jsonOfVerdict } from './verdict-json.js';
