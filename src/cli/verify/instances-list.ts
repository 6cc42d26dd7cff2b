/**
 * The rows of an instances.csv: network, query, seconds.
 *
 * Source: the rules of VNN-COMP. Paths are relative to the list; a file may be there gzipped, with `.gz` after its name.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { FormatError } from '../../formats/index.js';

export interface Instance {
  /** As the list names them. */
  readonly network: string;
  readonly property: string;
  /** Seconds. */
  readonly timeout: number;
  /** Where they are. */
  readonly networkFile: string;
  readonly propertyFile: string;
}

/** The file, or its gzipped copy if only that is there. */
function found(list: string, name: string): string {
  const path = isAbsolute(name) ? name : join(dirname(list), name);
  return !existsSync(path) && existsSync(`${path}.gz`) ? `${path}.gz` : path;
}

const unquoted = (text: string) => text.trim().replace(/^"(.*)"$/, '$1');

/** @throws FormatError naming the line, errors of the file system */
export async function readInstances(list: string): Promise<Instance[]> {
  const lines = (await readFile(list, 'utf8')).split(/\r?\n/);
  const instances = lines.flatMap((line, i): Instance[] => {
    if (line.trim() === '' || line.startsWith('#')) return [];
    const [network = '', property = '', seconds = '', ...rest] = line.split(',').map(unquoted);
    const timeout = Number(seconds);
    if (network === '' || property === '' || rest.length > 0 || !(timeout > 0) || !Number.isFinite(timeout)) {
      // The first line may name the columns.
      if (i === 0 && Number.isNaN(timeout)) return [];
      throw new FormatError(
        `line ${i + 1}`,
        `expected network,query,seconds, got ${JSON.stringify(line.slice(0, 80))}; correct it`,
        list,
      );
    }
    return [{ network, property, timeout, networkFile: found(list, network), propertyFile: found(list, property) }];
  });
  if (instances.length === 0)
    throw new FormatError('', 'expected rows network,query,seconds, got none; add some', list);
  return instances;
}
