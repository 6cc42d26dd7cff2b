/** The face of report/picture. */
export { type Graph, graphOf } from './graph.js';
export { packGraph, packPlanarPicture, planarPictureData } from './pack.js';
export {
  creaseSegments,
  type DrawnPoint,
  drawn,
  type ExactPoint,
  edgeName,
  mapColours,
  type PlanarCell,
  planarCells,
} from './planar-cells.js';
export { levelSegments, levelsBetween } from './planar-levels.js';
export { type PlanarPicture, PlanarPictureBuilder, planarPicture } from './planar-picture.js';
export type { Colouring } from './planar-svg.js';
export { planarSvg } from './planar-svg.js';
export { type SlicePicture, type SliceSeries, slicePictures } from './slices.js';
export { boxOfUnsafe, type UnsafePicture, unsafePictures, unsafePolygons } from './unsafe-region.js';
