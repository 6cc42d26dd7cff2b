/**
 * Which changes of coordinates permute the creases of a network, exactly.
 *
 * An activation with slopes n and p is (p + n) / 2 t + (p - n) / 2 |t|. So every pre-activation is a combination of the coordinates, of 1, and of the
 * |g| for pre-activations g of the layers before: a row. Let T be an affine change of coordinates. If T takes each g of a layer to a multiple of
 * another one of the layer, it takes their |g| to multiples of each other, and with them it changes the columns of the rows of the next layer. If that holds
 * for all layers T permutes the creases of every layer, hence the cells after every layer. (Equal rows are equal functions; whether different rows
 * are, nobody asks: a symmetry may be missed, none is invented.)
 */
import { content, greatestCommonDivisor, type IntegerVector, integersFromRationals } from '../exact/index.js';
import { rowsOf } from './chart.js';
import { type InputMap, onLine, pulledBack } from './input-map.js';
import { type ActivationLayer, bends } from './model.js';

type Row = readonly bigint[];

/** A crease of a layer. */
interface Crease {
  /** The coefficients of the coordinates, the constant, and those of the creases before: coprime, the first that is not 0 positive. */
  readonly row: Row;
  /** Its number among all creases: |row . ..| is a column of all layers behind. */
  readonly column: number;
  /** The first neuron whose crease it is. */
  readonly neuron: number;
}

/** A function is a positive multiple of another one, or of its negative. */
interface Signed {
  readonly to: number;
  readonly sign: 1 | -1;
}

/** What a change of coordinates does to the creases of the first layer, by their columns: that which each becomes behind it. */
export type MovedCreases = ReadonlyMap<number, Signed>;

/** Neurons of the first layer behind a change of coordinates, by their places in a list. */
export type SignAction = readonly Signed[];

/** A neuron whose crease is moved where there is none. */
export interface MovedAway {
  readonly layer: number;
  readonly neuron: number;
}

/** The rows of a layer's pre-activations over a positive denominator. */
interface LayerRows {
  readonly rows: readonly Row[];
  readonly denominator: bigint;
}

/** Trailing zeros are columns that a row does not know yet. */
const nameOf = (row: Row) => row.join().replace(/(,0)+$/, '');

/** Creases of all layers of a network, in the coordinates of the first one. */
export class CreaseRows {
  private readonly layers: Map<string, Crease>[] = [];
  /** The creases of the neurons of the first layer: a neuron is a positive multiple of its crease's row times the sign. */
  private readonly own = new Map<number, Signed>();
  /** Behind the coordinates comes the constant, then the creases. */
  private columns: number;

  private constructor(private readonly coordinates: number) {
    this.columns = coordinates + 1;
  }

  /**
   * @param first the rows of the first layer: coefficients of the coordinates, and the constant
   * @param mostWork multiplications
   * @returns undefined if it would be more work
   */
  static of(
    layers: readonly ActivationLayer[],
    first: LayerRows,
    coordinates: number,
    mostWork: number,
  ): CreaseRows | undefined {
    let work = 0;
    let columns = coordinates + 1;
    for (const [l, { affine }] of layers.entries()) {
      if (l > 0) work += affine.outputs * affine.inputs * columns;
      columns += affine.outputs;
    }
    if (work > mostWork) return undefined;
    const creases = new CreaseRows(coordinates);
    let current = first;
    layers.forEach((layer, l) => {
      creases.add(layer, current.rows);
      const next = layers[l + 1];
      if (next !== undefined) current = creases.through(layer, current, next);
    });
    return creases;
  }

  private add({ slopes }: ActivationLayer, rows: readonly Row[]) {
    const known = new Map<string, Crease>();
    rows.forEach((own, neuron) => {
      if (!bends(slopes[neuron]!) || this.isConstant(own)) return;
      const { row, factor } = onLine(own);
      const name = nameOf(row);
      if (!known.has(name)) known.set(name, { row, column: this.columns++, neuron });
      if (this.layers.length === 0) this.own.set(neuron, { to: known.get(name)!.column, sign: factor < 0n ? -1 : 1 });
    });
    this.layers.push(known);
  }

  private isConstant(row: Row): boolean {
    return row.every((entry, c) => c === this.coordinates || entry === 0n);
  }

