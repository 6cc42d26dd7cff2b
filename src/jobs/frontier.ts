/**
 * The state of a walk through a tree, in the tree's order: results that wait for what is left of them, subtrees still open,
 * and subtrees being walked.
 *
 * Jobs are taken from the left, so that results can be used early and the open subtrees stay few: a walk that stops leaves
 * at most one subtree per split above it.
 */

import type { StoredRecords } from './channel.js';

/** What walking some subtrees gave, as far as the walk came. */
export interface JobOutcome<Node> {
  /** The records of what was walked, all of it to the left of what was left open; empty if none are wanted. */
  readonly records: Uint8Array;
  /** They are kept elsewhere; `records` is empty then. */
  readonly stored?: StoredRecords;
  /** What was left open, in tree order. A walk that has stopped goes into nothing more. */
  readonly open: readonly Node[];
  /** Nothing to the right of this matters any more: it holds the answer. */
  readonly isLast?: boolean;
}

type Item<Node, Outcome> =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'open'; readonly nodes: readonly Node[] }
  | { readonly kind: 'running'; readonly nodes: readonly Node[] };

/** A part of the frontier as it is kept: subtrees that were being walked are open. */
export type SavedItem<Node, Outcome> =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'open'; readonly nodes: readonly Node[] };

/** A place in the frontier that is being walked. */
export interface Ticket<Node> {
  readonly kind: 'running';
  readonly nodes: readonly Node[];
}

export class Frontier<Node, Outcome extends JobOutcome<Node>> {
  private readonly items: Item<Node, Outcome>[];

  /**
   * @param shareOf the part of the whole tree that is below a node, for `done`
   * @param saved what `save` said of another one, in place of the roots
   */
  constructor(
    roots: readonly Node[],
    private readonly shareOf: (node: Node) => number,
    saved?: readonly SavedItem<Node, Outcome>[],
  ) {
    this.items = saved?.slice() ?? (roots.length > 0 ? [{ kind: 'open', nodes: roots }] : []);
  }

  /** The state, with what is being walked as open: whoever goes on from it walks that again. */
  save(): SavedItem<Node, Outcome>[] {
    return this.items.map((item) => (item.kind === 'done' ? item : { kind: 'open', nodes: item.nodes }));
  }

  /**
   * Takes the leftmost open subtrees for a job, leaving some for `others` more workers if there are any: the last one of
   * a run is the sibling nearest to the root, usually the largest, so each of the others is left one from the end.
   */
  take(others: number): Ticket<Node> | undefined {
    const at = this.items.findIndex((item) => item.kind === 'open');
    const item = this.items[at];
    if (item?.kind !== 'open') return undefined;
    const share = Math.max(1, item.nodes.length - others);
    const ticket: Ticket<Node> = { kind: 'running', nodes: item.nodes.slice(0, share) };
    const rest = item.nodes.slice(share);
    this.items.splice(at, 1, ticket, ...(rest.length > 0 ? [{ kind: 'open', nodes: rest } as const] : []));
    return ticket;
  }

  /**
   * Takes subtrees that another run has taken, if they are open and beside each other here.
   *
   * @param nameOf a text that only the same node has
   */
  claim(nodes: readonly Node[], nameOf: (node: Node) => string): Ticket<Node> | undefined {
    const names = nodes.map(nameOf);
    for (const [at, item] of this.items.entries()) {
      if (item.kind !== 'open') continue;
      const from = item.nodes.findIndex((node) => nameOf(node) === names[0]);
      if (from < 0) continue;
      const found = item.nodes.slice(from, from + nodes.length);
      if (found.length < nodes.length || found.some((node, k) => nameOf(node) !== names[k])) return undefined;
      const ticket: Ticket<Node> = { kind: 'running', nodes: found };
      const rest = [item.nodes.slice(0, from), item.nodes.slice(from + nodes.length)];
      const [before, after] = rest.map((some) => (some.length > 0 ? [{ kind: 'open', nodes: some } as const] : []));
      this.items.splice(at, 1, ...before!, ticket, ...after!);
      return ticket;
    }
    return undefined;
  }

  /** Puts the outcome of a job in its place; false if an answer to the left has made it worthless. */
  replace(ticket: Ticket<Node>, outcome: Outcome): boolean {
    const at = this.items.indexOf(ticket);
    if (at < 0) return false;
    const items: Item<Node, Outcome>[] = [{ kind: 'done', outcome }];
    const { open, isLast = false } = outcome;
    if (open.length > 0 && !isLast) items.push({ kind: 'open', nodes: open });
    this.items.splice(at, isLast ? this.items.length : 1, ...items);
    return true;
  }

  /**
   * Puts subtrees that were taken back: open again, one run each, so that they are walked one by one.
   *
   * @returns false if an answer to the left has made them worthless
   */
  giveBack(ticket: Ticket<Node>): boolean {
    const at = this.items.indexOf(ticket);
    if (at < 0) return false;
    this.items.splice(at, 1, ...ticket.nodes.map((node) => ({ kind: 'open', nodes: [node] }) as const));
    return true;
  }

  /** Removes and returns the outcomes that have nothing open to their left. */
  shift(): Outcome[] {
    const result: Outcome[] = [];
    for (let first = this.items[0]; first?.kind === 'done'; first = this.items[0]) {
      result.push(first.outcome);
      this.items.shift();
    }
    return result;
  }

  /** Bytes that wait for subtrees to their left. */
  get waiting(): number {
    return this.items.reduce((sum, item) => sum + (item.kind === 'done' ? item.outcome.records.length : 0), 0);
  }

  /** The part of the tree that is finished: for progress bars only. */
  get done(): number {
    return 1 - this.open().reduce((sum, node) => sum + this.shareOf(node), 0);
  }

  /** The subtrees that are open or being walked, in tree order. */
  open(): Node[] {
    return this.items.flatMap((item) => (item.kind === 'done' ? [] : item.nodes));
  }

  /** Whether nothing is open and nothing is being walked. */
  get isOver(): boolean {
    return this.items.every(({ kind }) => kind === 'done');
  }
}
