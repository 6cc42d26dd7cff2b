/** How pictures travel into a page, and their colours: shared by those who draw and the page's own script. */

export { isMarked, type KindStyle, kindStyle, MARK, patternDefinition } from './kinds.js';
export { escapeHtml, htmlFacts, htmlFigure, htmlTable, htmlTiles } from './markup.js';
export {
  cssColour,
  layerColour,
  layerDash,
  lightened,
  type Rgb,
  ramp,
  STEPS,
  scatteredStep,
  stepOf,
} from './palette.js';
export type { ArrayEntry, ArrayKind, PictureAxis, PlanarArrays, PlanarHeader, PlanarPictureData } from './picture.js';
export { brief, counted, exactText, grouped, percent, rangeText, roundedText } from './wording.js';
