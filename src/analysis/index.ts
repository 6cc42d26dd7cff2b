/** The partition analysed: cells as a stream, regions by every definition, geometry, facts about the function. */
export { type AdjacencyEdge, adjacencyEdges, makersOf } from './adjacency.js';
export { type Boundary, type BoundaryPiece, boundaryCurves, type Curve, type Level, levelSet } from './boundary.js';
export {
  arrangementUpperBound,
  haninRolnickScale,
  montufar2014LowerBound,
  montufar2017UpperBound,
  type RegionBounds,
  regionBounds,
  serra2018UpperBound,
} from './bounds.js';
export type { CellRecord, FacetRecord } from './cell-record.js';
export {
  analysisProblem,
  type Cell,
  type CellOptions,
  enumerateCells,
  forEachCell,
  patternOf,
  patternText,
  type Split,
  witnessOf,
} from './cells.js';
export { type Difference, differenceNetwork, differenceOf } from './difference.js';
export { type Extreme, type OutputRange, outputRanges } from './extremes.js';
export { fVector } from './f-vector.js';
export { type Facet, facesByDimension, facetsOf } from './faces.js';
export { type CellFacet, type CellGeometry, cellGeometry, VERTEX_DIMENSION } from './facets.js';
export { type FunctionFacts, functionFacts } from './facts.js';
export { type CellAround, directionalNetwork, type SetValuedGradient, setValuedGradient } from './gradient.js';
export { adjacencyGraphml } from './graphml.js';
export { type Largest, type LipschitzConstants, lipschitzConstants } from './lipschitz.js';
export { mapOf } from './maps.js';
export {
  type NeuronFact,
  type NeuronStatus,
  neuronFacts,
  type RedundantNeuron,
  redundantNeurons,
} from './neurons.js';
export {
  formatOfFile,
  jsonLinesWriter,
  type PartitionFormat,
  type PartitionRequest,
  type PartitionWriter,
  parquetWriter,
  writePartition,
} from './partition-file.js';
export { countPatterns, type PatternCounts } from './patterns.js';
export { countRegions, type PieceOptions, type RegionCounts } from './pieces.js';
export { type Polytope, PolytopePath, type Vertex } from './polytope.js';
export { type Simplified, simplify } from './simplify.js';
export { polytopeVolume, VolumeSum } from './volume.js';
