/** The face of oracle/claims. */

export { type NumpyArray, readNpy } from '../../formats/tensors/numpy.js';
export {
  type CellsClaim,
  type Claim,
  type ClaimedMap,
  type ClaimedShape,
  COUNTED,
  type CountClaim,
  type Counted,
  type PatternsClaim,
  type PointsClaim,
  type Precision,
  type ValuesClaim,
} from './claim.js';
export { CLAIM_FORMAT, type ClaimJson, claimOfJson, claimOfJsonLines, claimSchema } from './json.js';
export { EXACT, numberError, reachesNoFurther } from './matching.js';
export { ENCODINGS, type Encoding, jsonPatterns, type PatternSource, tableOfPatterns } from './pattern-encoding.js';
export { CellPattern, claimedText, type PatternTable, sidesOfPattern } from './pattern-table.js';
export { readClaim } from './read.js';
