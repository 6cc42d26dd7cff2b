/**
 * The library where there is no Node: reading networks from bytes and JSON, counting, cells, pictures, facts and exact
 * evaluation, in the calling thread. Bundlers take this entry for browsers.
 *
 * ```js
 * import { cells, countCells, domainOf, readNetwork, svg } from 'relu-atlas';
 *
 * const bytes = new Uint8Array(await (await fetch('net.onnx')).arrayBuffer());
 * const { network } = await readNetwork(bytes, { name: 'net.onnx' });
 * const { cells } = countCells(network, domainOf(network, '-1,1'));
 * document.body.innerHTML = await svg(network, '-1,1', { colour: 'class' });
 * ```
 */

export {
  type Cell,
  type CellOptions,
  forEachCell,
  mapOf,
  patternOf,
  patternText,
  type Split,
  witnessOf,
} from './analysis/cells/index.js';
export type { CellRecord, FacetRecord } from './analysis/files/index.js';
export * from './analysis/function/index.js';
export * from './analysis/geometry/index.js';
export * from './analysis/regions/index.js';
export { type ChamberCount, ChamberError, type ChamberMethod } from './chambers/index.js';
export { EngineError, type EngineName } from './engines/index.js';
export {
  formatRational,
  parseRational,
  type Rational,
  rational,
  rationalFromDouble,
  toDouble,
  toSingle,
} from './exact/index.js';
export type { FoldedCount, LayerOfImages, WalkedRest } from './folding/index.js';
export {
  type ArrangementFile,
  type ArrangementOptions,
  type Hyperplanes,
  readArrangement,
} from './formats/hyperplanes/index.js';
export {
  FormatError,
  type NetworkFile,
  parseBoxOption,
  type ReadOptions,
  readNetwork,
  type StatedInputMap,
  type Units,
  writeNetworkJson,
  writeNnet,
} from './formats/index.js';
export type { FormulaRequest, Language } from './formula/index.js';
export {
  Distribution,
  type Enclosed,
  type Integrals,
  type IntegralsRequest,
  lawOf,
  type Region,
  type Sample,
  type SampleRequest,
} from './integral/index.js';
export {
  type ArrangementCount,
  type ArrangementLike,
  type ArrangementQuestion,
  type ArrangementSymmetry,
  analysisProblem,
  type Bound,
  type BoxLike,
  cells,
  cellWidths,
  countArrangement,
  countCells,
  countImages,
  countPatterns,
  countRegions,
  type DomainLike,
  differenceOf,
  domainOf,
  type ExactNumber,
  enumerateCells,
  estimateCells,
  findArrangementSymmetries,
  findSymmetries,
  formulaOf,
  functionFacts,
  fVector,
  type Hyperplane,
  type HyperplaneSymmetry,
  integrals,
  levelSet,
  lipschitzConstants,
  neuronFacts,
  outputRanges,
  type PictureOptions,
  type PolytopeLike,
  persistence,
  redundantNeurons,
  regionVolume,
  samplePoints,
  simplify,
  svg,
  topology,
  verifySymmetries,
} from './library/browser.js';
export type { LpBackend } from './lp/index.js';
export { simplexBackend } from './lp/index.js';
export * from './network/index.js';
export { checkHomologyEvidence, type EvidenceReport } from './topology/check-evidence.js';
export type {
  DecisionSet,
  HomologyEvidence,
  Interval,
  Topology,
  TopologyRequest,
} from './topology/index.js';
export type { CellCount, Decisions } from './walk/index.js';
export { SymmetryError } from './walk/index.js';
