/**
 * SVG as PNG, by resvg in WebAssembly with a font of its own: the same pixels on every machine.
 */
import { readFile } from 'node:fs/promises';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { packageFile } from '../../package/index.js';

/** Pixels per SVG unit. */
const SCALE = 2.5;

/** Renders an SVG text. Call it once per process at a time: the WebAssembly module is one. */
export async function pngOfSvg(svg: string): Promise<Uint8Array> {
  const font = await readFile(packageFile('dist/assets/DejaVuSans.ttf'));
  const wasm = await readFile(packageFile('dist/assets/resvg.wasm'));
  await initWasm(wasm).catch((error: unknown) => {
    // It stays loaded for the rest of the process.
    if (!(error instanceof Error) || !error.message.includes('Already initialized')) throw error;
  });
  const renderer = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontBuffers: [font], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  });
  return renderer.render().asPng();
}
