/**
 * The files that belong to a network file: weights in a file of their own, shards of a TensorFlow.js model.
 */
import { FormatError, quoted } from './error.js';
import { gunzipped, openBeside } from './file.js';
import { MAX_DATA_BYTES, tooLarge } from './limits.js';
import { type StoredFile, storedBytes } from './stored-file.js';

export type { StoredFile };

/** Files beside a network. */
export interface Neighbours {
  /**
   * The file that a network calls `location`.
   *
   * @param place names what wants it, for messages
   * @throws FormatError for one that is not there, too large, or not below the folder of the network
   */
  open(location: string, place: string): StoredFile;
  /** The names of the files that were opened. */
  readonly opened: readonly string[];
  /** Closes all that were opened. */
  close(): void;
}

/** @throws FormatError for what is no plain path below a folder */
function checkLocation(location: string, place: string) {
  const parts = location.split('/');
  const fix = 'write the name of a file in the folder of the model';
  const complain = (got: string) => {
    throw new FormatError(place, `its data: expected a path below the model's folder, got ${got}; ${fix}`);
  };
  if (location === '') complain('none');
  if (location.length > 1000) complain(`${location.length} characters`);
  if (location.startsWith('/') || /^[A-Za-z]:/.test(location)) complain(`the absolute path ${quoted(location)}`);
  if (location.includes('\\') || location.includes('\0')) complain(quoted(location));
  if (parts.includes('..')) complain(`${quoted(location)}, which leads out of it`);
}

function neighbours(openOne: (location: string, place: string) => StoredFile): Neighbours {
  const files = new Map<string, StoredFile>();
  return {
    open(location, place) {
      const known = files.get(location);
      if (known !== undefined) return known;
      checkLocation(location, place);
      const file = openOne(location, place);
      files.set(location, file);
      if (file.size > MAX_DATA_BYTES) {
        throw new FormatError(
          place,
          `its data in ${quoted(location)}: ${tooLarge(`${file.size} bytes`, MAX_DATA_BYTES)}`,
        );
      }
      return file;
    },
    get opened() {
      return [...files.keys()];
    },
    close() {
      for (const file of files.values()) file.close();
      files.clear();
    },
  };
}

/** The files in the folder of a network's, and below; `NAME.gz` where there is no `NAME`. */
export function filesBeside(network: string): Neighbours {
  return neighbours((location, place) => openBeside(network, location, place, MAX_DATA_BYTES));
}

/** Files that are in memory, by the names that a network calls them; gzipped where the name ends in `.gz`. */
export async function givenFiles(given: ReadonlyMap<string, Uint8Array>): Promise<Neighbours> {
  const files = new Map<string, Uint8Array>();
  for (const [name, bytes] of given) {
    const zipped = name.toLowerCase().endsWith('.gz');
    files.set(zipped ? name.slice(0, -3) : name, zipped ? await unzipped(name, bytes) : bytes);
  }
  return neighbours((location, place) => {
    const bytes = files.get(location);
    if (bytes !== undefined) return storedBytes(bytes);
    throw new FormatError(
      place,
      `its data are in the file ${quoted(location)}, which was not given; give its bytes too, in the option "files"`,
    );
  });
}

async function unzipped(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await gunzipped(bytes, MAX_DATA_BYTES);
  } catch (error) {
    if (error instanceof RangeError)
      throw new FormatError(`files ${quoted(name)}`, tooLarge('more after decompression', MAX_DATA_BYTES));
    throw new FormatError(`files ${quoted(name)}`, 'damaged or truncated gzip data; fetch the file again');
  }
}
