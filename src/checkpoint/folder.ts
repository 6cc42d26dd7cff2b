/**
 * A walk's state in a folder: whatever ends the process, the walk goes on from what was saved last.
 *
 *     manifest.json  what it is about
 *     state          the counts, what is open, how much of the other files counts; replaced as a whole
 *     records        pieces of the certificate, as jobs brought them
 *     order          which of them come first in the tree, as far as nothing is open before them
 *     lock           which process writes here
 *
 * The state is written after what it speaks of is on the disk. All times are of a clock that nobody can set.
 */
import type { JobOutcome, SavedItem, SavedWalk, StoredRecords, WalkStore } from '../jobs/index.js';
import { claimFolder } from './claim.js';
import { readDurable, writeDurably } from './durable.js';
import { CheckpointError } from './error.js';
import { makeFolder, requireSubject, type Subject } from './manifest.js';
import { EMPTY_LOG, type Extent, type LogMark, RecordLog } from './record-log.js';
import { wireText, wireValue } from './wire.js';

const STATE = 'state';

/** Seconds between two saves unless told. */
export const INTERVAL = 5;
/** Saving takes at most this part of the time: where the disk is slow the interval grows. */
const MOST_COST = 0.01;

type StoredItem<Node, Outcome> =
  | { readonly kind: 'done'; readonly outcome: Outcome; readonly extent?: Extent }
  | { readonly kind: 'open'; readonly nodes: readonly Node[] };

interface State<Node, Outcome> {
  readonly items: readonly StoredItem<Node, Outcome>[];
  readonly totals: unknown;
  readonly log: LogMark;
}

const NO_RECORDS = new Uint8Array(0);

export interface FolderOptions {
  /** Seconds between two saves. */
  readonly interval?: number;
}

export class CheckpointFolder<Node, Outcome extends JobOutcome<Node>> implements WalkStore<Node, Outcome> {
  readonly saved: SavedWalk<Node, Outcome> | undefined;
  private readonly release: () => void;
  private readonly log: RecordLog;
  private readonly interval: number;
  private last = performance.now();
  /** What the last save took, in milliseconds. */
  private cost = 0;
  /** How often the state was saved. */
  saves = 0;

  /** @throws CheckpointError if the folder is about something else, damaged or another run's */
  constructor(
    readonly folder: string,
    subject: Subject,
    { interval = INTERVAL }: FolderOptions = {},
  ) {
    this.interval = 1000 * interval;
    makeFolder(folder);
    this.release = claimFolder(folder);
    try {
      requireSubject(folder, subject);
      const state = this.readState();
      this.log = new RecordLog(folder, state?.log ?? EMPTY_LOG);
      this.saved = state && {
        items: state.items.map((item) => this.itemOf(item)),
        totals: state.totals,
        settled: this.log.settled(),
      };
    } catch (error) {
      this.release();
      throw error;
    }
  }

  private readState(): State<Node, Outcome> | undefined {
    const text = readDurable(this.folder, STATE);
    if (text === undefined) return undefined;
    const state = wireValue(text) as Partial<State<Node, Outcome>>;
    if (Array.isArray(state.items) && state.log !== undefined) return state as State<Node, Outcome>;
    throw new CheckpointError(
      `${this.folder}: expected the state of a walk, got something else; remove the folder and start again`,
    );
  }

  private itemOf(item: StoredItem<Node, Outcome>): SavedItem<Node, Outcome> {
    if (item.kind === 'open') return item;
    const { outcome, extent } = item;
    const stored = extent && this.log.at(extent);
    return { kind: 'done', outcome: { ...outcome, records: NO_RECORDS, ...(stored && { stored }) } };
  }

  private storedItem(item: SavedItem<Node, Outcome>): StoredItem<Node, Outcome> {
    if (item.kind === 'open') return item;
    const { stored, records: _, ...rest } = item.outcome;
    const outcome = rest as unknown as Outcome;
    return { kind: 'done', outcome, ...(stored && { extent: this.log.extentOf(stored) }) };
  }

  keep(outcome: Outcome): Outcome {
    if (outcome.records.length === 0) return outcome;
    return { ...outcome, records: NO_RECORDS, stored: this.log.append(outcome.records) };
  }

  settle(records: StoredRecords): void {
    this.log.settle(records);
  }

  get isDue(): boolean {
    return performance.now() - this.last >= Math.max(this.interval, this.cost / MOST_COST);
  }

  save(items: readonly SavedItem<Node, Outcome>[], totals: unknown): void {
    const started = performance.now();
    const log = this.log.sync();
    const state: State<Node, Outcome> = { items: items.map((item) => this.storedItem(item)), totals, log };
    writeDurably(this.folder, STATE, wireText(state));
    this.last = performance.now();
    this.cost = this.last - started;
    this.saves++;
  }

  /** Lets others write here. */
  close(): void {
    this.log.close();
    this.release();
  }
}
