/**
 * Files of hyperplanes, and of symmetries of them.
 */
import { type Arrangement, networkOfHyperplanes, type Symmetry, statedSymmetries } from '../../chambers/index.js';
import { integersFromRationals } from '../../exact/index.js';
import * as hyperplanes from '../../formats/hyperplanes/index.js';
import { complainingAt, FormatError, type NetworkFile, readSource, textOf } from '../../formats/index.js';
import { generatorsOfJson } from '../../formats/json/index.js';
import { whole } from '../../network/index.js';
import { isStandardInput, standardHyperplanes } from './standard-input.js';

export interface ArrangementOptions {
  /** There are no constants: every hyperplane passes through 0. */
  readonly central?: boolean;
}

export interface ArrangementFile {
  readonly arrangement: Arrangement;
  /** The network with one ReLU per hyperplane: its cells are those of the arrangement. */
  readonly net: NetworkFile;
  /** "hyperplanes in columns, constants in the last row" */
  readonly layout: string;
}

/** @throws FormatError for whatever is wrong with the file */
export async function readArrangement(file: string, { central = false }: ArrangementOptions): Promise<ArrangementFile> {
  const content = isStandardInput(file) ? await standardHyperplanes() : undefined;
  const { dimension, rows, layout, sha256 } = await hyperplanes.readArrangement(content?.bytes ?? file, {
    central,
    ...(content && { name: content.name }),
  });
  const network = networkOfHyperplanes(dimension, rows);
  const arrangement = { dimension, planes: rows.map((row) => integersFromRationals(row).numerators) };
  const net = { network, domain: whole(dimension), format: 'hyperplanes', warnings: network.notes, sha256 };
  return { arrangement, net, layout };
}

/**
 * What `--symmetry` names: symmetries of a file {"generators":[{"permutation":[..],"signs":[..]},..]}, verified; none; or undefined, for those that are looked for.
 *
 * @throws FormatError for what is none
 */
export async function symmetriesOf(given: Arrangement, symmetry: string): Promise<Symmetry[] | undefined> {
  if (symmetry === 'auto' || symmetry === 'orbits') return undefined;
  if (symmetry === 'none') return [];
  const generators = await generatorsOf(symmetry);
  return statedSymmetries(given, generators).map((found, g) => {
    if (typeof found === 'string') throw new FormatError(`generator ${g}`, found, symmetry);
    return found;
  });
}

/** The generators that a file states: {"generators":[..]}. @throws FormatError */
export async function generatorsOf(symmetry: string): Promise<readonly unknown[]> {
  const { bytes } = await readSource(symmetry);
  return complainingAt('', () => generatorsOfJson(textOf(bytes)), symmetry);
}
