/**
 * Plain certificates as text (docs/formal.md): read again, changed, and as records of an ordinary certificate.
 */
import type { CertificateRecord } from '../../../src/certificate/reader.js';
import type { Evidence, PlainWriter, TreeWriter } from '../../../src/formal/plain.js';

/** A certificate's text in three parts. */
export interface PlainText {
  readonly head: readonly string[];
  readonly tree: readonly string[];
  readonly end: string;
}

export function partsOf(text: string): PlainText {
  const lines = text.trimEnd().split('\n');
  const start = lines.indexOf('tree') + 1;
  return { head: lines.slice(0, start), tree: lines.slice(start, -1), end: lines.at(-1)! };
}

export const textOf = ({ head, tree, end }: PlainText) => `${[...head, ...tree, end].join('\n')}\n`;

/** What is written piece by piece. */
export async function textBy(produce: (write: (piece: string) => void) => Promise<unknown>): Promise<string> {
  let text = '';
  await produce((piece) => {
    text += piece;
  });
  return text;
}

/** Another tree: one number of a line is another one, a sign is the other one, or a line is missing or there twice. */
export function changed(tree: readonly string[], where: number, what: number, by: number): string[] {
  const at = where % tree.length;
  const line = tree[at]!;
  if (what % 10 === 0) return [...tree.slice(0, at), ...tree.slice(at + 1)];
  if (what % 10 === 1) return [...tree.slice(0, at), line, ...tree.slice(at)];
  const words = line.split(' ');
  const place = 1 + (what % Math.max(1, words.length - 1));
  const word = words[place];
  if (word === '+' || word === '-') words[place] = word === '+' ? '-' : '+';
  else if (word !== undefined) words[place] = String(by === 0 ? -BigInt(word) : BigInt(word) + BigInt(by));
  return [...tree.slice(0, at), words.join(' '), ...tree.slice(at + 1)];
}

/** The words of a line, one after the other. */
class Words {
  private at = 0;
  private readonly words: readonly string[];
  constructor(line: string) {
    this.words = line.split(' ');
  }
  word = () => this.words[this.at++]!;
  natural = () => Number(this.word());
  integer = () => BigInt(this.word());
  side = (): 1 | -1 => (this.word() === '+' ? 1 : -1);
  several = <T>(read: () => T): T[] => Array.from({ length: this.natural() }, read);
  evidence = (): Evidence => ({
    scale: this.integer(),
    by: this.several(() => [this.natural(), this.integer()] as const),
  });
}

/** Gives a node to a writer. */
export function readNode(line: string, writer: TreeWriter): void {
  const words = new Words(line);
  switch (words.word()) {
    case 'S':
      writer.split(words.natural());
      break;
    case 'C': {
      const denominator = words.integer();
      writer.cell(words.several(words.integer), denominator);
      break;
    }
    case 'I':
      writer.implied(words.natural(), words.side(), words.evidence());
      break;
    case 'B':
      writer.bound(words.natural(), words.side(), words.integer(), words.evidence());
      break;
    case 'K':
      writer.known(words.several(words.integer), words.evidence());
      break;
    case 'N':
      writer.next();
      break;
    default:
      throw new Error(`plain certificate: no node begins as in "${line}"`);
  }
}

/** The text and every call, of one certificate. */
export class Recorder {
  text = '';
  readonly calls: unknown[][] = [];

  /** Notes what it passes on. */
  noting<T extends Partial<PlainWriter>>(writer: T): T {
    const entries = Object.entries(writer).map(([name, method]) => [
      name,
      (...args: unknown[]) => {
        this.calls.push([name, ...args]);
        (method as (...args: unknown[]) => void)(...args);
      },
    ]);
    return Object.fromEntries(entries) as T;
  }
}

/**
 * The nodes as records, for a domain whose conditions stand in no record.
 *
 * @param grid of the plain certificate
 * @param conditions how many the domain has; the root bounds each of them
 * @returns undefined where a node says what no record can
 */
export function recordsOf(
  lines: readonly string[],
  grid: bigint,
  conditions: number,
): readonly CertificateRecord[] | undefined {
  const records: CertificateRecord[] = [];
  const waiting: number[] = [];
  let splits = 0;
  let sayable = true;
  const combination = ({ scale, by }: Evidence) => {
    const positions = by.map(([position]) => splits - 1 - position);
    if (scale <= 0n || positions.some((position) => position < 0)) sayable = false;
    return { splits: positions, multipliers: { numerators: by.map(([, m]) => m), denominator: scale } };
  };
  const writer: TreeWriter = {
    split(neuron) {
      records.push({ kind: 'split', neuron });
      waiting.push(splits++);
    },
    cell(numerators, denominator) {
      if (denominator <= 0n) sayable = false;
      records.push({ kind: 'cell', witness: { numerators, denominator } });
      splits = (waiting.pop() ?? -1) + 1;
    },
    implied: (neuron, side, evidence) => records.push({ kind: 'implied', neuron, side, ...combination(evidence) }),
    bound: (variable, side, bound, evidence) =>
      records.push({
        kind: 'bound',
        variable,
        side,
        value: { numerators: [bound], denominator: grid },
        ...combination(evidence),
      }),
    known: () => {
      sayable = false;
    },
    next: () => {},
  };
  for (const line of lines.slice(conditions)) readNode(line, writer);
  return sayable ? records : undefined;
}
