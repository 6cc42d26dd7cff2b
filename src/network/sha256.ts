/**
 * SHA-256, piece by piece and synchronously, by Node. A bundle for browsers takes `sha256-browser.ts` in its place.
 */
import { createHash } from 'node:crypto';

/** What is being digested. */
export interface Sha256 {
  /** Appends bytes, or text as UTF-8. */
  update(data: string | Uint8Array): void;
  /** The digest of everything so far, in hexadecimal; then nothing more may be appended. */
  hex(): string;
}

export function sha256(): Sha256 {
  const hash = createHash('sha256');
  return { update: (data) => void hash.update(data), hex: () => hash.digest('hex') };
}
