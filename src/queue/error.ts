/** The queue cannot be used, or says something that is no message of ours. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}
