/**
 * SHA-256, piece by piece and synchronously, by Node. A bundle for browsers takes `sha256-browser.ts` in its place.
 */
import { createHash, type Hash } from 'node:crypto';

export type Sha256 = Pick<Hash, 'update' | 'digest'>;

export const sha256 = (): Sha256 => createHash('sha256');
