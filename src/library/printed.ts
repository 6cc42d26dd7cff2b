/**
 * The picture of a partition for papers; what draws it is loaded when the first one is asked for.
 */
import type { Network } from '../network/index.js';
import type { DomainLike } from './domains.js';
import { type PictureOptions, svg } from './picture.js';

/**
 * The picture of `svg` as a PDF of one page: vector, with its font. The same bytes for the same network and domain.
 *
 * @throws DomainError as `svg`
 */
export async function pdf(network: Network, domain: DomainLike, options?: PictureOptions): Promise<Uint8Array> {
  const [{ pdfOfSvg }, picture] = await Promise.all([
    import('../report/picture/pdf.js'),
    svg(network, domain, options),
  ]);
  return pdfOfSvg(picture);
}

/** The picture of `svg` as pixels, 2.5 per unit. @throws DomainError as `svg` */
export async function png(network: Network, domain: DomainLike, options?: PictureOptions): Promise<Uint8Array> {
  const [{ pngOfSvg }, picture] = await Promise.all([
    import('../report/picture/png.js'),
    svg(network, domain, options),
  ]);
  return pngOfSvg(picture);
}
