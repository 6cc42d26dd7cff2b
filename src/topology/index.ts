/** The face of topology. */
export { type SetComplex, setComplex } from './build.js';
export { type CellComplex, ComplexBuilder, eulerCharacteristic, type Faces } from './complex.js';
export { type Field, type Homology, homologyOf } from './homology.js';
export { type Chain, type MorseComplex, morseComplex } from './morse.js';
export type { DecisionSet } from './set.js';
