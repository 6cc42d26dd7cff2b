/** The face of oracle/conformance. */
export { answerRequest } from './answer.js';
export { type ConformanceCase, conformanceSchemas, QUESTIONS, type Question, type Request, requestOf } from './case.js';
export { type CertifiedCell, type CertifiedPartition, certifiedPartition } from './cells.js';
export { type JudgeContext, judgeAnswers, questionsOf } from './judge.js';
export { ClientError, type ConformanceRun, runConformance } from './run.js';
export {
  type CaseScore,
  type Judgement,
  type ScoreCard,
  scoreCardJson,
  scoreCardMarkdown,
  scoreCardsMarkdown,
  scoreCardText,
  tallyOf,
  type Verdict,
} from './score-card.js';
export { type LoadedCase, type ManifestEntry, readCase, readSuite, type Suite, selectCases } from './suite.js';
