/**
 * The digest by which a content security policy names a script.
 */
import { sha256 } from '../../network/index.js';

export function sha256Base64(text: string): string {
  const hex = sha256().update(new TextEncoder().encode(text)).digest('hex');
  return Buffer.from(hex, 'hex').toString('base64');
}
