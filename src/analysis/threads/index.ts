/** The face of analysis/threads. */
export {
  decisionBoundariesInThreads,
  factsInThreads,
  levelSetInThreads,
  type SurveyRequest,
  widthsInThreads,
  writeAdjacencyInThreads,
} from './survey.js';
