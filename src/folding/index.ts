/** The face of folding: cells with equal images counted once. */
export type { Cone } from './cone.js';
export {
  type CountRest,
  countFolded,
  type FoldedCount,
  type FoldedOptions,
  type FoldedPart,
  type ImageListener,
  type LayerOfImages,
  type WalkedRest,
} from './count.js';
export { boxOfCreases, seemsToFold } from './sample.js';
