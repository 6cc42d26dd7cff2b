/**
 * Ways to damage a certificate so that it no longer proves what it says, each with the place where that shows.
 */
import type { CertificateRecord } from '../../../src/certificate/reader.js';
import type { MemoryCertificate } from './checked.js';

export interface Mutation {
  readonly name: string;
  readonly certificate: MemoryCertificate;
  /** The node (sides taken from the root) that a refusal must name; undefined where damage may show later. */
  readonly place?: string;
}

type Records = readonly CertificateRecord[];

/** The node that each record speaks of. */
export function placesOf(records: Records): string[] {
  const waiting: string[] = [];
  let path = '';
  return records.map((record) => {
    const here = path;
    if (record.kind === 'split') {
      waiting.push(path);
      path += '-';
    } else if (record.kind === 'cell') {
      path = `${waiting.pop() ?? ''}+`;
    }
    return here;
  });
}

/** The position behind the subtree that begins at `start`. */
function endOfSubtree(records: Records, start: number): number {
  let open = 1;
  for (let i = start; i < records.length; i++) {
    if (records[i]!.kind === 'split') open++;
    if (records[i]!.kind === 'cell' && --open === 0) return i + 1;
  }
  throw new RangeError(`certificate: the subtree at record ${start} has no end`);
}

function replaced(
  records: Records,
  at: number,
  count: number,
  ...by: readonly CertificateRecord[]
): CertificateRecord[] {
  return [...records.slice(0, at), ...by, ...records.slice(at + count)];
}

const NO_MULTIPLIERS = { splits: [], multipliers: { numerators: [], denominator: 1n } };

/** A split that is claimed not to be one: only one of its subtrees is left. */
function splitsDenied(records: Records, at: number, places: readonly string[]): Mutation[] {
  const split = records[at]!;
  if (split.kind !== 'split') return [];
  const middle = endOfSubtree(records, at + 1);
  const end = endOfSubtree(records, middle);
  const [negative, positive] = [records.slice(at + 1, middle), records.slice(middle, end)];
  const deny = (name: string, ...by: readonly CertificateRecord[]) => ({
    name,
    records: replaced(records, at, end - at, ...by),
    place: places[at]!,
  });
  const { neuron } = split;
  return [
    deny('the negative side alone', { kind: 'implied', neuron, side: -1, ...NO_MULTIPLIERS }, ...negative),
    deny('the positive side alone', { kind: 'implied', neuron, side: 1, ...NO_MULTIPLIERS }, ...positive),
    deny('a split called zero', { kind: 'zero', neuron }, ...negative),
    { ...deny('the subtrees exchanged', split, ...positive, ...negative), place: undefined },
  ].map(({ place, ...rest }) => ({
    name: rest.name,
    certificate: { records: rest.records, trailer: { cells: 0, cellsPerLayer: [] } },
    ...(place === undefined ? {} : { place }),
  }));
}

/** A list of neurons with something false about the first one of it. */
function listsFalsified(record: CertificateRecord & { readonly kind: 'bounded' }): [string, CertificateRecord][] {
  const { positive, negative } = record;
  const byte = positive.findIndex((bits, i) => (bits | negative[i]!) !== 0);
  const lowest = (bits: number) => bits & -bits;
  const bit = lowest(positive[byte]! | negative[byte]!);
  const changed = (bits: Uint8Array, change: (byte: number) => number) =>
    bits.map((old, i) => (i === byte ? change(old) : old));
  const flip = (bits: Uint8Array) => changed(bits, (old) => old ^ bit);
  const set = (bits: Uint8Array) => changed(bits, (old) => old | bit);
  return [
    ['the other side of one', { ...record, positive: flip(positive), negative: flip(negative) }],
    ['both sides of one', { ...record, positive: set(positive), negative: set(negative) }],
    ['a neuron that does not exist', { ...record, positive: Uint8Array.of(...positive, ...new Array(64).fill(0), 1) }],
    ['nobody', { ...record, positive: positive.map(() => 0), negative: negative.map(() => 0) }],
  ];
}

