/**
 * Checking a certificate file against a network.
 */
import {
  BOUNDED,
  CERTIFICATE_FORMAT,
  type CertificateHeader,
  type CertificateTrailer,
  CHARTED_VERSION,
  LIMITS,
  READABLE_VERSIONS,
  RecordError,
  RecordReader,
} from '../certificate/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { ChartsChecker, checkedCharts } from './charts.js';
import { Follower } from './follower.js';
import { DAMAGE, isDamage, takeContent } from './gzip-content.js';
import { type CheckedNetwork, checkedNetwork } from './network.js';
import { PolytopeError } from './polytope.js';
import { Dealer, type Share, WHOLE } from './share.js';
import { statedDomain } from './stated-domain.js';
import { addedTrees, type CheckedTree, type RecordChecker, Refusal, requireStated, TreeChecker } from './tree.js';

export type CheckReport =
  | ({
      readonly accepted: true;
      readonly domain: Domain;
      /** SHA-256 of the certificate file. */
      readonly sha256: string;
    } & CheckedTree)
  | {
      readonly accepted: false;
      /** Sides taken at the splits from the root to the node that is refused; '' for the root or the file as a whole. */
      readonly path: string;
      readonly reason: string;
    };

/** What one of several checkers found out about its share of a file. */
export type ShareReport =
  | {
      readonly refused: false;
      readonly tree: CheckedTree;
      readonly trailer: CertificateTrailer;
      readonly domain: Domain;
      readonly sha256: string;
    }
  | {
      readonly refused: true;
      /** How many records were good before: of several refusals the one that comes first in the file counts. */
      readonly position: number;
      readonly path: string;
      readonly reason: string;
    };

export interface CheckOptions {
  /** Called now and then with the number of cells verified so far, and how many bytes of the file have been read. */
  readonly onProgress?: (cells: number, bytes: number) => void;
}

export function refuseFile(reason: string): never {
  throw new Refusal('', reason);
}

function parseJsonLine(line: string, what: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return refuseFile(`the ${what} is not JSON`);
  }
}

/** What a header announces. */
export interface Subject {
  readonly header: CertificateHeader;
  readonly domain: Domain;
  /** How many numbers a witness has. */
  readonly coordinates: number;
  readonly tree: TreeChecker | ChartsChecker;
}

/** A kind of file that consists of a header, records and a trailer. */
export interface FileKind {
  readonly format: string;
  readonly versions: readonly number[];
  /** The last byte that names a record. */
  readonly last: number;
  /** What verifies the records, if not the tree alone. */
  over?(subject: Subject, network: Network): RecordChecker;
}

const PARTITION: FileKind = { format: CERTIFICATE_FORMAT, versions: READABLE_VERSIONS, last: BOUNDED };

function readHeader(line: string, network: Network, isFirst: boolean, { format, versions }: FileKind): Subject {
  const header = parseJsonLine(line, 'header') as CertificateHeader | null;
  if (header === null || typeof header !== 'object' || header.format !== format)
    return refuseFile('this is no relu-atlas certificate');
  if (!versions.includes(header.version)) {
    return refuseFile(
      `certificate version ${String(header.version)} is none of ${versions}, the ones this checker reads`,
    );
  }
  if (header.network !== networkDigest(network))
    return refuseFile('the certificate is about another network (the digests differ)');
  const domain = statedDomain(header.domain, network.inputs);
  if (typeof domain === 'string') return refuseFile(domain);
  if (header.charts !== undefined) return { header, ...inCharts(network, domain, header) };
  const subject = subjectOf(network, domain, header);
  return { header, domain, coordinates: subject.domain.coordinates, tree: new TreeChecker(subject, isFirst) };
}

/** The tree in charts of the whole space. What the header says of them comes from outside, too. */
function inCharts(network: Network, domain: Domain, { version, charts }: CertificateHeader): Omit<Subject, 'header'> {
  if (version < CHARTED_VERSION || domain.kind !== 'whole') return refuseFile('the header has charts out of place');
  const checked = checkedCharts(network, charts);
  if (typeof checked === 'string') return refuseFile(`the header's charts are not valid: ${checked}`);
  return { domain, coordinates: checked.coordinates, tree: new ChartsChecker(checked) };
}

/** The network on the header's domain. The evidence for a polytope comes from outside, too. */
function subjectOf(network: Network, domain: Domain, { polytope: evidence }: CertificateHeader): CheckedNetwork {
  if (domain.kind !== 'polytope') return checkedNetwork(network, domain);
  try {
    return checkedNetwork(network, domain, evidence);
  } catch (error) {
    if (error instanceof PolytopeError) return refuseFile(error.message);
    const reason = error instanceof Error ? error.message : String(error);
    return refuseFile(`the header's evidence for its polytope is not valid: ${reason}`);
  }
}

function readTrailer(line: string): CertificateTrailer {
  const trailer = parseJsonLine(line, 'trailer') as CertificateTrailer | null;
  if (trailer === null || typeof trailer !== 'object' || !Array.isArray(trailer.cellsPerLayer)) {
    return refuseFile('the trailer states no counts');
  }
  return trailer;
}

