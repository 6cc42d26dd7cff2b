/**
 * Where the searches of a dual simplex ended, kept along the path of a walk for the searches to come.
 */

/** A basis: tight rows and as many basic inputs. */
export interface Basis {
  readonly rows: readonly number[];
  readonly inputs: readonly number[];
}

export const NO_BASIS: Basis = { rows: [], inputs: [] };

/** How many bases a new question tries. */
const RECENT = 6;

/** What the searches on one cell left behind for those on it and on its parts. */
export class BasisMemory {
  /** The latest ones first. */
  readonly recent: Basis[] = [];
  private readonly byKey = new Map<number, { readonly data: Float64Array; readonly basis: Basis }>();

  /** Forgets the cell before, and takes over what is known on the one around it. */
  clear(recent: readonly Basis[]): void {
    this.byKey.clear();
    this.recent.length = 0;
    this.recent.push(...recent);
  }

  /** Where the question about the row that lies in `data` ended. @param key tells the rows there apart */
  find(data: Float64Array, key: number): Basis | undefined {
    const known = this.byKey.get(key);
    return known?.data === data ? known.basis : undefined;
  }

  add(data: Float64Array, key: number, basis: Basis): void {
    this.byKey.set(key, { data, basis });
    if (basis.rows.length === 0 || this.recent.some((other) => sameBasis(basis, other))) return;
    this.recent.unshift(basis);
    this.recent.length = Math.min(this.recent.length, RECENT);
  }
}

function sameBasis(one: Basis, other: Basis): boolean {
  return (
    one.rows.length === other.rows.length &&
    one.rows.every((row, s) => row === other.rows[s] && one.inputs[s] === other.inputs[s])
  );
}
