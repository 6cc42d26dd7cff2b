/** The face of queue: a count by workers in other processes, on other machines. */
export { clientOptions, publicUrl, type QueuePlace } from './bull.js';
export { type CrewOptions, QueueCrew } from './crew.js';
export { QueueError } from './error.js';
export { QueueWorker, type WorkerReport } from './worker.js';
