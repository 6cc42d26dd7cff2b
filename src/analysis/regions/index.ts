/** The face of analysis/regions. */
export {
  arrangementUpperBound,
  binomial,
  haninRolnickScale,
  montufar2014LowerBound,
  montufar2017UpperBound,
  type RegionBounds,
  regionBounds,
  serra2018UpperBound,
} from './bounds.js';
export type { SharingPart } from './contacts.js';
export { MapFilter } from './map-filter.js';
export { countPatterns, type PatternCounts, type PatternsPart, PatternsSum, PatternsSurvey } from './patterns.js';
export { cellsOfPiece } from './piece-cells.js';
export { countRegions, filteredRegions, type PieceOptions } from './pieces.js';
export {
  MapKeySurvey,
  type MapKeysPart,
  mostMapsAreShared,
  type RegionCounts,
  SharedKeys,
  SharingSum,
  SharingSurvey,
  sharesKey,
} from './sharing.js';
export { UnionFind } from './union-find.js';
