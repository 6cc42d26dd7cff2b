/**
 * Writing the certificate of a count of flats (`certificate/arrangement.ts`).
 */
import { ARRANGEMENT_FORMAT, ARRANGEMENT_VERSION, type ArrangementHeader } from '../certificate/index.js';
import type { Cone, Element, Elements, OrbitListener, Symmetry } from '../chambers/index.js';
import { type Network, networkDigest } from '../network/index.js';

/** Lines as they come, for somebody to fetch. */
export class ArrangementLines {
  private lines: string[] = [];
  /** The names of elements in the file. */
  private readonly names = new Map<number, number>();
  private named = 0;

  constructor(private readonly network: Network) {}

  /** What the counting tells. */
  readonly listener = (_cone: Cone, elements: Elements, symmetries: readonly Symmetry[]): OrbitListener => {
    this.begin(symmetries);
    return {
      level: (rank, flats) => {
        this.lines.push(JSON.stringify({ level: rank, flats: flats.length }));
        for (const flat of flats) this.lines.push(JSON.stringify(flat));
      },
      covers: (positions, paths) => {
        const fresh: (readonly [number, number])[] = [];
        const covers = positions.map((position, c) => [
          position,
          ...paths[c]!.map((e) => this.nameOf(e, elements, fresh)),
        ]);
        if (fresh.length > 0) this.lines.push(JSON.stringify({ products: fresh }));
        this.lines.push(JSON.stringify(covers));
      },
    };
  };

  private begin(symmetries: readonly Symmetry[]) {
    const header: ArrangementHeader = {
      format: ARRANGEMENT_FORMAT,
      version: ARRANGEMENT_VERSION,
      network: networkDigest(this.network),
      domain: { whole: this.network.inputs },
      generators: symmetries.map(({ permutation, signs }) => ({ permutation: [...permutation], signs: [...signs] })),
    };
    this.lines.push(JSON.stringify(header));
    for (let k = 0; k <= symmetries.length; k++) this.names.set(k, k);
    this.named = symmetries.length + 1;
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
    this.lines.push(JSON.stringify({ betti: betti.map(String), cells: String(cells) }));
  }

  /** The lines since the last call. */
  take(): Uint8Array | undefined {
    if (this.lines.length === 0) return undefined;
    const text = `${this.lines.join('\n')}\n`;
    this.lines = [];
    return Buffer.from(text);
  }
}
