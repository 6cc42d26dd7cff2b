/**
 * The adjacency graph as GraphML (graphml.graphdrawing.org), which NetworkX, igraph, Gephi and yEd read.
 */
import type { Domain, Network } from '../../network/index.js';
import { openOutput } from '../../output/index.js';
import type { PartitionProblem } from '../../problem/index.js';
import { analysisProblem, type CellOptions, forEachCell, KeyCollision } from '../cells/index.js';
import { type AdjacencyPart, AdjacencySurvey, AdjacencyText } from './adjacency-survey.js';

const HEADER = `<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="pattern" for="node" attr.name="pattern" attr.type="string"/>
<key id="map" for="node" attr.name="map" attr.type="int"/>
<key id="neurons" for="edge" attr.name="neurons" attr.type="string"/>
<graph id="cells" edgedefault="undirected">
`;
const FOOTER = '</graph>\n</graphml>\n';

/** Cells that are gathered before they are written. */
const CHUNK = 2048;

export interface AdjacencyCounts {
  readonly cells: number;
  readonly edges: number;
}

/** A GraphML file in the making; nothing stands under its name until it is complete. */
export class AdjacencyFile {
  private readonly text: AdjacencyText;
  private readonly output;

  constructor(problem: PartitionProblem, file: string) {
    this.text = new AdjacencyText(problem);
    this.output = openOutput(file);
    this.output.write(HEADER);
  }

  /** Writes the next cells. */
  add(part: AdjacencyPart): void {
    this.output.write(this.text.of(part));
  }

  end(): AdjacencyCounts {
    this.output.write(FOOTER);
    this.output.commit();
    return { cells: this.text.cells, edges: this.text.edges };
  }

  discard(): void {
    this.output.discard();
  }
}

/**
 * Writes the graph whose nodes are cells (with pattern and the number of their map) and whose edges are shared facets (with the
 * neurons that vanish there), each edge behind the later of its cells.
 *
 * Memory: two keys and a packed pattern per cell; the text of maps that several cells have.
 */
export function writeAdjacency(
  network: Network,
  domain: Domain,
  file: string,
  options: CellOptions = {},
): AdjacencyCounts {
  const problem = analysisProblem(network, domain);
  for (let seed = 0; ; seed++) {
    const survey = new AdjacencySurvey(problem, seed);
    const graph = new AdjacencyFile(problem, file);
    try {
      const visit = (cell: Parameters<AdjacencySurvey['visit']>[0]) => {
        survey.visit(cell);
        if ((cell.id + 1) % CHUNK === 0) graph.add(survey.take());
      };
      forEachCell(problem, visit, options);
      graph.add(survey.take());
      return graph.end();
    } catch (error) {
      graph.discard();
      if (!(error instanceof KeyCollision)) throw error;
    }
  }
}
