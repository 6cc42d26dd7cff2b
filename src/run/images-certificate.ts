/**
 * Writing the certificate of a count by images (`certificate/images.ts`).
 */
import {
  IMAGES_FORMAT,
  IMAGES_VERSION,
  type ImagesHeader,
  type ImagesTrailer,
  type StatedCellImage,
  type StatedPart,
} from '../certificate/index.js';
import type { Cone, FoldedCount, FoldedPart, ImageListener } from '../folding/index.js';
import { bends, networkDigest } from '../network/index.js';
import type { PartitionProblem } from '../problem/index.js';
import { statedDomain } from './certificate.js';
import { JsonLines } from './lines.js';

const SIGNS = { [-1]: '-', 0: '0', 1: '+' } as const;

/** What a count tells, as lines. */
export class ImageLines extends JsonLines implements ImageListener {
  /** The neurons of the layer that bend. */
  private bending: readonly number[] = [];

  constructor(private readonly problem: PartitionProblem) {
    super();
    const { network, domain } = problem;
    const header: ImagesHeader = {
      format: IMAGES_FORMAT,
      version: IMAGES_VERSION,
      network: networkDigest(network),
      domain: statedDomain(domain),
    };
    this.tell(header);
  }

  layer(layer: number, images: number): void {
    this.bending = this.problem.network.layers[layer]!.slopes.flatMap((slopes, k) => (bends(slopes) ? [k] : []));
    this.tell({ layer, images });
  }

  image({ lines, rays }: Cone, multiplicity: bigint, parts: readonly FoldedPart[]): void {
    const image: StatedCellImage = {
      times: String(multiplicity),
      lines: lines.map((line) => line.map(String)),
      rays: rays.map(({ vector }) => vector.map(String)),
      parts: parts.map((part) => this.partOf(part)),
    };
    this.tell(image);
  }

  private partOf({ sides, image }: FoldedPart): StatedPart {
    const signs = this.bending.map((k) => SIGNS[sides[k]!]).join('');
    return image === undefined ? [signs] : [signs, image];
  }

  end({ cells, cellsPerLayer }: FoldedCount): void {
    const trailer: ImagesTrailer = { cells: String(cells), cellsPerLayer: cellsPerLayer.map(String) };
    this.tell(trailer);
  }
}
