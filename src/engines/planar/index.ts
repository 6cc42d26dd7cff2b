/** The face of engines/planar. */
export { planarKernel } from './kernel.js';
