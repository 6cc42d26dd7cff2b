/** The face of sampling: random networks, counted. */
export { drawNetwork, type Ensemble, INITIALISATIONS, type Initialisation } from './draw.js';
export { type SamplingRequest, sampleEnsemble } from './run.js';
export { type Sample, type SamplingSetting, sampleOf } from './sample.js';
export { type Summary, studentPoint, summaryOf } from './statistics.js';
