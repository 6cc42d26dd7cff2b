/**
 * Readers and writers of network and domain files.
 */
export { parseBoxOption } from './box-option.js';
export { jsonOfDomain } from './domain-write.js';
export { FormatError } from './error.js';
export { writeNetworkJson } from './json-write.js';
export type { Units } from './nnet.js';
export { writeNnet } from './nnet-write.js';
export { operatorNames } from './onnx-operators.js';
export {
  domainFormats,
  type NetworkFile,
  networkFormats,
  type ReadOptions,
  readDomain,
  readNetwork,
  readSpecification,
} from './read.js';
export type { Bounds, SpecificationCase } from './vnnlib.js';
export type { Coefficients, Formula, LinearConstraint } from './vnnlib-formula.js';
