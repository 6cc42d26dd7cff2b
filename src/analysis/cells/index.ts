/** The face of analysis/cells. */
export {
  analysisProblem,
  type Cell,
  type CellOptions,
  enumerateCells,
  forEachCell,
  forEachCellInSlices,
  patternOf,
  patternText,
  type Split,
  witnessOf,
} from './enumerate.js';
export { firstChange, MapKeys } from './map-residues.js';
export { mapKey, mapOf, outputDenominator, outputRows } from './maps.js';
export { type AnalysisProgress, WalkMeter } from './meter.js';
export { numberList } from './number-list.js';
export {
  KeyCollision,
  PatternIndex,
  PatternKeys,
  type SideChange,
  withPatternKeys,
} from './pattern-index.js';
export { Recent } from './recent.js';
export { RoundedMaps } from './rounded-maps.js';
export { frameOf, isPlain, liftPoint, rowInInputs, type VariableFrame } from './variable-frame.js';
