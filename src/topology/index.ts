/** The face of topology. */
export { type SetComplex, setComplex } from './build.js';
export type { Chain } from './chain.js';
export { type CellComplex, ComplexBuilder, eulerCharacteristic, type Faces, relativeTo } from './complex.js';
export { type HomologyEvidence, jsonOfSet } from './evidence.js';
export { type Cycle, generatorsOf } from './generators.js';
export { type Field, type Homology, homologyOf } from './homology.js';
export { type MorseComplex, morseComplex } from './morse.js';
export { type Interval, persistenceOf } from './persistence.js';
export { checkSet, type DecisionSet } from './set.js';
export { homologyOfSides, type Sides, type SidesRequest } from './sides.js';
export {
  type Ends,
  type PlacedCycle,
  sublevelPersistence,
  type Topology,
  type TopologyRequest,
  topology,
} from './topology.js';
