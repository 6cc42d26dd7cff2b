/** The face of engines/evidence. */
export {
  decideExactly,
  type ExactConstraint,
  type ExactConstraints,
  interiorBeyond,
  isStrictlyInside,
  listed,
} from './exact-decision.js';
export { centrePoint, exactPoint, type InteriorPoint, roundedPoint } from './interior-points.js';
export { ProvenBoxes } from './proven-box.js';
export { crossingDrift, crossingRadius, ROUNDED_RADIUS, vertexBound } from './vertex-error.js';
