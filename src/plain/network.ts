/**
 * Networks as the plain checker reads them: relu-atlas' JSON in both variants, with exact weights, and the digest by which a certificate
 * names its network. docs/certificates.md describes all of it.
 */
import { createHash } from 'node:crypto';
import {
  add,
  equal,
  formatRational,
  multiply,
  ONE,
  parseRational,
  type Rational,
  rationalFromDouble,
  toDouble,
  ZERO,
} from '../exact/index.js';
import { overCommon, whole, zeros } from './fractions.js';

/** x -> W x + b, then, of a layer that bends, a slope per output for either sign. */
export interface PlainLayer {
  readonly weights: readonly (readonly Rational[])[];
  readonly bias: readonly Rational[];
  readonly slopes?: readonly (readonly [negative: Rational, positive: Rational])[];
}

/** Layers that bend, and the affine output behind them. */
export interface PlainNetwork {
  readonly inputs: number;
  readonly layers: readonly PlainLayer[];
  readonly output: PlainLayer;
}

/** What a file says that is no network, or no certificate. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

const dot = (a: readonly Rational[], b: readonly Rational[]) =>
  a.reduce((sum, x, i) => add(sum, multiply(x, b[i]!)), ZERO);

/** One affine layer for two in a row. */
function after(layer: PlainLayer, before: PlainLayer): PlainLayer {
  const columns = (before.weights[0] ?? []).map((_, i) => before.weights.map((row) => row[i]!));
  return {
    ...layer,
    weights: layer.weights.map((row) => columns.map((column) => dot(row, column))),
    bias: layer.weights.map((row, k) => add(dot(row, before.bias), layer.bias[k]!)),
  };
}

/** Layers that bend nowhere become parts of those behind them. */
function joined(inputs: number, stated: readonly PlainLayer[]): PlainNetwork {
  const layers: PlainLayer[] = [];
  let affine: PlainLayer | undefined;
  let width = inputs;
  for (const layer of stated) {
    width = layer.bias.length;
    const merged = affine === undefined ? layer : after(layer, affine);
    const { weights, bias, slopes = [] } = merged;
    if (slopes.some(([negative, positive]) => !equal(negative, positive))) {
      layers.push(merged);
      affine = undefined;
    } else {
      const factor = (k: number) => slopes[k]?.[1] ?? ONE;
      affine = {
        weights: weights.map((row, k) => row.map((entry) => multiply(factor(k), entry))),
        bias: bias.map((entry, k) => multiply(factor(k), entry)),
      };
    }
  }
  const unit = Array.from({ length: width }, (_, i) => Array.from({ length: width }, (_, j) => (i === j ? ONE : ZERO)));
  return { inputs, layers, output: affine ?? { weights: unit, bias: zeros(width) } };
}

/** A JSON number is the double nearest to it, a text the rational number that it says. */
function numberOf(value: unknown): Rational {
  if (typeof value === 'string') return parseRational(value);
  if (typeof value === 'number') return rationalFromDouble(value);
  throw new Unreadable(`expected a number, got ${JSON.stringify(value)}`);
}

type Activation =
  | string
  | { readonly leaky?: unknown; readonly scaled?: unknown; readonly slopes?: readonly unknown[] };

function slopesOf(activation: Activation, width: number): NonNullable<PlainLayer['slopes']> {
  if (typeof activation === 'object' && activation.slopes !== undefined) {
    if (activation.slopes.length !== width) throw new Unreadable(`expected ${width} pairs of slopes`);
    return activation.slopes.map((pair) => {
      const [negative, positive] = pair as [unknown, unknown];
      return [numberOf(negative), numberOf(positive)];
    });
  }
  const pairOf = (): readonly [Rational, Rational] => {
    if (typeof activation === 'object') {
      return activation.leaky !== undefined ? [numberOf(activation.leaky), ONE] : [ZERO, numberOf(activation.scaled)];
    }
    const negative = { relu: 0, linear: 1, abs: -1 }[activation];
    if (negative === undefined) throw new Unreadable(`activation ${JSON.stringify(activation)} is unknown`);
    return [whole(negative), ONE];
  };
  return new Array(width).fill(pairOf());
}

interface StatedLayer {
  readonly weights: readonly (readonly unknown[])[];
  readonly bias: readonly unknown[];
  readonly activation: Activation;
}
interface StatedNetwork {
  readonly format?: string;
  readonly version?: number;
  readonly inputs: number;
  readonly layers: readonly StatedLayer[];
}

/** The network of a JSON file. @throws Unreadable, or an error of JavaScript where the form is another one */
export function plainNetwork(text: string): PlainNetwork {
  const content = JSON.parse(text) as StatedNetwork;
  const plain = content.format === undefined;
  if (!plain && (content.format !== 'relu-atlas-network' || content.version !== 1)) {
    throw new Unreadable('expected format relu-atlas-network, version 1');
  }
  const stated = content.layers;
  const inputs = plain ? stated[0]!.weights[0]!.length : content.inputs;
  let before = inputs;
  const layers = stated.map((layer, index): PlainLayer => {
    const weights = layer.weights.map((row) => row.map(numberOf));
    const bias = layer.bias.map(numberOf);
    const width = before;
    if (weights.length !== bias.length || weights.some((row) => row.length !== width)) {
      throw new Unreadable(`layers[${index}]: expected ${bias.length} rows of ${width} numbers`);
    }
    before = bias.length;
    const activation = plain ? (index + 1 === stated.length ? 'linear' : 'relu') : layer.activation;
    return { weights, bias, slopes: slopesOf(activation, bias.length) };
  });
  return joined(inputs, layers);
}

const isDouble = (value: Rational) => {
  const near = toDouble(value);
  return Number.isFinite(near) && equal(rationalFromDouble(near), value);
};

/** SHA-256 of the canonical network: docs/certificates.md, "Digest". */
export function plainDigest({ inputs, layers, output }: PlainNetwork): string {
  const hash = createHash('sha256').update(`relu-atlas network 1\ninputs ${inputs}\n`);
  for (const { weights, bias, slopes } of [...layers, { weights: output.weights, bias: output.bias }] as PlainLayer[]) {
    const entries = [...weights.flat(), ...bias];
    const shape = `affine ${bias.length} ${weights[0]!.length}`;
    if (entries.every(isDouble)) {
      const bytes = new DataView(new ArrayBuffer(8 * entries.length));
      entries.forEach((entry, k) => {
        bytes.setFloat64(8 * k, toDouble(entry), true);
      });
      hash.update(`${shape} doubles\n`).update(bytes);
    } else {
      const [numerators, denominator] = overCommon(entries);
      const split = entries.length - bias.length;
      const texts = numerators.map(String);
      hash.update(`${shape} integers\n${denominator}\n`).update(
        texts
          .slice(0, split)
          .map((n) => `${n} `)
          .join(''),
      );
      hash.update(`${texts.slice(split).join(' ')}\n`);
    }
    const pairs = (slopes ?? []).map((pair) => pair.map(formatRational).join(','));
    if (slopes !== undefined) hash.update(`slopes ${pairs.join(' ')}\n`);
  }
  return hash.digest('hex');
}
