/** The face of property: queries, the networks they are about, and answers to them. */
export {
  answerQuery,
  type Counterexample,
  type PropertyReport,
  type SearchOptions,
  verdictText,
} from './answer.js';
export { type AnswerJson, type CounterexampleJson, jsonOfAnswer, jsonOfCounterexample } from './answer-json.js';
export { assignmentText, counterexampleText } from './assignment.js';
export { type BoundQuery, bindQuery, type GivenNetwork, type GivenNetworks, NAMELESS } from './bind.js';
export { type Extremum, marginProblem, maximum, type RadiusQuestion, radiusProblem } from './extremum.js';
export { loadNetworks, type NetworkCache, type NetworkPaths } from './load.js';
export { type SearchedExtreme, type SearchedRange, searchedRanges } from './ranges.js';
export { type SingleErrors, singleErrors } from './rounding.js';
export { holdsWith, satisfiedAt, slackOf } from './satisfaction.js';
export { type SingleCounterexample, type SingleVerdict, singleCounterexample } from './single-point.js';
export { replaySingle } from './single-replay.js';
export { type DepthCounts, treeDepths } from './tree-depths.js';
export { type PropertySource, type VerifyPropertyOptions, verifyProperty } from './verify-property.js';
export { comparisonText, robustnessText, unsafeText } from './written.js';
