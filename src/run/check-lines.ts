/**
 * Checking certificates that are lines, which are no trees with shares, until it is stopped.
 */
import type { UnfinishedCheck } from './check-shares.js';
import { Stopping } from './stopping.js';

export interface LineCheck {
  readonly signal?: AbortSignal;
  /** Seconds. */
  readonly timeout?: number;
}

/** What a check finds that throws when its signal is aborted. */
export async function untilStopped<T>(
  request: LineCheck,
  check: (signal: AbortSignal) => Promise<T>,
): Promise<T | UnfinishedCheck> {
  const stopping = new Stopping(request);
  try {
    return await check(stopping.signal);
  } catch (error) {
    // Nothing is proved before the end.
    if (stopping.reason !== undefined) return { stopped: stopping.reason, cells: 0, shares: 0, of: 1 };
    throw error;
  } finally {
    stopping.release();
  }
}