/** An implied neuron or a bound with something false about it. */
function claimsFalsified(records: Records, at: number, places: readonly string[]): Mutation[] {
  const record = records[at]!;
  const change = (name: string, by: CertificateRecord): Mutation => ({
    name,
    certificate: { records: replaced(records, at, 1, by), trailer: { cells: 0, cellsPerLayer: [] } },
    place: places[at]!,
  });
  if (record.kind === 'implied') {
    const { multipliers, splits } = record;
    const nonzero = multipliers.numerators.findIndex((m) => m !== 0n);
    const turned = multipliers.numerators.map((m, i) => (i === nonzero ? -m : m));
    return [
      change('the other side', { ...record, side: record.side > 0 ? -1 : 1 }),
      change('called zero', { kind: 'zero', neuron: record.neuron }),
      change('a neuron that does not exist', { ...record, neuron: 1000 }),
      ...(nonzero < 0
        ? []
        : [
            change('a negative multiplier', {
              ...record,
              multipliers: { numerators: turned, denominator: multipliers.denominator },
            }),
            change('the other side, by negative multipliers', {
              ...record,
              side: record.side > 0 ? -1 : 1,
              multipliers: { numerators: multipliers.numerators.map((m) => -m), denominator: multipliers.denominator },
            }),
            change('a split that is not above', { ...record, splits: splits.map(() => 1000) }),
          ]),
    ];
  }
  if (record.kind === 'bounded') return listsFalsified(record).map(([name, by]) => change(name, by));
  if (record.kind === 'bound') {
    const leaf = records.slice(at).find((r) => r.kind === 'cell')!;
    const { numerators, denominator } = leaf.kind === 'cell' ? leaf.witness : record.value;
    const beyond = numerators[record.variable]! + BigInt(record.side) * denominator;
    return [
      change('a bound beyond the witness', { ...record, value: { numerators: [beyond], denominator } }),
      change('a variable that does not exist', { ...record, variable: 1000 }),
    ];
  }
  return [];
}

/** Damage to any record: left out, or there twice. Bounds are only help, and may be either. */
function recordsMiscounted(records: Records, at: number): Mutation[] {
  const record = records[at]!;
  if (record.kind === 'bound' || record.kind === 'end') return [];
  const trailer = { cells: 0, cellsPerLayer: [] };
  return [
    { name: `a ${record.kind} left out`, certificate: { records: replaced(records, at, 1), trailer } },
    { name: `a ${record.kind} twice`, certificate: { records: replaced(records, at, 1, record, record), trailer } },
  ];
}

/** A leaf with the witness of another one. */
function witnessesExchanged(records: Records, at: number, places: readonly string[]): Mutation[] {
  const leaf = records[at]!;
  const other = records.find((r, i) => r.kind === 'cell' && i !== at);
  if (leaf.kind !== 'cell' || other === undefined) return [];
  return [
    {
      name: 'the witness of another cell',
      certificate: { records: replaced(records, at, 1, other), trailer: { cells: 0, cellsPerLayer: [] } },
      place: places[at]!,
    },
  ];
}

/** False counts, with a tree that is right. */
function countsFalsified({ records, trailer }: MemoryCertificate): Mutation[] {
  const { cells, cellsPerLayer } = trailer;
  const state = (name: string, by: MemoryCertificate['trailer']): Mutation => ({
    name,
    certificate: { records, trailer: by },
    place: '',
  });
  return [
    state('a cell more', { ...trailer, cells: cells + 1 }),
    state('a cell less', { ...trailer, cells: cells - 1 }),
    state('a layer more', { cells, cellsPerLayer: [...cellsPerLayer, cells] }),
    ...cellsPerLayer.map((_, l) =>
      state(`layer ${l} with a cell more`, {
        cells,
        cellsPerLayer: cellsPerLayer.map((n, k) => (k === l ? n + 1 : n)),
      }),
    ),
  ];
}

/** Every mutation of one record, chosen by its position, and of the counts. The trailer is kept unless it is the damage. */
export function mutationsOf(certificate: MemoryCertificate, position: number): Mutation[] {
  const { records, trailer } = certificate;
  const at = position % records.length;
  const places = placesOf(records);
  const damaged = [
    ...splitsDenied(records, at, places),
    ...claimsFalsified(records, at, places),
    ...recordsMiscounted(records, at),
    ...witnessesExchanged(records, at, places),
  ].map((mutation) => ({ ...mutation, certificate: { ...mutation.certificate, trailer } }));
  return [...damaged, ...countsFalsified(certificate)];
}
