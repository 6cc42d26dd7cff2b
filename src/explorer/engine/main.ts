/**
 * The engine's thread in the page: requests come in order, answers go back with the arrays they hold.
 */
import type { Answer, Request } from '../model/index.js';
import { Session } from './session.js';

/** What a worker's global scope offers. */
interface Scope {
  onmessage: ((event: { readonly data: { readonly id: number; readonly request: Request } }) => void) | null;
  postMessage(message: unknown): void;
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
  // Copied, not moved: an answer may hold arrays that a later one holds, too.
  scope.postMessage({ id, answer });
};
