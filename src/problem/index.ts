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
export { foundSymmetries } from './symmetry/found.js';
export {
  type CutPlan,
  type OrbitRoot,
  orbitsOf,
  type Part,
  WHOLE_TREE,
  weightOf,
  withCuts,
} from './symmetry/plan.js';
export { isListOf, statedMap, statedSymmetriesOf } from './symmetry/stated.js';
export type { NetworkSymmetries } from './symmetry/verified.js';
