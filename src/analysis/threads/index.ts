/** The face of analysis/threads. */
export { differenceInThreads, neuronFactsInThreads } from './function.js';
export {
  countRegionsInThreads,
  facesInThreads,
  type MapsSeen,
  patternsInThreads,
  regionsInThreads,
  sharedMapsInThreads,
  sharesMostMaps,
} from './regions.js';
export {
  decisionBoundariesInThreads,
  factsInThreads,
  levelSetInThreads,
  type SurveyRequest,
  widthsInThreads,
  writeAdjacencyInThreads,
} from './survey.js';
