/** The face of problem. */
export { countingProblem } from './charts.js';
export {
  centreOf,
  type GivenRows,
  type PartitionCharts,
  type PartitionProblem,
  type ProblemLayer,
  partitionProblem,
} from './lowering.js';
export { dimensionOfHull, preparePolytope } from './polytope/domain.js';
export { type ProportionalNeurons, proportionalNeurons } from './proportional.js';
