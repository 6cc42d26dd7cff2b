/**
 * SHA-256 where there is no Node: browsers have it for whole messages and asynchronously only.
 */
import { sha256 as noble } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** As much of Node's class of this name as is used here. */
export interface Sha256 {
  update(data: string | Uint8Array): Sha256;
  digest(encoding: 'hex'): string;
}

export function sha256(): Sha256 {
  const inner = noble.create();
  const hash: Sha256 = {
    update(data) {
      inner.update(typeof data === 'string' ? utf8ToBytes(data) : data);
      return hash;
    },
    digest: () => bytesToHex(inner.digest()),
  };
  return hash;
}
