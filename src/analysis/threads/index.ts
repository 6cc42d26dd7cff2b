/** The face of analysis/threads. */
export {
  decisionBoundariesInThreads,
  factsInThreads,
  levelSetInThreads,
  type SurveyRequest,
  writeAdjacencyInThreads,
} from './survey.js';
