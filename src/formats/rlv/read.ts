/**
 * The .rlv format of Planet (R. Ehlers 2017, https://github.com/progirep/planet): one node per line.
 *
 *     Input x0
 *     ReLU r  0.5  1.0 x0  -2 x1      relu(0.5 + x0 - 2 x1)
 *     Linear y  0  1 r                0 + r
 *     MaxPool m  r y                  max(r, y)
 *     Assert <= 0.0  1.0 x0           0 <= x0
 *
 * Outputs are the nodes that no other node reads, in the order of the file. Decimal text of weights means the nearest
 * double. Assertions about one input are its bounds, in exact decimals, and make the domain when every input has both;
 * other assertions are properties to verify: they are counted in a note and left out.
 */
import { compare, divide, type Rational, ZERO } from '../../exact/index.js';
import { type BoxDomain, box, RELU } from '../../network/index.js';
import { Budget } from '../graph/context.js';
import { Lowering } from '../graph/lowering.js';
import { maximumOfGroups } from '../graph/maximum.js';
import { combiner, offsetRow, productsOf, type Row, weightsOf } from '../graph/rows.js';
import { complainingAt, FormatError, quoted } from '../input/error.js';
import { checkFields, textLines } from '../input/lines.js';
import { exactNumberOfText, nearestDoubleOfText } from '../input/numbers.js';
import type { BoxedContent } from '../json/network.js';

interface Node {
  readonly row: Row;
  /** The number of activation layers below. */
  readonly depth: number;
  /** Its number if it is an input. */
  readonly input?: number;
}

/** The words of one line. */
interface Line {
  readonly number: number;
  readonly words: readonly string[];
}

const fail = ({ number }: Line, problem: string) => new FormatError(`line ${number}`, problem);

/** Bounds of an input, as far as assertions tell. */
interface Interval {
  lower?: Rational;
  upper?: Rational;
}

/** A network under construction. */
class RlvReader {
  readonly #nodes = new Map<string, Node>();
  readonly #read = new Set<string>();
  readonly #rows: readonly Row[];
  readonly #intervals: readonly Interval[];
  readonly #budget = new Budget();
  #inputs = 0;
  #properties = 0;

  constructor(private readonly lowering: Lowering) {
    this.#rows = lowering.inputRows();
    this.#intervals = Array.from({ length: lowering.inputs }, () => ({}));
  }

  line(line: Line) {
    const [kind, ...rest] = line.words;
    if (kind === 'Input') this.#input(line, rest);
    else if (kind === 'Linear' || kind === 'ReLU') this.#affine(line, kind, rest);
    else if (kind === 'MaxPool') this.#maximum(line, rest);
    else if (kind === 'Assert') this.#assert(line, rest);
    else throw fail(line, `expected Input, Linear, ReLU, MaxPool or Assert, got ${quoted(kind ?? '')}; correct it`);
  }

  content(): BoxedContent {
    const outputs = [...this.#nodes].filter(([name, node]) => !this.#read.has(name) && node.input === undefined);
    if (outputs.length === 0) throw new FormatError('end of file', 'expected nodes after the inputs, got none');
    const notes = [
      ...(outputs.length > 1
        ? [`outputs, in this order: ${outputs.map(([name]) => name.slice(0, 40)).join(' ')}`]
        : []),
      ...(this.#properties > 0 ? [`${this.#properties} assertions about more than one input are left out`] : []),
    ];
    const network = this.lowering.network(
      outputs.map(([, { row }]) => row),
      notes,
    );
    const domain = this.#domain();
    return domain === undefined ? { network, format: '.rlv' } : { network, domain, format: '.rlv' };
  }

  #define(line: Line, name: string | undefined, node: Node) {
    if (name === undefined) throw fail(line, 'expected the name of the node, got nothing; the line is truncated');
    if (this.#nodes.has(name)) throw fail(line, `node ${quoted(name)} is defined twice; rename one`);
    this.#nodes.set(name, node);
  }

  #node(line: Line, name: string): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw fail(line, `node ${quoted(name)} is not defined before; correct the name`);
    return node;
  }

  #input(line: Line, [name, ...more]: readonly string[]) {
    if (more.length > 0) throw fail(line, 'expected one name after Input; correct it');
    this.#define(line, name, { row: this.#rows[this.#inputs]!, depth: 0, input: this.#inputs });
    this.#inputs++;
  }

