/** The face of checker. */

export { type FormArithmetic, PLAIN_FORMS } from './arithmetic.js';
export { type ArrangementReport, checkArrangement } from './arrangement-file.js';
export { closes, type Multipliers, NEGATIVE_CUT, POSITIVE_CUT, SIDE_ROW, type Supposed } from './closing.js';
export { checkContent } from './content.js';
export { boxOf, provesBox } from './enclosure.js';
export {
  type CheckOptions,
  type CheckReport,
  checkCertificate,
  checkShare,
  combinedReport,
  type ShareReport,
} from './file.js';
export { takeContent } from './gzip-content.js';
export { checkImages, type ImagesReport } from './images-file.js';
export { checkInside, type InsideReport } from './inside-file.js';
export { checkedNetwork } from './network.js';
export { checkOrbits, checkOrbitsShare } from './orbits-file.js';
export { checkedHull, checkedPolytope, PolytopeError } from './polytope.js';
export { type Forms, type LayerState, Relaxation, SLOPE_BITS } from './relaxation.js';
export {
  closesExactly,
  conditionInInputs,
  type ExactMultipliers,
  type SettledRows,
  settledRows,
  sideInInputs,
} from './settled.js';
export type { Share } from './share.js';
export { type CheckedTree, TreeChecker } from './tree.js';
export { type ConditionRow, type GridBox, type LoweredUnsafe, loweredUnsafe, type Root } from './unsafe.js';
export { knownSides, VerificationRefusal, VerificationTree, type VerifiedCounts } from './verification.js';
export { checkVerification, type VerificationReport } from './verification-file.js';
