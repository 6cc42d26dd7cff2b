/**
 * What the cells of a walk contribute to the adjacency graph: gathered in any thread, put together in tree order.
 *
 * A facet inside the domain is told at the later of its two cells (`AdjacencyWalk` in `geometry/adjacency.ts` has the reason), by the key of
 * the earlier one.
 */
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, mapKey, numberList, PatternIndex, PatternKeys, patternOf, patternText } from '../cells/index.js';
import { cellGeometry, crossingOf } from '../geometry/index.js';

/** Some consecutive cells, and their facets with earlier ones; survives the structured clone algorithm. */
export interface AdjacencyPart {
  /** Of every cell its key, its pattern, a text that cells with one map share, and how many facets follow. */
  readonly keys: Float64Array;
  readonly patterns: readonly string[];
  readonly maps: readonly string[];
  readonly facets: Uint32Array;
  /** Of every facet the key of the cell behind it, and its neurons: "0:3 1:2". */
  readonly neighbours: Float64Array;
  readonly neurons: readonly string[];
}

const doubles = () => numberList((length) => new Float64Array(length));

/** Gathers the nodes and edges of the graph from the cells of a walk. */
export class AdjacencySurvey {
  private readonly keys: PatternKeys;
  private readonly geometry;
  private part = emptyPart();
  private readonly names = new Map<number, string>();

  constructor(
    private readonly problem: PartitionProblem,
    seed: number,
  ) {
    this.keys = new PatternKeys(problem, seed);
    this.geometry = cellGeometry(problem);
  }

  visit(cell: Cell): void {
    const { part, keys, problem } = this;
    const { sides } = cell.rows;
    const own = keys.keyOf(sides);
    let count = 0;
    for (const facet of this.geometry.facets(cell)) {
      if (cell.splits[facet.constraints[0]! - 2 * problem.variables]!.side < 0) continue;
      const { neurons, changes } = crossingOf(cell, facet);
      part.neighbours.push(keys.changed(own, sides, changes));
      part.neurons.push(neurons.length === 1 ? this.nameOf(neurons[0]!) : neurons.map((n) => this.nameOf(n)).join(' '));
      count++;
    }
    part.keys.push(own);
    part.patterns.push(patternText(patternOf(cell)));
    part.maps.push(mapKey(cell));
    part.facets.push(count);
  }

  private nameOf([layer, neuron]: readonly [number, number]): string {
    const at = layer * 2 ** 26 + neuron;
    let name = this.names.get(at);
    if (name === undefined) this.names.set(at, (name = `${layer}:${neuron}`));
    return name;
  }

  /** What was gathered since the last call. */
  take(): AdjacencyPart {
    const { keys, facets, neighbours, ...texts } = this.part;
    this.part = emptyPart();
    return { ...texts, keys: keys.take(), facets: facets.take(), neighbours: neighbours.take() };
  }
}

function emptyPart() {
  return {
    keys: doubles(),
    patterns: [] as string[],
    maps: [] as string[],
    facets: numberList((length) => new Uint32Array(length)),
    neighbours: doubles(),
    neurons: [] as string[],
  };
}

/** Puts parts together in tree order, as text. */
export class AdjacencyText {
  cells = 0;
  edges = 0;
  private readonly index = new PatternIndex();
  private readonly maps = new Map<string, number>();

  /** The elements of the next part. @throws KeyCollision where another seed must be tried */
  of({ keys, patterns, maps, facets, neighbours, neurons }: AdjacencyPart): string {
    let text = '';
    let at = 0;
    for (let k = 0; k < keys.length; k++) {
      const id = this.cells++;
      text += `<node id="c${id}"><data key="pattern">${patterns[k]}</data><data key="map">${this.mapOf(maps[k]!)}</data></node>\n`;
      for (const end = at + facets[k]!; at < end; at++) {
        const neighbour = this.index.find(neighbours[at]!);
        if (neighbour === undefined) throw new Error(`cell ${id}: expected an earlier cell behind a facet, got none`);
        text += `<edge source="c${neighbour}" target="c${id}"><data key="neurons">${neurons[at]}</data></edge>\n`;
        this.edges++;
      }
      this.index.add(keys[k]!, id);
    }
    return text;
  }

  private mapOf(key: string): number {
    let map = this.maps.get(key);
    if (map === undefined) this.maps.set(key, (map = this.maps.size));
    return map;
  }
}
