/**
 * Why a run ends before its end: it was interrupted, its time was up, or it had found as much as it may.
 */

/** `cells`: it has found as many as it may. */
export type StopReason = 'interrupted' | 'timeout' | 'cells';

/** Longer than any timer can wait, in milliseconds. */
const LONGEST = 2 ** 31 - 1;

/** One signal for all of them; the first reason counts. */
export class Stopping {
  reason: StopReason | undefined;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly outer: AbortSignal | undefined;
  private readonly interrupt = () => this.stop('interrupted');

  /** @param request its own signal, and seconds */
  constructor({ signal, timeout }: { readonly signal?: AbortSignal; readonly timeout?: number }) {
    this.outer = signal;
    signal?.addEventListener('abort', this.interrupt, { once: true });
    if (signal?.aborted === true) this.interrupt();
    if (timeout !== undefined) this.timer = setTimeout(() => this.stop('timeout'), Math.min(1000 * timeout, LONGEST));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(reason: StopReason): void {
    this.reason ??= reason;
    this.controller.abort();
  }

  release(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.interrupt);
  }
}
