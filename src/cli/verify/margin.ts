/** Stand-in until the verifier has it. */
import { UsageError } from '../exit.js';
import type { VerifyOptions } from './options.js';
import type { Question } from './question.js';

export async function margin(_question: Question, _options: VerifyOptions): Promise<number> {
  throw new UsageError('--margin: not there yet; drop it');
}
