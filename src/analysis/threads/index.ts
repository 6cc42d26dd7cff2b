/** The face of analysis/threads. */
export { factsInThreads, levelSetInThreads, type SurveyRequest, writeAdjacencyInThreads } from './survey.js';
