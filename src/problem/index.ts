/** The face of problem. */
export { centreOf, type GivenRows, type PartitionProblem, type ProblemLayer, partitionProblem } from './lowering.js';
export { dimensionOfHull, preparePolytope } from './polytope/domain.js';
export { type ProportionalNeurons, proportionalNeurons } from './proportional.js';
