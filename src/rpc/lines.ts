/**
 * Lines of a byte stream, whatever arrives: each one as text, or why it is none.
 */

/** A line, or what is wrong with it. */
export type Line =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'too-long'; readonly bytes: number }
  | { readonly kind: 'not-utf8' };

const NEWLINE = 0x0a;

/**
 * Splits a stream at newlines (with or without a carriage return before). A last line needs no newline.
 *
 * Memory is one line: what is longer than `most` bytes is dropped as it arrives, and told once its end has come.
 */
export async function* linesOf(stream: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const finish = (): Line => {
    const line = size > most ? ({ kind: 'too-long', bytes: size } as const) : decoded(Buffer.concat(parts));
    parts = [];
    size = 0;
    return line;
  };
  const take = (part: Uint8Array) => {
    size += part.length;
    if (size <= most) parts.push(part);
    else parts = [];
  };
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, end));
      from = end + 1;
      yield finish();
    }
    if (from < chunk.length) take(chunk.subarray(from));
  }
  if (size > 0) yield finish();
}

function decoded(bytes: Uint8Array): Line {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'not-utf8' };
  }
}
