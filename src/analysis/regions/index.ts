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
export { MapFilter } from './map-filter.js';
export { countPatterns, type PatternCounts } from './patterns.js';
export { cellsOfPiece } from './piece-cells.js';
export { countRegions, filteredRegions, type PieceOptions, type RegionCounts } from './pieces.js';
export { UnionFind } from './union-find.js';
