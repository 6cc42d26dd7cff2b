/** The face of exact. */
export { bitCount } from './bits.js';
export { roundedDecimal } from './decimal.js';
export { atLeast, atMost } from './directed.js';
export { bitLength, safeDyadicFromDouble } from './double.js';
export { type IntegerMatrix, reducedEchelon } from './elimination.js';
export { FixedDenominator } from './fixed-denominator.js';
export {
  content,
  dotIntegers,
  type IntegerVector,
  integersFromDoubles,
  integersFromRationals,
  larger,
  longestEntry,
  magnitude,
  rationalsFromIntegers,
  reduced,
  rowAt,
} from './integers.js';
export { determinant, type IntegerSolution, solve, solveAny } from './linear-systems.js';
export { commonDivisor, inLowestTerms, withoutContent } from './lowest-terms.js';
export { oddPart } from './odd-part.js';
export { packed, slotBits, unpacked } from './packed.js';
export { rank } from './rank.js';
export {
  absolute,
  add,
  compare,
  divide,
  equal,
  formatRational,
  greatestCommonDivisor,
  multiply,
  negate,
  ONE,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  subtract,
  ZERO,
} from './rational.js';
export { inverseOf, residue, residues } from './residues.js';
export {
  BEYOND_SINGLES,
  nearestDouble,
  nextDown,
  nextUp,
  SINGLE_ROUNDOFF,
  SMALLEST_NORMAL_SINGLE,
  toDouble,
  toSingle,
} from './rounding.js';
export {
  accumulationUnit,
  BLUNT_RADIUS,
  evaluationUnit,
  isNormal,
  isOrdinary,
  PROPOSAL_NOISE,
  PROPOSAL_PERTURBATION,
  roundsRelatively,
  SLACK,
  SMALL_PIVOT,
  signBeyond,
  signOfInteger,
  UNIT_ROUNDOFF,
  underflow,
} from './sign.js';
export { isNegativeSum, LEAST_FACTOR } from './sums.js';
