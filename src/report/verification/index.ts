/** The face of report/verification. */
export {
  type VerificationRow,
  verdictWords,
  verificationCsv,
  verificationJson,
  verificationSummary,
  verificationText,
} from './rows.js';
