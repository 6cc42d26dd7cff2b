/**
 * Which changes of coordinates permute the creases of a network, exactly.
 *
 * An activation with slopes n and p is (p + n) / 2 t + (p - n) / 2 |t|. So every pre-activation is a combination of the coordinates, of 1, and of the
 * |g| for pre-activations g of the layers before: a row. Let T permute the coordinates and change signs. If T takes each g of a layer to a multiple of
 * another one of the layer, it permutes their |g|, up to positive factors, and with them the columns of the rows of the next layer. If that holds for all layers
 * T permutes the creases of every layer, hence the cells after every layer. (Equal rows are equal functions; whether different rows are, nobody asks: a
 * symmetry may be missed, none is invented.)
 */
import { content, type IntegerVector, integersFromRationals } from '../../exact/index.js';
import { type ActivationLayer, bends, rowsOf } from '../../network/index.js';

type Row = readonly bigint[];

/** x -> y with y_images[i] = signs[i] x_i. */
export interface SignedPermutation {
  readonly images: readonly number[];
  readonly signs: readonly (1 | -1)[];
}

/** What is known of a layer: its creases by their rows, each a number that is a column of all layers behind. */
type Creases = ReadonlyMap<string, number>;

/** More multiplications are not spent on looking for symmetries of the layers behind the first one. */
const MOST_WORK = 400_000;

/** The row in coprime integers with a positive first entry that is not 0, as a text. */
function nameOf(row: Row): string {
  const lead = row.find((entry) => entry !== 0n)!;
  const divisor = lead < 0n ? -content(row) : content(row);
  // Trailing zeros are columns that a row does not know yet.
  return row
    .map((entry) => entry / divisor)
    .join()
    .replace(/(,0)+$/, '');
}

/** The rows of a layer's pre-activations over a positive denominator. */
interface LayerRows {
  readonly rows: readonly Row[];
  readonly denominator: bigint;
}

/** Creases of all layers of a network, in the coordinates of the first one. */
export class CreaseRows {
  private readonly layers: Creases[] = [];
  /** Behind the coordinates comes the constant, then the creases. */
  private columns: number;

  private constructor(private readonly coordinates: number) {
    this.columns = coordinates + 1;
  }

  /**
   * @param first the rows of the first layer: coefficients of the coordinates, and the constant
   * @returns undefined if it would be too much work
   */
  static of(layers: readonly ActivationLayer[], first: LayerRows, coordinates: number): CreaseRows | undefined {
    let work = 0;
    let columns = coordinates + 1;
    for (const [l, { affine }] of layers.entries()) {
      if (l > 0) work += affine.outputs * affine.inputs * columns;
      columns += affine.outputs;
    }
    if (work > MOST_WORK) return undefined;
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
    const known = new Map<string, number>();
    rows.forEach((row, k) => {
      if (!bends(slopes[k]!) || this.isConstant(row)) return;
      const name = nameOf(row);
      if (!known.has(name)) known.set(name, this.columns++);
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
      } else if (p !== n) value[known.get(nameOf(row))!]! += (p - n) * content(row);
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

  /** Whether there is a crease of the first layer at all. */
  get hasFirst(): boolean {
    return (this.layers[0]?.size ?? 0) > 0;
  }

  /** Whether the change of coordinates permutes the creases of every layer. */
  isInvariantUnder({ images, signs }: SignedPermutation): boolean {
    const to = [...images, this.coordinates];
    const factors = [...signs.map(BigInt), 1n];
    for (const known of this.layers) {
      for (const [name, column] of known) {
        const image = new Array<bigint>(to.length).fill(0n);
        for (const [c, entry] of name.split(',').entries()) image[to[c]!] = (factors[c] ?? 1n) * BigInt(entry);
        const found = known.get(nameOf(image));
        if (found === undefined) return false;
        to[column] = found;
      }
    }
    return true;
  }
}
