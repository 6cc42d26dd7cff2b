/** The face of jobs: one tree walked by several threads, or processes. */
export { ByteChannel, type StoredRecords } from './channel.js';
export { jobEnded, type PoolControl, poolControl, setHungry, stopAll, stopRule } from './control.js';
export type { JobOutcome, SavedItem } from './frontier.js';
export type { LeftJob, RemoteCrew, Returned, StuckJob } from './remote.js';
export type { SavedWalk, WalkStore } from './store.js';
export { type TreeJobs, TreeWalk, type WorkerStart, type WorkerTask } from './walk.js';
