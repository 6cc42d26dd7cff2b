/** The face of engines/vertex. */
export { vertexKernel } from './kernel.js';
