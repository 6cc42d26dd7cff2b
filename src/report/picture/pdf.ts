/**
 * SVG as PDF, for papers: vector, with text as text in an embedded font. The same bytes for the same SVG.
 */
import { readFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';
import svgToPdf from 'svg-to-pdfkit';
import { packageFile } from '../../package/index.js';

/** Points per SVG unit: a pixel of CSS is 1/96 inch. */
const POINT = 72 / 96;

/** A time that is the same in every run. */
const NO_TIME = new Date(0);

/** Objects that shadings of many cells share: the functions of one ramp. */
interface SharedObject {
  end(chunk?: unknown): void;
}

interface ObjectMaker {
  ref(data?: Record<string, unknown>): SharedObject;
}

/**
 * Writes each function of a shading once. Cells are shaded by the same colours in different places; without this every cell
 * would have a copy of all of them, some 6,000 bytes.
 */
function shareFunctions(document: ObjectMaker): void {
  const known = new Map<string, SharedObject>();
  const make = document.ref.bind(document);
  document.ref = (data) => {
    if (typeof data?.FunctionType !== 'number') return make(data);
    const key = JSON.stringify(data, (name, value) => (name === 'Functions' ? value.map(String) : value));
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(data);
    made.end();
    made.end = () => {};
    known.set(key, made);
    return made;
  };
}

/** Width and height of an SVG, of its view box. @throws RangeError without one */
function sizeOf(svg: string): readonly [number, number] {
  const [, width, height] = /viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"/.exec(svg)?.map(Number) ?? [];
  if (width === undefined || height === undefined)
    throw new RangeError('PDF: expected an SVG with a view box, got none');
  return [width, height];
}

/** The text of the SVG's title. */
function titleOf(svg: string): string {
  return (/<title>([^<]*)<\/title>/.exec(svg)?.[1] ?? 'relu-atlas').replace(
    /&(lt|gt|quot|#39|amp);/g,
    (_, name: string) => ({ lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' })[name]!,
  );
}

/** An SVG text as a PDF of one page of its size. */
export async function pdfOfSvg(svg: string): Promise<Uint8Array> {
  const [width, height] = sizeOf(svg);
  const font = await readFile(packageFile('dist/assets/DejaVuSans.ttf'));
  const document = new PDFDocument({
    size: [width * POINT, height * POINT],
    margin: 0,
    info: { Title: titleOf(svg), Creator: 'relu-atlas', Producer: 'PDFKit', CreationDate: NO_TIME, ModDate: NO_TIME },
    // The standard fonts are files of the package that is bundled, and are not used.
    font: null as unknown as string,
  });
  document.registerFont('text', font);
  shareFunctions(document as unknown as ObjectMaker);
  const chunks: Uint8Array[] = [];
  document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => {
    document.once('end', resolve);
    document.once('error', reject);
  });
  svgToPdf(document, svg, 0, 0, {
    width: width * POINT,
    height: height * POINT,
    fontCallback: () => 'text',
    warningCallback: (warning) => {
      throw new Error(`PDF: expected an SVG of elements that are known, got: ${warning}`);
    },
  });
  document.end();
  await ended;
  return Buffer.concat(chunks);
}
