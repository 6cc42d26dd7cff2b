/** How pictures travel into a page, and their colours: shared by those who draw and the page's own script. */

export { isMarked, type KindStyle, kindStyle, MARK, patternDefinition } from './kinds.js';
export { markerPath, markerRadius, SMALLEST_SHAPE } from './markers.js';
export { escapeHtml, htmlFacts, htmlFigure, htmlTable, htmlTiles } from './markup.js';
export {
  CYCLE,
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
export {
  type ArrayEntry,
  type ArrayKind,
  type GraphArrays,
  type GraphData,
  type GraphHeader,
  NO_POINTS,
  type PictureAxis,
  type PicturePoints,
  type PlanarArrays,
  type PlanarHeader,
  type PlanarPictureData,
  pointFill,
} from './picture.js';
export { axesSvg, type PlotArea, pixel, type SvgAxis } from './svg.js';
export {
  axisName,
  linearTexts,
  linearTicks,
  logarithmicTexts,
  logarithmicTicks,
  powerOfTen,
  type Ticks,
  textWidth,
} from './ticks.js';
export { brief, counted, exactText, grouped, percent, rangeText, roundedText } from './wording.js';
