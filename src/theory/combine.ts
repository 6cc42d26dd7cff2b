/**
 * Sums and compositions of networks, as networks.
 */
import { ONE, type Rational, ZERO } from '../exact/index.js';
import {
  type ActivationLayer,
  type AffineMap,
  affineFromRationals,
  buildNetwork,
  identityAffine,
  LINEAR,
  type Network,
  rationalAffine,
  type Step,
} from '../network/index.js';

function stepsOf(network: Network): Step[] {
  const layers = network.layers.flatMap(({ affine, slopes }): Step[] => [{ affine }, { slopes }]);
  return network.endsWithActivation ? layers : [...layers, { affine: network.output }];
}

/** x -> outer(inner(x)). The affine maps that meet are merged. @throws RangeError if the widths do not match */
export function composition(outer: Network, inner: Network): Network {
  return buildNetwork(inner.inputs, [...stepsOf(inner), ...stepsOf(outer)]);
}

/** (x, y) -> (top x, bottom y), or x -> (top x, bottom x) when both are fed the same x. */
function sideBySide(top: AffineMap, bottom: AffineMap, shared: boolean): AffineMap {
  const zeros = (count: number) => new Array<Rational>(count).fill(ZERO);
  const [t, b] = [rationalAffine(top), rationalAffine(bottom)];
  const rows = shared
    ? [...t.jacobian, ...b.jacobian]
    : [
        ...t.jacobian.map((row) => [...row, ...zeros(bottom.inputs)]),
        ...b.jacobian.map((row) => [...zeros(top.inputs), ...row]),
      ];
  return affineFromRationals(shared ? top.inputs : top.inputs + bottom.inputs, rows, [...t.constant, ...b.constant]);
}

/** A layer that hands its values on: its slopes do not bend. */
function passing(width: number): ActivationLayer {
  return { affine: identityAffine(width), slopes: new Array(width).fill(LINEAR) };
}

function widthAfter(network: Network, layer: number): number {
  return network.layers[Math.min(layer, network.layers.length) - 1]?.slopes.length ?? network.inputs;
}

/**
 * x -> f(x) + g(x): both networks side by side, the shallower one handing its values on until the other is done.
 *
 * @throws RangeError if inputs or outputs differ in number
 */
export function sumOfNetworks(f: Network, g: Network): Network {
  if (f.inputs !== g.inputs || f.outputs !== g.outputs) {
    throw new RangeError(`sum: expected equal shapes, got ${f.inputs}-${f.outputs} and ${g.inputs}-${g.outputs}`);
  }
  const depth = Math.max(f.layers.length, g.layers.length);
  const layerOf = (network: Network, l: number) => network.layers[l] ?? passing(widthAfter(network, l));
  const steps = Array.from({ length: depth }, (_, l): Step[] => {
    const [a, b] = [layerOf(f, l), layerOf(g, l)];
    return [{ affine: sideBySide(a.affine, b.affine, l === 0) }, { slopes: [...a.slopes, ...b.slopes] }];
  });
  const outputs = f.outputs;
  const added = affineFromRationals(
    2 * outputs,
    Array.from({ length: outputs }, (_, r) =>
      Array.from({ length: 2 * outputs }, (_, c) => (c % outputs === r ? ONE : ZERO)),
    ),
    new Array<Rational>(outputs).fill(ZERO),
  );
  return buildNetwork(f.inputs, [
    ...steps.flat(),
    { affine: sideBySide(f.output, g.output, depth === 0) },
    { affine: added },
  ]);
}
