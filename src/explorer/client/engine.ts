/**
 * The engine as the page sees it: a worker made of the script that the page holds as text, and promises.
 */
import type { Answer, Request } from '../model/index.js';

type AnswerTo<Kind extends Request['kind']> =
  | Extract<
      Answer,
      { kind: Kind extends 'plan' | 'advance' | 'seek' | 'window' | 'plane' ? 'views' : Kind | 'nothing' }
    >
  | Extract<Answer, { kind: 'refusal' }>;

export class Engine {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private next = 0;

  /** @param broken is told why the worker cannot work at all */
  constructor(script: string, broken: (reason: string) => void) {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    this.worker = new Worker(url);
    this.worker.onmessage = ({ data }: MessageEvent<{ id: number; answer: Answer }>) => {
      this.waiting.get(data.id)?.(data.answer);
      this.waiting.delete(data.id);
    };
    this.worker.onerror = (event) => broken(event.message || 'the engine did not start in this browser');
  }

  ask<R extends Request>(request: R): Promise<AnswerTo<R['kind']>> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve as (answer: Answer) => void);
      this.worker.postMessage({ id, request });
    });
  }
}

/** Requests of which only the last counts: while one is under way, those that come are replaced by the next. */
export class Latest<Value> {
  private busy = false;
  private waiting: Value | undefined;

  constructor(private readonly act: (value: Value) => Promise<void>) {}

  /** Whether something is under way. */
  get isBusy(): boolean {
    return this.busy;
  }

  async push(value: Value): Promise<void> {
    this.waiting = value;
    if (this.busy) return;
    this.busy = true;
    while (this.waiting !== undefined) {
      const next = this.waiting;
      this.waiting = undefined;
      await this.act(next);
    }
    this.busy = false;
  }
}
