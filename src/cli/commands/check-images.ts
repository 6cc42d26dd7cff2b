/**
 * `relu-atlas check` of certificates by images.
 */
import { jsonOfImagesCheck } from '../../answers/index.js';
import type { ImagesReport } from '../../checker/index.js';
import { checkOfImages } from '../../run/index.js';
import { counted, grouped, numberRow } from '../output/text.js';
import { type CheckAtOnceOptions, checkAtOnce, type KindOfCertificate, networkOf } from './check-at-once.js';

const BY_IMAGES: KindOfCertificate<Extract<ImagesReport, { readonly accepted: true }>> = {
  name: 'by images',
  check: checkOfImages,
  json: jsonOfImagesCheck,
  rows: ({ cells, cellsPerLayer, images, parts }) => [
    ['cells', `${grouped(cells)} (proved)`],
    ['per layer', numberRow(cellsPerLayer)],
    ['verified', `${counted(images, 'different image')}, cut into ${counted(parts, 'part')}`],
  ],
};

export function checkImagesOf(file: string, certificate: string, options: CheckAtOnceOptions): Promise<number> {
  return checkAtOnce(file, certificate, options, () => networkOf(file, options), BY_IMAGES);
}
