/** The face of analysis/geometry. */
export { type AdjacencyEdge, AdjacencyWalk, adjacencyEdges } from './adjacency.js';
export { boundedPart } from './bounded-part.js';
export { CellVolumes } from './cell-volumes.js';
export { counterclockwise, counterclockwiseOnFace, orientation } from './cyclic.js';
export { type BoundedPart, enclosedPart, enclosingBox } from './enclosing.js';
export { type FacesPart, FacesSum, FacesSurvey, fVector } from './f-vector.js';
export { facesByDimension, facetsOf, facetsOfFace } from './faces.js';
export {
  type CellFacet,
  type CellGeometry,
  cellGeometry,
  hasVertices,
  isBound,
  isBoxFace,
  requireVertices,
  VERTEX_DIMENSION,
  vertexGeometry,
} from './facets.js';
export { passingIntegers } from './measure/limbs.js';
export { type Crossing, Crossings } from './neighbours.js';
export { type EdgeMaker, FIRST_CELL, type PlanarComplex, PlanarComplexBuilder } from './planar-complex.js';
export { PointTable } from './point-table.js';
export { PointTexts } from './point-texts.js';
export {
  boundRow,
  boxPolytope,
  commonZero,
  constraintRow,
  crossedEdges,
  cutPolytope,
  type Facet,
  makeVertex,
  type Polytope,
  PolytopePath,
  type RowSource,
  signAtVertex,
  type Vertex,
  type VertexSet,
  valueAt,
} from './polytope.js';
export { type CutRows, RowCuts, signsAt } from './row-cuts.js';
export { commonZeroOf, VertexKeys } from './shared-vertices.js';
export { type Bracket, integerSquareRoot, largestEigenvalueBracket, squareRootBracket } from './square-root.js';
export {
  type MeasuredSimplex,
  polytopeVolume,
  type Triangulation,
  triangulationOf,
  VolumeSum,
  volumeScale,
} from './volume.js';
export { volumeByRows } from './volume-by-rows.js';
export {
  type CellWidth,
  cellWidths,
  type ThinnestCell,
  WIDTH_THRESHOLDS,
  type WidthOptions,
  type WidthPart,
  WidthPrograms,
  type WidthReport,
  WidthSum,
  WidthSurvey,
} from './widths.js';
