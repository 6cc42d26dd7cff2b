/** The face of engines. */
export { chooseEngine, ENGINE_NAMES, type EngineChoice, EngineError, type EngineName, kernelOf } from './choice.js';
export { countCells } from './count.js';
export { CellEstimator, type EstimateOptions, estimateCells, type SizeReport } from './estimate.js';
