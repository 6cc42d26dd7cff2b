/** The face of problem. */
export { countingProblem } from './charts.js';
export {
  type ExactWeights,
  type Fan,
  forEachInColumn,
  type ProblemLayer,
  throughFan,
  type WeightColumns,
} from './layer.js';
export {
  centreOf,
  type GivenRows,
  type PartitionCharts,
  type PartitionProblem,
  partitionProblem,
} from './lowering.js';
export { dimensionOfHull, preparePolytope } from './polytope/domain.js';
export { type ProportionalNeurons, proportionalNeurons } from './proportional.js';
export { type OrbitRoot, orbitRoots, WHOLE_TREE, weightOf } from './symmetry/orbits.js';
