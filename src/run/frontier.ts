/**
 * The state of a count in tree order: certificate bytes that wait for what is left of them, subtrees still open, and
 * subtrees being walked.
 *
 * Jobs are taken from the left, so that bytes can be written early and the open subtrees stay few: a walk that stops leaves
 * at most one subtree per split above it.
 */
import type { JobResult } from './job.js';

type Item =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'open'; readonly paths: readonly string[] }
  | { readonly kind: 'running'; readonly paths: readonly string[] };

/** A place in the frontier that is being walked. */
export type Ticket = Extract<Item, { kind: 'running' }>;

export class Frontier {
  private readonly items: Item[] = [{ kind: 'open', paths: [''] }];

  /**
   * Takes the leftmost open subtrees for a job, leaving some for `others` more workers if there are any: the last path of
   * a run is the sibling nearest to the root, usually the largest, so each of the others is left one from the end.
   */
  take(others: number): Ticket | undefined {
    const at = this.items.findIndex((item) => item.kind === 'open');
    const item = this.items[at];
    if (item?.kind !== 'open') return undefined;
    const share = Math.max(1, item.paths.length - others);
    const ticket: Ticket = { kind: 'running', paths: item.paths.slice(0, share) };
    const rest = item.paths.slice(share);
    this.items.splice(at, 1, ticket, ...(rest.length > 0 ? [{ kind: 'open', paths: rest } as const] : []));
    return ticket;
  }

  /** Puts the result of a job in its place. */
  replace(ticket: Ticket, { records, open }: Pick<JobResult, 'records' | 'open'>): void {
    const items: Item[] = [];
    if (records.length > 0) items.push({ kind: 'bytes', bytes: records });
    if (open.length > 0) items.push({ kind: 'open', paths: open });
    this.items.splice(this.items.indexOf(ticket), 1, ...items);
  }

  /** Removes and returns the bytes that have nothing open to their left. */
  shift(): Uint8Array[] {
    const result: Uint8Array[] = [];
    for (let first = this.items[0]; first?.kind === 'bytes'; first = this.items[0]) {
      result.push(first.bytes);
      this.items.shift();
    }
    return result;
  }

  /** Bytes that wait for subtrees to their left. */
  get waiting(): number {
    return this.items.reduce((sum, item) => sum + (item.kind === 'bytes' ? item.bytes.length : 0), 0);
  }

  /** The subtrees that are open or being walked, in tree order. */
  open(): string[] {
    return this.items.flatMap((item) => (item.kind === 'bytes' ? [] : item.paths));
  }
}
