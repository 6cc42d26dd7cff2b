/** The face of jobs: one tree walked by several threads. */
export { ByteChannel } from './channel.js';
export { jobEnded, stopRule } from './control.js';
export type { JobOutcome } from './frontier.js';
export { type TreeJobs, TreeWalk, type WorkerStart, type WorkerTask } from './walk.js';
