/**
 * How much is read: what is larger would not be counted, only fill the memory.
 */

/**
 * The most bytes taken from one file, also after decompression: a gzip file of 1 MB can hold 1 GB.
 *
 * 128 MiB are 33 million float32 weights, far beyond the networks whose partition can be enumerated.
 */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** The same for ONNX: published lattice networks have 270 MB, nearly all of it zeros, and are small once these are left out. */
const MAX_ONNX_BYTES = 4 * MAX_FILE_BYTES;

/** The most weights, neurons times inputs, or other numbers that one network may have or imply: 256 MiB of doubles. */
export const MAX_NUMBERS = 2 ** 25;

/** The most weights of one tensor in a binary file, and of a network that is read from it: 1 GiB of doubles. */
export const MAX_WEIGHTS = 2 ** 27;

/** The most bytes of one file of weights beside a network's. */
export const MAX_DATA_BYTES = 2 ** 30;

/** Files of nothing but weights: what they hold is what the network has. */
const WEIGHT_FILES: ReadonlySet<string> = new Set(['.onnx', '.safetensors', '.npz']);

/** The most bytes of a file with an extension. */
export function mostBytes(extension: string): number {
  return WEIGHT_FILES.has(extension) ? MAX_ONNX_BYTES : MAX_FILE_BYTES;
}

/** What to say about more. @param size with its unit */
export function tooLarge(size: string, most: number): string {
  return `expected at most ${most} bytes, got ${size}; use a smaller network`;
}
