/**
 * SHA-256 where there is no Node: browsers have it for whole messages and asynchronously only.
 */
import { sha256 as noble } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Sha256 } from './sha256.js';

export function sha256(): Sha256 {
  const hash = noble.create();
  return {
    update: (data) => void hash.update(typeof data === 'string' ? utf8ToBytes(data) : data),
    hex: () => bytesToHex(hash.digest()),
  };
}
