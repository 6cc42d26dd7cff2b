/**
 * Bytes as text for addresses, compressed.
 */
const CHUNK = 0x8000;

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** @throws DOMException for what is no base64 */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const text = base64(await through(bytes, new CompressionStream('deflate-raw')));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** @throws an error for what was not packed */
export function unpacked(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return through(bytesOfBase64(text.replaceAll('-', '+').replaceAll('_', '/')), new DecompressionStream('deflate-raw'));
}
