/**
 * One run writes to a folder at a time. What a killed run left behind hinders nobody.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, runMark } from '../output/index.js';
import { CheckpointError } from './error.js';

const LOCK = 'lock';

/** Claims a folder. @returns gives it up again @throws CheckpointError if another run has it */
export function claimFolder(folder: string): () => void {
  const path = join(folder, LOCK);
  for (let tries = 0; ; tries++) {
    if (placed(path)) return () => rmSync(path, { force: true });
    const owner = ownerOf(path);
    if (owner === undefined || tries > 2 || isRunning(owner)) {
      const who = owner === undefined ? '' : ` (process ${owner.split('-')[0]})`;
      throw new CheckpointError(
        `${folder}: expected a folder that no other run uses, got one that another run${who} writes to; wait for it, or name another folder (if it is no more, remove ${path})`,
      );
    }
    rmSync(path, { force: true });
  }
}

/** Puts the lock there, with all that it says or not at all; false if there is one. */
function placed(path: string): boolean {
  const mark = runMark();
  const beside = `${path}.${mark}`;
  try {
    writeFileSync(beside, mark);
    linkSync(beside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(beside, { force: true });
  }
}

function ownerOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
