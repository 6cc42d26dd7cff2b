/**
 * Writing the certificate of a count of flats, or of one inside of a domain (`certificate/arrangement.ts`).
 */
import {
  ARRANGEMENT_FORMAT,
  ARRANGEMENT_VERSION,
  type ArrangementHeader,
  INSIDE_FORMAT,
  INSIDE_VERSION,
  type InsideHeader,
  type StatedSymmetry,
  type WeightedWalls,
} from '../certificate/index.js';
import {
  type ChamberOptions,
  type Cone,
  type Element,
  type Elements,
  type NetworkArrangement,
  type OrbitListener,
  type Symmetry,
  shortened,
} from '../chambers/index.js';
import { type Domain, type Network, networkDigest } from '../network/index.js';
import { statedDomain } from './certificate.js';
import { JsonLines } from './lines.js';

/** Walls whose multipliers are not 0. */
function weighted(multipliers: readonly bigint[]): WeightedWalls {
  return multipliers.flatMap((multiplier, w) => (multiplier === 0n ? [] : [[w, String(multiplier)] as const]));
}

/** What a count tells, as lines. */
export class ArrangementLines extends JsonLines {
  /** The names of elements in the file. */
  private readonly names = new Map<number, number>();
  private named = 0;

  /** The common point of the hyperplanes in a domain, which the lines about flats begin with. */
  private common: readonly string[] | undefined;

  /** @param domain and `flats` of a count inside of a domain (`NetworkArrangement`); undefined for all of R^d */
  constructor(
    private readonly network: Network,
    domain?: Domain,
    flats: NetworkArrangement['flats'] = [],
  ) {
    super();
    if (domain === undefined) return;
    const header: InsideHeader = {
      format: INSIDE_FORMAT,
      version: INSIDE_VERSION,
      network: networkDigest(network),
      domain: statedDomain(domain),
    };
    this.tell(header, ...flats.map((flat) => ({ flat: weighted(flat) })));
  }

  /** What a count inside of a domain tells. */
  readonly inside: NonNullable<ChamberOptions['inside']> = {
    common: (point) => {
      this.common = point.map(String);
    },
    meeting: (meeting, walls) => {
      const evidence =
        'point' in meeting
          ? { point: shortened(meeting.point, walls).map(String) }
          : { empty: weighted(meeting.multipliers) };
      this.tell(evidence);
    },
  };

  /** What the counting tells. */
  readonly listener = (_cone: Cone, elements: Elements, symmetries: readonly Symmetry[]): OrbitListener => {
    this.begin(symmetries);
    return {
      level: (rank, flats) => {
        this.tell({ level: rank, flats: flats.length });
        for (const flat of flats) this.tell(flat);
      },
      covers: (positions, paths) => {
        const fresh: (readonly [number, number])[] = [];
        const covers = positions.map((position, c) => [
          position,
          ...paths[c]!.map((e) => this.nameOf(e, elements, fresh)),
        ]);
        if (fresh.length > 0) this.tell({ products: fresh });
        this.tell(covers);
      },
    };
  };

  private begin(symmetries: readonly Symmetry[]) {
    const generators = symmetries.map(
      ({ permutation, signs }): StatedSymmetry => ({ permutation: [...permutation], signs: [...signs] }),
    );
    const head = this.common === undefined ? this.header(generators) : { common: this.common, generators };
    this.tell(head);
    for (let k = 0; k <= symmetries.length; k++) this.names.set(k, k);
    this.named = symmetries.length + 1;
  }

  private header(generators: readonly StatedSymmetry[]): ArrangementHeader {
    return {
      format: ARRANGEMENT_FORMAT,
      version: ARRANGEMENT_VERSION,
      network: networkDigest(this.network),
      domain: { whole: this.network.inputs },
      generators,
    };
  }

  /** The name of an element; what it is a product of gets names before. */
  private nameOf({ id }: Pick<Element, 'id'>, elements: Elements, fresh: (readonly [number, number])[]): number {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const [a, b] = elements.factors[id - elements.given.length - 1]!;
    const pair = [this.nameOf({ id: a }, elements, fresh), this.nameOf({ id: b }, elements, fresh)] as const;
    fresh.push(pair);
    this.names.set(id, this.named);
    return this.named++;
  }

  end(betti: readonly bigint[], cells: bigint): void {
    this.tell({ betti: betti.map(String), cells: String(cells) });
  }
}
