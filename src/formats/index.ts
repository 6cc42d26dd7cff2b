/**
 * Readers and writers of network and domain files.
 */
export { parseBoxOption } from './input/box-option.js';
export { isRational } from './input/entries.js';
export { complainingAt, FormatError, quoted } from './input/error.js';
export { entryOfJson, exactNumberOfText, jsonOfRational } from './input/numbers.js';
export { extensionOf, MAX_FILE_BYTES, readSource, textOf } from './input/source.js';
export type { NamedTensor, Tensors } from './json/network.js';
export { writeNetworkJson } from './json/write.js';
export { jsonOfDomain } from './json/write-domain.js';
export type { Units } from './nnet/read.js';
export { writeNnet } from './nnet/write.js';
export type { OnnxOptions } from './onnx/inputs.js';
export { operatorNames } from './onnx/operators.js';
export {
  domainFormats,
  domainOfText,
  type NetworkFile,
  networkFormats,
  type ReadOptions,
  readDomain,
  readNetwork,
  readSpecification,
} from './read.js';
export type { Coefficients, Formula, LinearConstraint } from './vnnlib/formula.js';
export type { Bounds, SpecificationCase } from './vnnlib/specification.js';
