/** The face of oracle/questions. */
export type { TightBound } from './around.js';
export type { Coordinate, Point } from './exact-point.js';
export {
  facetsOfLocated,
  type Inequality,
  inequalitiesOf,
  type LocatedFacet,
  type NeuronInequality,
} from './located-cell.js';
export {
  bodyDetails,
  type CellDetail,
  type LocatedCell,
  type LocateOptions,
  type Location,
  type NeuronName,
  Oracle,
  type PatternAt,
  type ValueAt,
} from './oracle.js';
