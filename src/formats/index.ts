/**
 * Readers and writers of network and domain files.
 */
export { boundsBesideDoubles, isBoxOfDoubles, parseBoxOption } from './input/box-option.js';
export { isRational } from './input/entries.js';
export { complainingAt, FormatError, quoted } from './input/error.js';
export type { HeadKind, OutputHead } from './input/head.js';
export { entryOfJson, exactNumberOfText, jsonOfRational } from './input/numbers.js';
export { extensionOf, MAX_FILE_BYTES, readSource, textOf } from './input/source.js';
export { jsonOfInputMap, type StatedInputMap } from './json/input-map.js';
export { membersAt } from './json/members.js';
export type { NamedTensor } from './json/network.js';
export { valueOfJson } from './json/text.js';
export { writeNetworkJson } from './json/write.js';
export { jsonOfDomain } from './json/write-domain.js';
export type { Units } from './nnet/read.js';
export { writeNnet } from './nnet/write.js';
export type { ChosenInput, OnnxOptions } from './onnx/inputs.js';
export {
  DISCONTINUOUS,
  LATEST_COMPARED_OPSET,
  OLDEST_OPSET,
  type OperatorRow,
  operatorNames,
  operatorRows,
  SMOOTH,
} from './onnx/operators.js';
export {
  bytesOfOnnx,
  domainFormats,
  domainOfText,
  type NetworkFile,
  networkFormats,
  type QueryFile,
  type ReadOptions,
  readDomain,
  readNetwork,
  readQuery,
  readSpecification,
} from './read.js';
export type { Coefficients, Formula, LinearConstraint } from './vnnlib/formula.js';
export type { NetworkDeclaration, TensorDeclaration, TensorRole } from './vnnlib/networks.js';
export { type Conjunct, MAX_DISJUNCTS, type NormalForm, normalForm } from './vnnlib/normal-form.js';
export { floatTypesOf, type Query, queryOfVnnlib } from './vnnlib/read.js';
export type { Bounds, SpecificationCase } from './vnnlib/specification.js';
