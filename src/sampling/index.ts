/** The face of sampling: random networks, counted. */
export {
  DEFAULTS,
  drawNetwork,
  type Ensemble,
  INITIALISATIONS,
  type Initialisation,
  isShape,
  LEAST_SAMPLES,
  MOST_SAMPLES,
  MOST_SEED,
} from './draw.js';
export { type Expectation, expectationOf } from './expectation.js';
export { type SamplingRequest, sampleEnsemble } from './run.js';
export { type Sample, type SamplingSetting, sampleOf } from './sample.js';
export { type Summary, studentPoint, summaryOf } from './statistics.js';
