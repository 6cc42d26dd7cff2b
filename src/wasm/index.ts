/** The face of wasm. */
export { Arena, compiled, FEWEST_WEIGHTS, LARGEST_MEMORY } from './memory.js';
