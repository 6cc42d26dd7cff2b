/**
 * The adjacency graph as GraphML (graphml.graphdrawing.org), which NetworkX, igraph, Gephi and yEd read.
 */
import type { Domain, Network } from '../../network/index.js';
import { openOutput } from '../../output/index.js';
import {
  analysisProblem,
  type CellOptions,
  forEachCell,
  mapKey,
  patternOf,
  patternText,
  withPatternKeys,
} from '../cells/index.js';
import { AdjacencyWalk, cellGeometry } from '../geometry/index.js';

const HEADER = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="pattern" for="node" attr.name="pattern" attr.type="string"/>
<key id="map" for="node" attr.name="map" attr.type="int"/>
<key id="neurons" for="edge" attr.name="neurons" attr.type="string"/>
<graph id="cells" edgedefault="undirected">
`;
const FOOTER = '</graph>\n</graphml>\n';

/** Characters that are gathered before they are written. */
const CHUNK = 1 << 20;

export interface AdjacencyCounts {
  readonly cells: number;
  readonly edges: number;
}

/**
 * Writes the graph whose nodes are cells (with pattern and the number of their map) and whose edges are shared facets (with the
 * neurons that make them), each edge behind the later of its cells.
 *
 * Memory: a key and the text of its map per cell.
 */
export function writeAdjacency(
  network: Network,
  domain: Domain,
  file: string,
  options: CellOptions = {},
): AdjacencyCounts {
  const problem = analysisProblem(network, domain);
  return withPatternKeys(problem, (keys) => {
    const output = openOutput(file);
    try {
      const maps = new Map<string, number>();
      let text = HEADER;
      let cells = 0;
      let edges = 0;
      const walk = new AdjacencyWalk(keys, cellGeometry(problem), ({ cell, neurons, neighbour }) => {
        const names = neurons.map(([layer, neuron]) => `${layer}:${neuron}`).join(' ');
        text += `<edge source="c${neighbour}" target="c${cell.id}"><data key="neurons">${names}</data></edge>\n`;
        edges++;
      });
      forEachCell(
        problem,
        (cell) => {
          const key = mapKey(cell);
          const map = maps.get(key) ?? maps.size;
          maps.set(key, map);
          const pattern = patternText(patternOf(cell));
          text += `<node id="c${cell.id}"><data key="pattern">${pattern}</data><data key="map">${map}</data></node>\n`;
          walk.visit(cell);
          cells++;
          if (text.length < CHUNK) return;
          output.write(text);
          text = '';
        },
        options,
      );
      output.write(text + FOOTER);
      output.commit();
      return { cells, edges };
    } catch (error) {
      output.discard();
      throw error;
    }
  });
}
