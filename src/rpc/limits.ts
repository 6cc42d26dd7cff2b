/**
 * What one server gives to its clients before it refuses, with an error that names the limit.
 */
import { cpus } from 'node:os';

/** Defaults of the limits, and how far options may go. */
export const LIMITS = {
  /** Bytes of one line: a request, or a batch of them. */
  requestBytes: { default: 64 * 1024 * 1024, most: 512 * 1024 * 1024 },
  /** Requests in one batch. */
  batch: { default: 1000, most: 1_000_000 },
  /** Seconds of one request. */
  seconds: { default: 600, most: 7 * 24 * 3600 },
  /** Cells that one count or partition may find. */
  cells: { default: 1_000_000_000, most: Number.MAX_SAFE_INTEGER },
  /** Subtrees that may be open at a time: what a count that is interrupted has to remember. */
  open: { default: 1_000_000, most: Number.MAX_SAFE_INTEGER },
  /** Networks loaded at a time. */
  networks: { default: 64, most: 100_000 },
  /** Weights and biases of all loaded networks together; exact ones take about 200 bytes each once they are used. */
  numbers: { default: 2 ** 23, most: 2 ** 27 },
  /** Long requests that run at a time, and that wait for their turn. */
  running: { default: Math.max(2, cpus().length), most: 64 },
  waiting: { default: 64, most: 100_000 },
  /** Cells per page of a partition. */
  page: { default: 100, most: 10_000 },
} as const;

export type LimitName = keyof typeof LIMITS;

/** The limits of one server. */
export type Limits = Readonly<Record<LimitName, number>>;

/** The defaults, changed where told. */
export function limitsWith(changes: Partial<Limits> = {}): Limits {
  const defaults = Object.fromEntries(Object.entries(LIMITS).map(([name, { default: value }]) => [name, value]));
  return { ...(defaults as Limits), ...changes };
}

/** Networks with more numbers than this are evaluated in a thread of their own, so that others need not wait. */
export const LIGHT = 2 ** 17;
