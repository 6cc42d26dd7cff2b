/** The face of engines/lp. */
export { lpKernel } from './kernel.js';
