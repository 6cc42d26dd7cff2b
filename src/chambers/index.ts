/** The face of chambers: arrangements counted without visiting their cells. */
export { type Arrangement, ArrangementError, type Cone, coneOf } from './arrangement.js';
export {
  type ChamberCount,
  type ChamberMethod,
  type ChamberOptions,
  characteristicPolynomial,
  countChambers,
  finished,
  symmetriesOfCone,
} from './count.js';
export { symmetriesOfHyperplanes } from './found.js';
export type { Element, Elements } from './group.js';
export { shortened } from './inside.js';
export { countLastLayer, hasTwoPlanarLayers, type LastLayerCount, suitsLastLayer } from './last-layer/count.js';
export { countingLastLayer } from './last-layer/counter.js';
export { arrangementOf, ChamberError, type NetworkArrangement } from './network.js';
export type { ChamberProgress, Counting, OrbitListener } from './orbits.js';
export { networkOfHyperplanes, statedSymmetries } from './stated.js';
export { findSymmetries, type Symmetry } from './symmetry.js';