/** The stages of reading a file: header, records, trailer, nothing more. */
export class FileChecker {
  private domain: Domain | undefined;
  private tree: RecordChecker | undefined;
  private follower: Follower | undefined;
  private coordinates = 0;
  private ended = false;
  private result: { readonly tree: CheckedTree; readonly trailer: CertificateTrailer } | undefined;
  private readonly dealer: Dealer;
  /** Records read so far. */
  position = 0;

  constructor(
    private readonly network: Network,
    share: Share,
    private readonly kind = PARTITION,
    private readonly reader = new RecordReader(kind.last),
  ) {
    this.dealer = new Dealer(share);
  }

  get progress(): number {
    return this.tree?.progress ?? 0;
  }

  append(chunk: Uint8Array): void {
    this.reader.append(chunk);
    this.read();
  }

  private read(): void {
    if (this.tree === undefined) {
      const line = this.reader.line(LIMITS.header);
      if (line === undefined) return;
      const subject = readHeader(line, this.network, this.dealer.isOwn, this.kind);
      const { domain, coordinates } = subject;
      const tree = this.kind.over?.(subject, this.network) ?? subject.tree;
      this.domain = domain;
      this.coordinates = coordinates;
      this.tree = tree;
      this.follower = new Follower(tree, coordinates);
    }
    while (!this.ended) {
      const isLast = this.dealer.isOwn ? this.verify(this.tree) : this.follower!.pass(this.reader);
      if (isLast === undefined) return;
      this.dealer.read(this.reader.bytesOfRecord);
      this.position++;
      this.ended = isLast;
    }
    if (this.result === undefined) {
      const line = this.reader.line(LIMITS.trailer);
      if (line === undefined) return;
      this.result = { tree: this.tree.finish(), trailer: readTrailer(line) };
    }
    if (!this.reader.exhausted) refuseFile('bytes follow the trailer');
  }

  /** A record of this checker's own. @returns as `Follower.pass` */
  private verify(tree: RecordChecker): boolean | undefined {
    this.follower!.tell();
    const record = this.reader.record(this.coordinates);
    if (record === undefined) return undefined;
    tree.record(record, true);
    return record.kind === 'end';
  }

  finish() {
    this.reader.finish();
    if (this.tree !== undefined) this.read();
    if (this.result === undefined || this.domain === undefined) {
      return refuseFile('the file is truncated: it ends before the trailer');
    }
    return { ...this.result, domain: this.domain };
  }
}

/**
 * Whether the file proves its counts for this network. Memory does not grow with the number of cells.
 *
 * Errors of the file system are thrown; everything that is wrong with the contents is a refusal.
 */
export async function checkCertificate(
  network: Network,
  file: string,
  options: CheckOptions = {},
): Promise<CheckReport> {
  return combinedReport([await checkShare(network, file, WHOLE, options)]);
}

/** The verdict of checkers whose shares make up the whole file. */
export function combinedReport(shares: readonly ShareReport[]): CheckReport {
  const refusals = shares.filter((share) => share.refused).sort((a, b) => a.position - b.position);
  const [first] = refusals;
  if (first !== undefined) return { accepted: false, path: first.path, reason: first.reason };
  const good = shares.filter((share) => !share.refused);
  const { trailer, domain, sha256 } = good[0]!;
  const tree = good.map((share) => share.tree).reduce(addedTrees);
  try {
    if (good.some((share) => share.sha256 !== sha256)) refuseFile('the file changed while it was read');
    requireStated(trailer, tree);
    if (tree.cells === 0) refuseFile('no cell is proved');
    return { accepted: true, ...tree, domain, sha256 };
  } catch (error) {
    if (error instanceof Refusal) return { accepted: false, path: error.path, reason: error.reason };
    throw error;
  }
}

/** Checks one share of a file; see `Share`. */
export async function checkShare(
  network: Network,
  file: string,
  share: Share,
  options: CheckOptions = {},
  kind = PARTITION,
): Promise<ShareReport> {
  const checker = new FileChecker(network, share, kind);
  let reported = 0;
  try {
    const sha256 = await takeContent(file, (piece, bytesRead) => {
      checker.append(piece);
      if (checker.progress - reported < 500) return false;
      reported = checker.progress;
      options.onProgress?.(reported, bytesRead);
      return true;
    });
    return { refused: false, ...checker.finish(), sha256 };
  } catch (thrown) {
    const { path, reason } = refusalOf(thrown);
    return { refused: true, position: checker.position, path, reason };
  }
}

/** What is wrong with the contents; anything else is thrown on. */
export function refusalOf(error: unknown): { readonly path: string; readonly reason: string } {
  if (error instanceof Refusal) return { path: error.path, reason: error.reason };
  if (error instanceof RecordError) return { path: '', reason: `the file is damaged: ${error.message}` };
  if (isDamage(error)) return { path: '', reason: DAMAGE };
  throw error;
}
