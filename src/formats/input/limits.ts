/**
 * How much is read: what is larger would not be counted, only fill the memory.
 */

/**
 * The most bytes taken from one file, also after decompression: a gzip file of 1 MB can hold 1 GB.
 *
 * 128 MiB are 33 million float32 weights, far beyond the networks whose partition can be enumerated.
 */
export const MAX_FILE_BYTES = 128 * 1024 * 1024;

/** The most weights, neurons times inputs, or other numbers that one network may have or imply: 256 MiB of doubles. */
export const MAX_NUMBERS = 2 ** 25;

/** What to say about more. @param size with its unit */
export function tooLarge(size: string): string {
  return `expected at most ${MAX_FILE_BYTES} bytes, got ${size}; use a smaller network`;
}
