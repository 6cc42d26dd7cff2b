/**
 * The pictures of a report with their captions.
 */
import type { Collected } from './collect.js';
import type { ReportPicture } from './html.js';
import { packPlanarPicture } from './pack-picture.js';
import type { PlanarPicture } from './planar-picture.js';
import type { Report } from './schema.js';
import { counted } from './wording.js';

/** "x0"; on a slice the coordinates are called s, t. */
export function inputName(report: Report, input: number): string {
  return report.network.slice === null ? `x${input}` : (['s', 't', 'u'][input] ?? `s${input}`);
}

export function reportPictures(report: Report, { picture }: Collected): ReportPicture[] {
  return picture === undefined ? [] : [planar(report, picture)];
}

function planar(report: Report, picture: PlanarPicture): ReportPicture {
  const names = picture.complex.inputs.map((input) => inputName(report, input)) as [string, string];
  const label = `The partition into ${counted(picture.complex.cells, 'cell')} in ${names.join(' and ')}`;
  const boundary = picture.boundary.length === 0 ? '' : ' The thick line is the decision boundary.';
  return {
    label,
    caption: `${label}: thin lines are creases, those of first layers thicker.${boundary} Drag to move, wheel or pinch to zoom;
with the keyboard: arrows go from cell to cell, + and − zoom, 0 shows everything. Corners are exact and rounded only for
drawing.`,
    data: packPlanarPicture(picture, label, names),
  };
}
