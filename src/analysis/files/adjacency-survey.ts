/**
 * What the cells of a walk contribute to the adjacency graph: gathered in any thread, put together in tree order.
 *
 * A facet inside the domain is told at the later of its two cells (`AdjacencyWalk` in `geometry/adjacency.ts` has the reason), by the key of
 * the earlier one.
 */
import type { PartitionProblem } from '../../problem/index.js';
import { type Cell, MapKeys, numberList, PatternIndex, PatternKeys } from '../cells/index.js';
import { type CellGeometry, Crossings, cellGeometry } from '../geometry/index.js';
import { AsciiText, asciiOf } from './ascii.js';
import { MapNumbers } from './map-numbers.js';
import { PatternLetters } from './pattern-letters.js';

/** Some consecutive cells, and their facets with earlier ones; survives the structured clone algorithm. */
export interface AdjacencyPart {
  /** Of every cell its key, its pattern in letters, the key of its map, and how many facets follow. */
  readonly keys: Float64Array;
  readonly patterns: Uint8Array;
  readonly maps: Float64Array;
  readonly facets: Uint32Array;
  /** Of every facet the key of the cell behind it, and its neuron by its number among all, or one of `several` behind these. */
  readonly neighbours: Float64Array;
  readonly neurons: Uint32Array;
  /** Where several neurons are zero: "0:3 1:2". */
  readonly several: readonly string[];
}

const doubles = () => numberList((length) => new Float64Array(length));
const words = () => numberList((length) => new Uint32Array(length));
const letters = () => numberList((length) => new Uint8Array(length));

/** For every layer how many neurons are before it; and all of them. */
function offsetsOf({ layers, depth }: PartitionProblem): { readonly offsets: readonly number[]; readonly all: number } {
  let all = 0;
  const offsets = layers.slice(0, depth - 1).map(({ width }) => (all += width) - width);
  return { offsets, all };
}

/** Gathers the nodes and edges of the graph from the cells of a walk. */
export class AdjacencySurvey {
  private readonly keys: PatternKeys;
  private readonly mapKeys: MapKeys;
  private readonly geometry: CellGeometry;
  private readonly crossings: Crossings;
  private readonly letters: PatternLetters;
  private readonly offsets: readonly number[];
  private readonly all: number;
  private part = emptyPart();

  /** @param problem made by `analysisProblem` */
  constructor(
    private readonly problem: PartitionProblem,
    seed: number,
  ) {
    this.keys = new PatternKeys(problem, seed);
    this.mapKeys = new MapKeys(problem);
    this.geometry = cellGeometry(problem);
    this.crossings = new Crossings(problem);
    this.letters = new PatternLetters(problem);
    ({ offsets: this.offsets, all: this.all } = offsetsOf(problem));
  }

  visit(cell: Cell): void {
    const { part, keys, problem, crossings } = this;
    const { sides } = cell.rows;
    const own = keys.keyOf(sides);
    const first = 2 * problem.variables;
    let count = 0;
    for (const constraint of this.geometry.makers(cell)) {
      const maker = cell.splits[constraint - first]!;
      if (maker.side < 0) continue;
      const { layer, neuron } = maker;
      if (crossings.isSimple(cell, maker)) {
        part.neighbours.push(keys.flipped(own, layer, neuron, 1, -1));
        part.neurons.push(this.offsets[layer]! + neuron);
      } else {
        const { neurons, changes } = crossings.of(cell, constraint);
        part.neighbours.push(keys.changed(own, sides, changes));
        part.neurons.push(this.all + part.several.length);
        part.several.push(neurons.map(([l, j]) => `${l}:${j}`).join(' '));
      }
      count++;
    }
    part.keys.push(own);
    part.patterns.append(this.letters.of(sides));
    part.maps.push(this.mapKeys.keyOf(cell));
    part.facets.push(count);
  }

  /** What was gathered since the last call. */
  take(): AdjacencyPart {
    const { several, ...lists } = this.part;
    this.part = emptyPart();
    return {
      several,
      keys: lists.keys.take(),
      patterns: lists.patterns.take(),
      maps: lists.maps.take(),
      facets: lists.facets.take(),
      neighbours: lists.neighbours.take(),
      neurons: lists.neurons.take(),
    };
  }
}

function emptyPart() {
  return {
    keys: doubles(),
    patterns: letters(),
    maps: doubles(),
    facets: words(),
    neighbours: doubles(),
    neurons: words(),
    several: [] as string[],
  };
}

const NODE = asciiOf('<node id="c');
const PATTERN = asciiOf('"><data key="pattern">');
const MAP = asciiOf('</data><data key="map">');
const END_OF_NODE = asciiOf('</data></node>\n');
const EDGE = asciiOf('<edge source="c');
const TARGET = asciiOf('" target="c');
const NEURONS = asciiOf('"><data key="neurons">');
const END_OF_EDGE = asciiOf('</data></edge>\n');

/** Puts parts together in tree order, as text. */
export class AdjacencyText {
  cells = 0;
  edges = 0;
  private readonly index = new PatternIndex();
  private readonly maps: MapNumbers;
  private readonly names: readonly Uint8Array[];
  private readonly length: number;
  private readonly text = new AsciiText();

  constructor(problem: PartitionProblem) {
    this.maps = new MapNumbers(problem);
    this.length = new PatternLetters(problem).length;
    const { layers, depth } = problem;
    this.names = layers
      .slice(0, depth - 1)
      .flatMap(({ width }, l) => Array.from({ length: width }, (_, j) => asciiOf(`${l}:${j}`)));
  }

  /** The elements of the next part. @throws KeyCollision where another seed must be tried */
  of(part: AdjacencyPart): Uint8Array {
    const { keys, patterns, maps, facets } = part;
    const { length, text } = this;
    let at = 0;
    for (let k = 0; k < keys.length; k++) {
      const id = this.cells++;
      const pattern = patterns.subarray(k * length, (k + 1) * length);
      text.add(NODE);
      text.number(id);
      text.add(PATTERN);
      text.add(pattern);
      text.add(MAP);
      text.number(this.maps.numberOf(maps[k]!, pattern));
      text.add(END_OF_NODE);
      for (const end = at + facets[k]!; at < end; at++) this.edge(part, at, id);
      this.index.add(keys[k]!, id);
    }
    return text.take();
  }

  private edge({ neighbours, neurons, several }: AdjacencyPart, at: number, id: number) {
    const { text, names } = this;
    const neighbour = this.index.find(neighbours[at]!);
    if (neighbour === undefined) throw new Error(`cell ${id}: expected an earlier cell behind a facet, got none`);
    text.add(EDGE);
    text.number(neighbour);
    text.add(TARGET);
    text.number(id);
    text.add(NEURONS);
    const name = neurons[at]!;
    text.add(names[name] ?? asciiOf(several[name - names.length]!));
    text.add(END_OF_EDGE);
    this.edges++;
  }
}
