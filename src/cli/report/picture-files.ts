/**
 * A picture as the files that are wanted.
 */
import { writeOutput } from '../../output/index.js';

export interface PictureFiles {
  readonly svg?: string | undefined;
  readonly png?: string | undefined;
  readonly pdf?: string | undefined;
}

/** @param picture says the picture as SVG; not asked if no file is wanted */
export async function writePictureFiles({ svg, png, pdf }: PictureFiles, picture: () => string): Promise<void> {
  if (svg === undefined && png === undefined && pdf === undefined) return;
  const text = picture();
  if (svg !== undefined) writeOutput(svg, text);
  if (png !== undefined) writeOutput(png, await (await import('../../report/picture/png.js')).pngOfSvg(text));
  if (pdf !== undefined) writeOutput(pdf, await (await import('../../report/picture/pdf.js')).pdfOfSvg(text));
}
