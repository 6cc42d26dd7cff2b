/**
 * SHA-256, piece by piece and synchronously, by Node. A bundle for browsers takes `sha256-browser.ts` in its place.
 */
import { createHash } from 'node:crypto';

/** As much of Node's class `Hash` as is used here: declarations of the library name nothing of Node. */
export type Sha256 = { update(data: string | Uint8Array): Sha256; digest(encoding: 'hex'): string };

export const sha256 = (): Sha256 => createHash('sha256');
