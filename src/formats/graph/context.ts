/**
 * What the values of one graph share while it is lowered: its neurons, and what its expansion may cost.
 */
import { MAX_NUMBERS } from '../input/limits.js';
import type { Lowering } from './lowering.js';

/** What a row of an affine value costs besides its coefficients, in numbers: a few small objects, and time. */
const ROW_COST = 64;

/** Products of long integers that merging affine layers may take: about a minute. */
const MAX_PRODUCTS = 2 ** 28;

/** Limits the weights that a whole graph expands to: copies by broadcasting cost memory that the file does not show. */
export class Budget {
  #left = 2 * MAX_NUMBERS;
  #products = MAX_PRODUCTS;
  readonly #turned = new WeakSet<object>();

  /** Pays for rows with so many coefficients together. */
  spendRows(rows: number, coefficients: number) {
    this.spend(ROW_COST * rows + coefficients);
  }

  /** Pays for lists of elements that are there already, which grow as they are made. */
  spendCopies(elements: number) {
    this.spend(4 * elements);
  }

  /** Pays for a copy of a tensor with its columns as rows. The first one of a tensor in the file takes no more than the file does. */
  spendTurned(tensor: { readonly stored: boolean }, elements: number) {
    const known = !tensor.stored || this.#turned.has(tensor);
    this.#turned.add(tensor);
    if (known) this.spend(elements);
  }

  /** Pays for exact linear combinations that take so many products of integers. */
  spendProducts(products: number) {
    this.#products -= products;
    if (this.#products < 0)
      throw new RangeError('its affine layers in a row are too large to merge; merge them before');
  }

  spend(numbers: number) {
    this.#left -= numbers;
    if (this.#left < 0)
      throw new RangeError(`the network expands to more than ${2 * MAX_NUMBERS} weights; use a smaller network`);
  }
}

/** Where values of the whole graph are collected. */
export interface GraphContext {
  readonly lowering: Lowering;
  readonly budget: Budget;
  readonly opset: number;
  /** The arithmetic that a runtime uses for this graph. */
  readonly precision: 'float32' | 'float64';
  /** Remarks for the user; one that is there already is not repeated. */
  readonly notes: Set<string>;
}
