/**
 * The cells of a partition as plain records, one after the other, for programs.
 */
import type { Domain, Network } from '../../network/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type Cell, forEachCell, KeyCollision, PatternIndex, PatternKeys } from '../cells/index.js';
import { cellGeometry } from '../geometry/index.js';
import { CellDescriber, type CellRecord } from './cell-record.js';
import { type CellField, defaultFields } from './fields.js';

/** The vertices and the volume of cells of one problem, as far as they are known. @param faces whether also to give the faces */
export function cellBodies(
  problem: PartitionProblem,
  geometry = cellGeometry(problem),
  faces = false,
): (cell: Cell) => CellBody {
  const fields = ['bounded', 'vertices', 'volume', ...(faces ? (['faces'] as const) : [])] as const;
  const describer = new CellDescriber(problem, geometry, fields, undefined, () => undefined);
  return (cell) => {
    const { bounded, vertices, volume, faces } = describer.describe(cell);
    return { bounded: bounded!, ...(vertices && { vertices }), ...(faces && { faces }), ...(volume && { volume }) };
  };
}

/** See `CellRecord`. */
export type CellBody = Pick<CellRecord, 'vertices' | 'faces' | 'volume'> & { readonly bounded: boolean };

/** How many records are made at a time: what is held in memory beside one key per cell. */
const AT_ONCE = 256;

/** The ids of all cells by their patterns. */
function indexOf(problem: PartitionProblem): { readonly keys: PatternKeys; readonly index: PatternIndex } {
  for (let seed = 0; ; seed++) {
    const keys = new PatternKeys(problem, seed);
    const index = new PatternIndex();
    try {
      forEachCell(problem, (cell) => index.add(keys.keyOf(cell.rows.sides), cell.id));
      return { keys, index };
    } catch (error) {
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}

/**
 * Every cell of a network on a domain in tree order, with its pattern, witness, facets and neighbours, affine map, vertices and
 * volume, all exact.
 *
 * Two walks if neighbours are named: by numbers that the first one gives. Records are made as they are asked for; leaving early
 * costs nothing more. Memory: one key per cell.
 *
 * @param fields what each record says; default: everything but `faces`
 * @throws DomainError if the domain does not fit the network
 */
export function* cellRecords(
  network: Network,
  domain: Domain,
  fields: readonly CellField[] = defaultFields('jsonl'),
): Generator<CellRecord, void, undefined> {
  const problem = analysisProblem(network, domain);
  const named = fields.includes('facets') || fields.includes('neighbours') ? indexOf(problem) : undefined;
  const describer = new CellDescriber(problem, cellGeometry(problem), fields, named?.keys, (key) =>
    named?.index.find(key),
  );
  let paths: readonly string[] = [''];
  for (let firstId = 0; paths.length > 0; ) {
    const records: CellRecord[] = [];
    const open: string[] = [];
    const options = { paths, budget: AT_ONCE, firstId, onOpen: (path: string) => open.push(path) };
    forEachCell(problem, (cell) => records.push(describer.describe(cell)), options);
    yield* records;
    firstId += records.length;
    paths = open;
  }
}
