/** The face of answers: exact results as JSON, the same in the command line and in the oracle. */

export {
  exactInteger,
  jsonOfArrangement,
  jsonOfArrangementCheck,
  jsonOfChambers,
} from './arrangement.js';
export {
  jsonOfBounds,
  jsonOfCheck,
  jsonOfCount,
  jsonOfEstimate,
  jsonOfRegions,
  jsonOfWidths,
} from './counts.js';
export { jsonOfEvaluation, neuronPairs } from './evaluation.js';
export { ANSWER_VERSION, domainJson, type ExactJson, exactMatrix, exactNumbers, roundedNumber, stamp } from './form.js';
export { jsonOfBoundary, jsonOfDifference, jsonOfExtreme, jsonOfFacts, jsonOfPairs } from './function.js';
export { jsonOfImages, jsonOfImagesCheck } from './images.js';
export { jsonOfDistribution, jsonOfEnclosed, jsonOfIntegrals } from './integral.js';
export { jsonOfGradient, jsonOfSegment } from './points.js';
export { jsonOfCycle, jsonOfInterval, jsonOfTopology } from './topology.js';
