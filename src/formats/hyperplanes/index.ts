/** The face of formats/hyperplanes: files of hyperplanes, for those who read them. */
export { holdsHyperplanes } from './extensions.js';
export {
  type ArrangementFile,
  type ArrangementOptions,
  hyperplanesOf,
  readArrangement,
} from './read.js';
export type { Hyperplanes } from './rows.js';
