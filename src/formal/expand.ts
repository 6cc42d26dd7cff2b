/**
 * From a certificate file to the plain form that the checker in Coq reads. Nobody has to trust this: what is wrong in a plain certificate is
 * refused by that checker.
 */
import type { CertificateHeader, CertificateRecord } from '../certificate/index.js';
import { greatestCommonDivisor } from '../exact/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { ChartCoordinates } from './charts.js';
import type { Coordinates, NodeBounds } from './coordinates.js';
import { PlainInputs, PolytopeInputs } from './inputs.js';
import { plainDomain, plainNetwork } from './network.js';
import { TreePath } from './path.js';
import type { PlainWriter } from './plain.js';
import { readCertificate } from './read.js';

function coordinatesOf(network: Network, domain: Domain, { polytope, charts }: CertificateHeader): Coordinates {
  if (charts !== undefined) return new ChartCoordinates(network, charts);
  return domain.kind === 'polytope' ? new PolytopeInputs(domain, polytope) : new PlainInputs(domain);
}

/** Takes records and writes plain nodes. */
class Expansion {
  private readonly path: TreePath;
  private splits: number[] = [];
  private bounds: NodeBounds;
  /** Of splits whose positive side is still to come: how many splits were above, and the box. */
  private readonly pending: { readonly splits: number; readonly bounds: NodeBounds }[] = [];
  cells = 0;

  constructor(
    network: Network,
    private readonly coordinates: Coordinates,
    private readonly grid: bigint,
    private readonly writer: PlainWriter,
  ) {
    this.path = new TreePath(network, coordinates.conditions, coordinates.follows, writer);
    this.bounds = coordinates.begin(this.path, grid);
    this.path.begin();
  }

  private get place() {
    return { path: this.path, splits: this.splits, bounds: this.bounds };
  }

  take(record: CertificateRecord): void {
    switch (record.kind) {
      case 'split':
        this.pending.push({ splits: this.splits.length, bounds: this.bounds });
        this.splits.push(this.path.length);
        this.path.split(record.neuron);
        break;
      case 'implied':
        this.path.implied(record.neuron, record.side, this.coordinates.implied(this.place, record));
        break;
      case 'bounded':
        this.several(record.positive, record.negative);
        break;
      // A row that is zero is >= 0.
      case 'zero':
        this.unaided(record.neuron, 1);
        break;
      case 'bound':
        this.bounds = this.coordinates.bound(this.place, record, this.grid);
        break;
      case 'cell': {
        const { numerators, denominator } = this.coordinates.point(this.place, record.witness);
        this.writer.cell(numerators, denominator);
        this.cells++;
        this.resume();
        break;
      }
      case 'end':
    }
  }

  private unaided(neuron: number, side: 1 | -1) {
    this.take({ kind: 'implied', neuron, side, splits: [], multipliers: { numerators: [], denominator: 1n } });
  }

  private several(positive: Uint8Array, negative: Uint8Array) {
    const claimed: [number, 1 | -1][] = [];
    for (let k = 0; k < 8 * positive.length; k++) {
      if ((positive[k >> 3]! >> (k & 7)) & 1) claimed.push([k, 1]);
      if ((negative[k >> 3]! >> (k & 7)) & 1) claimed.push([k, -1]);
    }
    for (const [neuron, side] of claimed) this.unaided(neuron, side);
  }

  private resume() {
    const frame = this.pending.pop();
    if (frame === undefined) return;
    this.splits.length = frame.splits;
    this.bounds = frame.bounds;
    this.splits.push(this.path.resume());
  }
}

/** The denominator that all bounds of the file have in common. */
async function gridOf(file: string, subject: (header: CertificateHeader) => Coordinates): Promise<bigint> {
  let grid = 1n;
  let isWanted = false;
  const include = (denominator: bigint) => {
    grid *= denominator / greatestCommonDivisor(grid, denominator);
  };
  const begin = (header: CertificateHeader) => {
    const coordinates = subject(header);
    isWanted = coordinates.boundsInputs;
    include(coordinates.grid);
    return coordinates.witnessLength;
  };
  await readCertificate(file, begin, (record) => {
    if (isWanted && record.kind === 'bound') include(record.value.denominator);
  });
  return grid;
}

/**
 * Writes a certificate in plain form. Memory does not grow with the number of cells; the file is read twice.
 *
 * @param domain the one that the certificate states
 * @param file a certificate that the checker accepts for this network
 * @returns the number of cells
 */
export async function expandCertificate(
  network: Network,
  domain: Domain,
  file: string,
  writer: PlainWriter,
): Promise<number> {
  const subject = (header: CertificateHeader) => coordinatesOf(network, domain, header);
  const grid = await gridOf(file, subject);
  let expansion: Expansion | undefined;
  const begin = (header: CertificateHeader) => {
    const coordinates = subject(header);
    const digest = networkDigest(network);
    writer.head({
      digest,
      network: plainNetwork(network),
      domain: plainDomain(domain),
      grid,
      flat: coordinates.flat,
    });
    expansion = new Expansion(network, coordinates, grid, writer);
    return coordinates.witnessLength;
  };
  await readCertificate(file, begin, (record) => expansion!.take(record));
  writer.end(expansion!.cells);
  return expansion!.cells;
}
