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

/** The most bytes of a file with an extension. */
export function mostBytes(extension: string): number {
  return extension === '.onnx' ? MAX_ONNX_BYTES : MAX_FILE_BYTES;
}

/** What to say about more. @param size with its unit */
export function tooLarge(size: string, extension: string): string {
  return `expected at most ${mostBytes(extension)} bytes, got ${size}; use a smaller network`;
}
