/** The face of lp/glpk. */
export { glpkBackend } from './backend.js';
