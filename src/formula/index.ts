/** The face of formula. */
export { type FormulaRequest, formulaOf, LANGUAGES, type Language, needsDomain } from './formula.js';
export type { Objective } from './mixed-integer.js';
