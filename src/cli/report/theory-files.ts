/**
 * What the article report reads: the trained networks of fixtures/circle, which ship with the program.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readNetwork } from '../../formats/index.js';
import { packageFile } from '../../package/index.js';
import type { TheoryInput } from '../../report/theory/index.js';
import type { DenseLayer } from '../../theory/index.js';

const FOLDER = fileURLToPath(packageFile('fixtures/circle/'));
const WIDTHS = Array.from({ length: 15 }, (_, i) => i + 2);

const networkNamed = async (name: string) => (await readNetwork(`${FOLDER}${name}.json`)).network;

/** @throws FormatError or an error of the file system if the fixtures are not what they were */
export async function readTheoryInput(): Promise<TheoryInput> {
  const tanh = JSON.parse(await readFile(`${FOLDER}tanh_2-3-3-3-1.json`, 'utf8')) as { layers: readonly DenseLayer[] };
  const shapes = [...WIDTHS.map((n) => `2-${n}-1`), ...WIDTHS.map((n) => `2-${n}-${n}-1`)];
  return {
    circle: {
      linear: await networkNamed('linear_2-3-3-3-1'),
      tanh: tanh.layers,
      relu: await networkNamed('relu_2-3-3-3-1'),
    },
    trained: await Promise.all(shapes.map((shape) => networkNamed(`relu_${shape}`))),
  };
}

/** The article report as HTML. */
export async function theoryHtml(): Promise<string> {
  const input = await readTheoryInput();
  const [{ theorySections }, { theoryPage }] = await Promise.all([
    import('../../report/theory/index.js'),
    import('../../report/theory/index.js'),
  ]);
  return theoryPage(theorySections(input));
}
