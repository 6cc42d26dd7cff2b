/** The face of formats/hyperplanes: files of hyperplanes, for those who read them. */
export {
  type ArrangementFile,
  type ArrangementOptions,
  holdsHyperplanes,
  hyperplanesOf,
  readArrangement,
} from './read.js';
export type { Hyperplanes } from './rows.js';
