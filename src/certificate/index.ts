/** The face of certificate. */

export {
  ARRANGEMENT_FORMAT,
  ARRANGEMENT_VERSION,
  type ArrangementHeader,
  type ArrangementTrailer,
  INSIDE_FORMAT,
  INSIDE_VERSION,
  type InsideHeader,
  LONGEST_LINE,
  type StatedSymmetry,
  type WeightedWalls,
} from './arrangement.js';
export { LIMITS, RecordError } from './bytes.js';
export {
  BOUND_NEGATIVE,
  BOUND_POSITIVE,
  BOUNDED,
  CELL,
  CERTIFICATE_FORMAT,
  CERTIFICATE_VERSION,
  type CertificateHeader,
  type CertificateTrailer,
  CHARTED_VERSION,
  END,
  IMPLIED_NEGATIVE,
  IMPLIED_POSITIVE,
  LOWER_BOUND,
  type PolytopeEvidence,
  type ProvedBound,
  READABLE_VERSIONS,
  SPLIT,
  type StatedBound,
  type StatedCharts,
  type StatedDomain,
  type StatedPolytope,
  UPPER_BOUND,
  type WeightedConditions,
  ZERO_ROW,
} from './format.js';
export {
  IMAGES_FORMAT,
  IMAGES_VERSION,
  type ImagesHeader,
  type ImagesTrailer,
  type StatedCellImage,
  type StatedPart,
} from './images.js';
export { ExactDoubles, isNegative, nearestDoubles } from './numbers.js';
export {
  IMAGE,
  ORBITS_FORMAT,
  ORBITS_VERSION,
  type OrbitsHeader,
  type StatedImage,
  type StatedMap,
  type StatedOrbits,
} from './orbits.js';
export { type CertificateRecord, NO_MULTIPLIERS, RecordReader } from './reader.js';
export {
  AGAIN,
  BOX,
  CLOSED,
  CLOSED_EXACTLY,
  EMPTY,
  IMPLIED_SIDE,
  INPUT_SPLIT,
  type IntegerRows,
  NEURON_SPLIT,
  type StatedCondition,
  VERIFICATION_FORMAT,
  VERIFICATION_VERSION,
  type VerificationHeader,
  type VerificationRecord,
  type VerificationTrailer,
  type WeightedRows,
} from './verification.js';
export { VerificationReader } from './verification-reader.js';
export { writeIntegerRows, writeSigned, writeWeightedRows } from './verification-writer.js';
export { floatForm, RecordWriter, truncatedTo16Bits } from './writer.js';
