/**
 * Readers and writers of network and domain files.
 */
export { parseBoxOption } from './box-option.js';
export { FormatError } from './error.js';
export { writeNetworkJson } from './json-write.js';
export type { Units } from './nnet.js';
export { operatorNames } from './onnx-operators.js';
export { domainFormats, type NetworkFile, networkFormats, type ReadOptions, readDomain, readNetwork } from './read.js';
