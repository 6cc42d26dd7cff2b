/**
 * Waiting for a server that is away.
 *
 * The client of Redis keeps what it is asked until its server is back; that of PostgreSQL fails. So it is asked again: all that is asked here
 * may be asked twice, because jobs are known by their names.
 */
import type { Queue } from 'bullmq';

const QUESTIONS = ['add', 'getJob', 'getJobs', 'getJobCounts', 'getJobState', 'remove'] as const;

/** A queue, by what is asked of it. */
export type Asked = Pick<Queue, (typeof QUESTIONS)[number]>;

/** Between two tries, in milliseconds. */
const PAUSE = 300;

interface Patience {
  /** Whether failures are to be waited for: not before the server has answered once, nor when nobody waits any more. */
  readonly isPatient: () => boolean;
  readonly onTrouble: (error: Error) => void;
}

/** Operating system: no connection. */
const SYSTEM = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
/** SQLSTATE (PostgreSQL, appendix A): connection exceptions, too many connections, shut down, crashed, starting up. */
const STATE = /^(08...|53300|57P0[123])$/;
/** What node-postgres says of a connection that is gone, without a code. */
const WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Whether the server is away, and may come back. */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isAway);
  const { code = '', message = '' } = error as NodeJS.ErrnoException;
  return SYSTEM.test(code) || STATE.test(code) || WORDS.test(message);
}

/** The queue, whose questions wait for the server. */
export function patient(queue: Queue, { isPatient, onTrouble }: Patience): Asked {
  const ask = async (question: (...given: unknown[]) => unknown, given: unknown[]) => {
    for (;;) {
      try {
        return await question.apply(queue, given);
      } catch (error) {
        if (!isPatient() || !isAway(error)) throw error;
        onTrouble(error as Error);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  };
  const entries = QUESTIONS.map((name) => {
    const question = queue[name] as (...given: unknown[]) => unknown;
    return [name, (...given: unknown[]) => ask(question, given)];
  });
  return Object.fromEntries(entries) as Asked;
}