  /** Pairs of a number and a node. */
  #terms<T>(line: Line, words: readonly string[], number: (text: string, place: () => string) => T) {
    if (words.length % 2 !== 0) throw fail(line, 'expected pairs of a weight and a node; the line is truncated');
    return Array.from({ length: words.length / 2 }, (_, k) => ({
      weight: number(words[2 * k]!, () => `line ${line.number}`),
      name: words[2 * k + 1]!,
      node: this.#node(line, words[2 * k + 1]!),
    }));
  }

  #affine(line: Line, kind: 'Linear' | 'ReLU', [name, bias, ...words]: readonly string[]) {
    const offset = nearestDoubleOfText(bias ?? '', () => `line ${line.number}`);
    const terms = this.#terms(line, words, nearestDoubleOfText);
    for (const term of terms) this.#read.add(term.name);
    const rows = terms.map(({ node }) => node.row);
    this.#budget.spend(rows.reduce((sum, row) => sum + row.atoms.length + 1, 1));
    const weights = weightsOf(Float64Array.from(terms, ({ weight }) => weight));
    this.#budget.spendProducts(productsOf(rows, [weights]));
    const row = offsetRow(combiner(rows)(weights), offset);
    const below = terms.reduce((deepest, { node }) => Math.max(deepest, node.depth), 0);
    if (kind === 'Linear') return this.#define(line, name, { row, depth: below });
    const [output] = this.lowering.activate([row], [RELU], below + 1);
    this.#define(line, name, { row: output!, depth: below + 1 });
  }

  #maximum(line: Line, [name, ...names]: readonly string[]) {
    if (names.length === 0) throw fail(line, 'expected nodes to take the maximum of, got none; the line is truncated');
    const nodes = names.map((word) => this.#node(line, word));
    for (const word of names) this.#read.add(word);
    const context = { lowering: this.lowering, budget: this.#budget };
    const below = Math.max(...nodes.map(({ depth }) => depth));
    const { rows, depth } = maximumOfGroups(context, [nodes.map(({ row }) => row)], below);
    this.#define(line, name, { row: rows[0]!, depth });
  }

  /** constant `relation` sum of weights * nodes */
  #assert(line: Line, [relation, constant, ...words]: readonly string[]) {
    if (relation !== '<=' && relation !== '>=') throw fail(line, `expected <= or >=, got ${quoted(relation ?? '')}`);
    const bound = exactNumberOfText(constant ?? '', () => `line ${line.number}`);
    const terms = this.#terms(line, words, exactNumberOfText);
    const [term, ...others] = terms;
    if (term?.node.input === undefined || others.length > 0 || term.weight.numerator === 0n) {
      this.#properties++;
      return;
    }
    const interval = this.#intervals[term.node.input]!;
    const value = divide(bound, term.weight);
    const isLower = (relation === '<=') === compare(term.weight, ZERO) > 0;
    const known = isLower ? interval.lower : interval.upper;
    const tighter = known === undefined || compare(value, known) > 0 === isLower;
    if (tighter) interval[isLower ? 'lower' : 'upper'] = value;
  }

  #domain(): BoxDomain | undefined {
    const complete = this.#intervals.every(({ lower, upper }) => lower !== undefined && upper !== undefined);
    if (!complete) return undefined;
    return complainingAt('assertions', () =>
      box(
        this.#intervals.map(({ lower }) => lower!),
        this.#intervals.map(({ upper }) => upper!),
      ),
    );
  }
}

/** The lines that are not blank. */
function* linesOf(text: string): Generator<Line> {
  for (const { number, line } of textLines(text)) {
    checkFields(line, /\s/g, `line ${number}`);
    const words = line.split(/\s+/).filter((word) => word !== '');
    if (words.length > 0) yield { number, words };
  }
}

/** A network and the box of its assertions. @throws FormatError naming the line */
export function networkOfRlv(text: string): BoxedContent {
  let inputs = 0;
  for (const { words } of linesOf(text)) if (words[0] === 'Input') inputs++;
  if (inputs === 0) throw new FormatError('', 'expected a line "Input name", got none; check that this is a .rlv file');
  const reader = new RlvReader(new Lowering(inputs));
  for (const line of linesOf(text)) reader.line(line);
  return complainingAt('graph', () => reader.content());
}
