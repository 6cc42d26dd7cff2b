/**
 * The order in which the nodes of a graph are computed: each after what it reads, whatever the order in the file.
 */
import { FormatError, quoted } from '../input/error.js';
import { nodePlace } from './node.js';
import type { GraphProto, NodeProto } from './schema.js';

/** A node with its number in the file. */
export interface NumberedNode {
  readonly node: NodeProto;
  readonly index: number;
}

/** What a graph inside of a node reads of the graph around it. */
function freeNames({ node, initializer, input, output }: GraphProto): string[] {
  const own = new Set([
    ...initializer.map(({ name }) => name),
    ...input.map(({ name }) => name),
    ...node.flatMap((inner) => inner.output),
  ]);
  const read = [...node.flatMap(namesRead), ...output.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}

/** The values that a node reads, also those that its branches read. */
export function namesRead({ input, attribute }: NodeProto): string[] {
  const inner = attribute.flatMap(({ g }) => (g === undefined ? [] : freeNames(g)));
  return [...input, ...inner].filter((name) => name !== '');
}

/** The nodes by the values that they compute. @throws FormatError for a value that two compute */
function producers(nodes: readonly NodeProto[]): Map<string, NumberedNode> {
  const found = new Map<string, NumberedNode>();
  nodes.forEach((node, index) => {
    for (const name of node.output) {
      if (name === '') continue;
      if (found.has(name)) {
        const place = nodePlace(node, index);
        throw new FormatError(place, `its output ${quoted(name)} is defined twice; repair the model`);
      }
      found.set(name, { node, index });
    }
  });
  return found;
}

/** @throws FormatError that names the nodes of a cycle */
function complainOfCycle(path: readonly NumberedNode[], again: NumberedNode): never {
  const cycle = path.slice(path.findIndex(({ index }) => index === again.index));
  const names = cycle.slice(0, 5).map(({ node, index }) => nodePlace(node, index));
  const more = cycle.length > names.length ? `, and ${cycle.length - names.length} more` : '';
  throw new FormatError(
    'graph',
    `expected a graph without cycles, got one of ${names.join(', ')}${more}; export the network again`,
  );
}

interface Visit {
  readonly visited: NumberedNode;
  readonly reads: readonly string[];
  next: number;
}

/**
 * The nodes that the given values depend on, each after those that it reads; otherwise in the order of the file.
 *
 * What else a graph computes is no part of the network.
 *
 * @throws FormatError for cycles and values that two nodes compute
 * Cost: linear.
 */
export function orderedNodes(nodes: readonly NodeProto[], wanted: readonly string[]): NumberedNode[] {
  const producerOf = producers(nodes);
  const ordered: NumberedNode[] = [];
  const state = new Map<number, 'open' | 'done'>();
  // With its own stack: graphs may be deeper than the machine's.
  const stack: Visit[] = [];
  const enter = (name: string) => {
    const visited = producerOf.get(name);
    if (visited === undefined) return;
    const known = state.get(visited.index);
    if (known === 'open')
      complainOfCycle(
        stack.map((visit) => visit.visited),
        visited,
      );
    if (known === 'done') return;
    state.set(visited.index, 'open');
    stack.push({ visited, reads: namesRead(visited.node), next: 0 });
  };
  for (const name of wanted) {
    enter(name);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (top.next < top.reads.length) enter(top.reads[top.next++]!);
      else {
        state.set(top.visited.index, 'done');
        ordered.push(top.visited);
        stack.pop();
      }
    }
  }
  return inFileOrder(ordered, producerOf);
}

/** The order of the file, if that is one in which the nodes can be computed: messages and layers follow it then. */
function inFileOrder(ordered: NumberedNode[], producerOf: ReadonlyMap<string, NumberedNode>): NumberedNode[] {
  const sorted = [...ordered].sort((a, b) => a.index - b.index);
  const fits = sorted.every(({ node, index }) =>
    namesRead(node).every((name) => (producerOf.get(name)?.index ?? -1) < index),
  );
  return fits ? sorted : ordered;
}
