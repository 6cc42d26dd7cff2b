/** The face of report/verification. */
export {
  inColumns,
  type VerificationRow,
  verdictWords,
  verificationCsv,
  verificationJson,
  verificationSummary,
  verificationText,
} from './rows.js';
