/** The face of topology. */
export { type Extent, type SetComplex, setComplex } from './build.js';
export type { Chain, Field } from './chain.js';
export { type CellComplex, ComplexBuilder, eulerCharacteristic, type Faces } from './complex.js';
export { jsonOfSet } from './evidence.js';
export type { HomologyEvidence } from './evidence-format.js';
export { type Cycle, generatorsOf } from './generators.js';
export { type Homology, homologyOf } from './homology.js';
export { type MorseComplex, morseComplex } from './morse.js';
export { type Interval, persistenceOf } from './persistence.js';
export { checkSet, type DecisionSet, type Ends } from './set.js';
export { homologyOfSides, type Sides, type SidesRequest } from './sides.js';
export {
  type PlacedCycle,
  sublevelPersistence,
  type Topology,
  type TopologyRequest,
  topology,
} from './topology.js';
