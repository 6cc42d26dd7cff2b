/** The face of report/client: what draws a planar picture on a canvas and tells about it, for other pages. */
export { drawAxes } from './axes.js';
export {
  byValue,
  className,
  type Legend,
  type Mode,
  type Paint,
  packed,
  paintOf,
  rangeOf,
  slopeOf,
  type ValueTable,
} from './colours.js';
export { areaOf, edgesOf, mapLines, patternOf } from './describe.js';
export { type Growth, growthAfter } from './growth.js';
export { layersHtml, legendHtml } from './legend.js';
export { drawOutline, strokeBoundary } from './lines.js';
export { type Locator, lateLocatorOf } from './locate.js';
export { MARGIN } from './margin.js';
export { grouped, shown } from './numbers.js';
export { Scene, type SceneContent } from './scene.js';
export { columnOf, pointAt, rowOf, type View, viewOf, type Zoom } from './view.js';
