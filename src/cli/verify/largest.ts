/** Stand-in until the verifier has it. */
import { UsageError } from '../exit.js';
import type { VerifyOptions } from './options.js';

export async function largest(_file: string, _options: VerifyOptions): Promise<number> {
  throw new UsageError('--largest: not there yet; give --radius');
}
