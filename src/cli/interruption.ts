/**
 * Ctrl-C, and the signals by which systems end programs: the first one asks for what was completed, the second one ends at once.
 */
import { EXIT } from './exit.js';

/** SIGHUP: the terminal is gone. Windows knows it, too; SIGTERM cannot be sent there. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls back at every such signal. @returns ends that */
export function onInterruption(listener: () => void): () => void {
  for (const name of SIGNALS) process.on(name, listener);
  return () => {
    for (const name of SIGNALS) process.off(name, listener);
  };
}

export function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const release = onInterruption(() => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  });
  return { signal: controller.signal, release };
}
