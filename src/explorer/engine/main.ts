/**
 * The engine's thread in the page: requests come in order, answers go back with the arrays they hold.
 */
import type { Answer, Request } from '../model/index.js';
import { Session } from './session.js';

/** What a worker's global scope offers. */
interface Scope {
  onmessage: ((event: { readonly data: { readonly id: number; readonly request: Request } }) => void) | null;
  postMessage(message: unknown, transfer: readonly ArrayBufferLike[]): void;
}

/** The buffers of a message, each once: they move to the page and are not copied. */
function buffersOf(value: unknown, found = new Set<ArrayBufferLike>()): Set<ArrayBufferLike> {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) buffersOf(part, found);
  return found;
}

const scope = globalThis as unknown as Scope;
const session = new Session();

scope.onmessage = async ({ data: { id, request } }) => {
  let answer: Answer;
  try {
    answer = await session.answer(request);
  } catch (error) {
    answer = { kind: 'refusal', reason: error instanceof Error ? error.message : String(error) };
  }
  // The session keeps none of the arrays that it hands over.
  scope.postMessage({ id, answer }, [...buffersOf(answer)]);
};
