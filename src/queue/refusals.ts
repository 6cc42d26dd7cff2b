/**
 * How often a job is tried before it is given up, by workers and by those who cannot take what comes back.
 */

export const TRIES = 3;

/** How often jobs came back with what could not be taken: a stranger's word, or a file that is gone. */
export class Refusals {
  private readonly times = new Map<string, number>();

  /** One more. @returns whether the job is given up; else somebody else shall do it */
  add(id: string): boolean {
    const times = (this.times.get(id) ?? 0) + 1;
    this.times.set(id, times);
    return times >= TRIES;
  }

  forget(id: string): void {
    this.times.delete(id);
  }
}
