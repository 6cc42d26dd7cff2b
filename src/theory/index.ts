/** The face of theory. */
export { backpropagate, biasGradients } from './backpropagation.js';
export { type Link, reluChain, smoothChain } from './chain.js';
export { type CirclePoint, discAndRing } from './circle-data.js';
export { collapse } from './collapse.js';
export { type Crease, creaseOnBox } from './crease.js';
export { DATA_REACH, DATA_SETS, type DataSetName, dataSet } from './datasets.js';
export { type NeuronAddress, neverActive } from './dead-neurons.js';
export { gridFolding } from './grid-folding.js';
export { hingeNetwork, slopesOf, valueOfPolyline } from './hinges.js';
export { gridOf, interpolant, supremumOfError } from './interpolant.js';
export { type Interval, intervalOfRational } from './interval.js';
export { maxOfMins } from './lattice.js';
export { normalNumber, randomNumbers } from './random.js';
export { sawtooth } from './sawtooth.js';
export { type LabelledPoint, type Separation, separate } from './separation.js';
export { EXP, SIGMOID, SINE, type SmoothFunction, SQUARE, TANH } from './smooth.js';
export { smoothNetworkAt } from './smooth-network.js';
export { withSlopes } from './symmetries.js';
export {
  type DenseLayer,
  type HiddenActivation,
  negativeSlopeOf,
  score,
  Training,
  type TrainingExample,
  type TrainingPlan,
  type TrainingState,
} from './train.js';
