/**
 * Files that are there as a whole or not at all.
 */
import { rename, rm, writeFile } from 'node:fs/promises';

/** Writes a file; nothing stands under its name until it is complete. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const partial = `${file}.partial-${process.pid}`;
  try {
    await writeFile(partial, content);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
