/**
 * What a checkpoint is about, in names that a refusal can use.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { readDurable, writeDurably } from './durable.js';
import { CheckpointError } from './error.js';

/** The name of each thing that must be the same, and what it is: short texts, digests of long ones. */
export type Subject = Readonly<Record<string, string>>;

const NAME = 'manifest.json';
const FORMAT = 'relu-atlas-checkpoint';
const VERSION = 1;

/** What runs leave before they have written a manifest. */
const EARLY = /^(lock(\..*)?|.*\.new)$/;

/** What the manifest of a folder says; undefined if it has none. @throws CheckpointError */
export function readManifest(folder: string): Subject | undefined {
  const text = readDurable(folder, NAME);
  if (text === undefined) return undefined;
  const { format, version, subject } = JSON.parse(text) as { format?: string; version?: number; subject?: Subject };
  if (format === FORMAT && version === VERSION && typeof subject === 'object') return subject;
  throw new CheckpointError(
    `${folder}: expected a checkpoint of version ${VERSION}, got ${format === FORMAT ? `version ${version}` : 'something else'}; name another folder`,
  );
}

/** Makes the folder if there is none. @throws errors of the file system */
export function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
}

/**
 * Sees to it that the folder is about this.
 *
 * @throws CheckpointError naming what differs, or that the folder holds something else
 */
export function requireSubject(folder: string, subject: Subject): void {
  const known = readManifest(folder);
  if (known === undefined) {
    const [other] = readdirSync(folder).filter((name) => !EARLY.test(name));
    if (other !== undefined) {
      throw new CheckpointError(
        `${folder}: expected an empty folder or a checkpoint, got ${other} in it; name another folder`,
      );
    }
    writeDurably(folder, NAME, JSON.stringify({ format: FORMAT, version: VERSION, subject }));
    return;
  }
  for (const name of new Set([...Object.keys(subject), ...Object.keys(known)])) {
    if (known[name] === subject[name]) continue;
    throw new CheckpointError(
      `${folder}: expected a checkpoint of ${name} ${subject[name] ?? 'none'}, got one of ${name} ${known[name] ?? 'none'}; name another folder, or remove this one`,
    );
  }
}