  /** The rows of the next layer. */
  private through({ slopes }: ActivationLayer, { rows, denominator }: LayerRows, next: ActivationLayer): LayerRows {
    const known = this.layers.at(-1)!;
    const { numerators, denominator: scale }: IntegerVector = integersFromRationals(
      slopes.flatMap(({ negative, positive }) => [negative, positive]),
    );
    const values = rows.map((row, k) => {
      const [n, p] = [numerators[2 * k]!, numerators[2 * k + 1]!];
      const value = new Array<bigint>(this.columns).fill(0n);
      row.forEach((entry, c) => {
        value[c] = (p + n) * entry;
      });
      if (p !== n && this.isConstant(row)) {
        const constant = row[this.coordinates]!;
        value[this.coordinates]! += (p - n) * (constant < 0n ? -constant : constant);
      } else if (p !== n) value[known.get(nameOf(onLine(row).row))!.column]! += (p - n) * content(row);
      return value;
    });
    const weights = rowsOf(next.affine);
    const one = 2n * scale * denominator;
    return {
      denominator: one * weights.denominator,
      rows: weights.rows.map((own) => {
        const sum = new Array<bigint>(this.columns).fill(0n);
        sum[this.coordinates] = own.at(-1)! * one;
        values.forEach((value, j) => {
          const weight = own[j]!;
          if (weight !== 0n) for (let c = 0; c < sum.length; c++) sum[c]! += weight * value[c]!;
        });
        return sum;
      }),
    };
  }

  /** The first neurons of the creases of the first layer. */
  get first(): readonly number[] {
    return [...(this.layers[0]?.values() ?? [])].map(({ neuron }) => neuron);
  }

  /** The rows of the creases of a layer, in the order of their columns; none of a layer that the network does not have. */
  rowsOf(layer: number): readonly Row[] {
    return [...(this.layers[layer]?.values() ?? [])].map(({ row }) => row);
  }

  /** The first neuron of the first layer with the crease of this one; undefined if it has none. */
  firstOf(neuron: number): number | undefined {
    const column = this.own.get(neuron)?.to;
    return [...this.layers[0]!.values()].find((crease) => crease.column === column)?.neuron;
  }

  /**
   * What a change of coordinates, which must be one to one, does to the creases of the first layer; or a neuron whose crease it takes from where
   * there is none: then it does not permute the creases of every layer.
   */
  moved(map: InputMap): MovedCreases | MovedAway {
    const moved = new Map<number, Signed>();
    // Per column of a crease: behind the change it is factor / scale times |column `to`|.
    const factors: Factor[] = [];
    for (const [layer, known] of this.layers.entries()) {
      const own: (readonly [column: number, factor: Factor])[] = [];
      for (const { row, column, neuron } of known.values()) {
        const { image, scale } = this.behind(row, map, factors);
        const { row: line, factor } = onLine(image);
        const to = known.get(nameOf(line))?.column;
        if (to === undefined) return { layer, neuron };
        own.push([column, { to, ...lowest(factor < 0n ? -factor : factor, scale) }]);
        if (layer === 0) moved.set(column, { to, sign: factor < 0n ? -1 : 1 });
      }
      for (const [column, factor] of own) factors[column] = factor;
    }
    return moved;
  }

  /**
   * What it does to some neurons of the first layer with different creases: behind the change the k-th is a positive multiple of number `to` times
   * `sign`. Undefined if it does not permute them.
   */
  actionOn(neurons: readonly number[], moved: MovedCreases): SignAction | undefined {
    const places = new Map(neurons.map((neuron, k) => [this.own.get(neuron)?.to, k] as const));
    if (places.size < neurons.length || places.has(undefined)) return undefined;
    const action = neurons.flatMap((neuron): Signed[] => {
      const { to: column, sign } = this.own.get(neuron)!;
      const behind = moved.get(column)!;
      const to = places.get(behind.to);
      return to === undefined ? [] : [{ to, sign: (sign * behind.sign * this.own.get(neurons[to]!)!.sign) as 1 | -1 }];
    });
    return action.length < neurons.length ? undefined : action;
  }

  /** A row behind a change of coordinates, times a positive scale. */
  private behind(row: Row, map: InputMap, factors: readonly Factor[]) {
    const begin = this.coordinates + 1;
    let common = 1n;
    for (let c = begin; c < row.length; c++) {
      if (row[c] === 0n) continue;
      const { scale } = factors[c]!;
      common = (common / greatestCommonDivisor(common, scale)) * scale;
    }
    const image = new Array<bigint>(this.columns).fill(0n);
    pulledBack(row.slice(0, begin), map).forEach((entry, c) => {
      image[c] = common * entry;
    });
    const whole = common * map.denominator;
    for (let c = begin; c < row.length; c++) {
      if (row[c] === 0n) continue;
      const { to, factor, scale } = factors[c]!;
      image[to]! += (row[c]! * factor * whole) / scale;
    }
    return { image, scale: whole };
  }
}

interface Factor {
  readonly to: number;
  readonly factor: bigint;
  readonly scale: bigint;
}

function lowest(factor: bigint, scale: bigint) {
  const divisor = greatestCommonDivisor(factor, scale);
  return { factor: factor / divisor, scale: scale / divisor };
}
