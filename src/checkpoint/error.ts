/** A checkpoint cannot be used: it is about something else, damaged, or another run's. The message names the folder and the way out. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}
