/**
 * Theorem. Writing a network as JSON and reading it back gives the same network, entry by entry; and what is no network
 * is refused with the place and the fix.
 *
 * Source: the format, README.md and src/formats/json/network.ts; RFC 8259.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equal, formatRational, parseRational, type Rational, rational } from '../../src/exact/rational.js';
import { FormatError } from '../../src/formats/input/error.js';
import { domainOfJson } from '../../src/formats/json/domain-text.js';
import { networkOfJson } from '../../src/formats/json/network.js';
import { writeNetworkJson } from '../../src/formats/json/write.js';
import { readDomain, readNetwork } from '../../src/formats/read.js';
import type { AffineMap } from '../../src/network/affine.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import type { Network } from '../../src/network/network.js';
import { boxOf, smallBox } from '../support/generators/boxes.js';
import { holds } from '../support/generators/holds.js';
import { anyNetwork } from '../support/generators/networks.js';
import { anyDouble } from '../support/generators/numbers.js';

const entries = (map: AffineMap): string[] => {
  const { weights, bias, denominator } = map.integers();
  return [...weights, ...bias].map((entry) => formatRational(rational(entry, denominator)));
};

/** Everything that a network is, as plain text. */
function contents(network: Network) {
  return {
    inputs: network.inputs,
    layers: network.layers.map(({ affine, slopes }) => ({
      entries: entries(affine),
      exact: affine.exactDoubles,
      slopes: slopes.map(({ negative, positive }) => `${formatRational(negative)} ${formatRational(positive)}`),
    })),
    output: entries(network.output),
    endsWithActivation: network.endsWithActivation,
    notes: network.notes,
  };
}

const values = (network: Network, ...point: readonly string[]) =>
  evaluateExact(network, point.map(parseRational)).output.map(formatRational);

const temporary = (name: string, content: string | Uint8Array): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'relu-atlas-')), name);
  writeFileSync(path, content);
  return path;
};

describe('the JSON format', () => {
  it('reads back what it wrote', () => {
    const shape = fc.record({
      inputs: fc.integer({ min: 1, max: 3 }),
      widths: fc.constantFrom([], [2], [3, 2], [1, 2, 2]),
    });
    const property = fc.property(
      shape.chain((s) => anyNetwork({ ...s, outputs: 2 })),
      (network) => {
        expect(contents(networkOfJson(writeNetworkJson(network)).network)).toEqual(contents(network));
      },
    );
    holds(property, { seed: 31 });
  });

  it('reads back the domain', () => {
    const { network } = networkOfJson('{"layers":[{"weights":[[1,2]],"bias":[0]}]}');
    const same = (a: readonly Rational[], b: readonly Rational[]) => a.every((x, i) => equal(x, b[i]!));
    const property = fc.property(smallBox(2, { flat: true }), (domain) => {
      const back = boxOf(networkOfJson(writeNetworkJson(network, domain)).domain);
      expect(same(back.lower, domain.lower) && same(back.upper, domain.upper)).toBe(true);
    });
    holds(property, { seed: 32 });
  });

  it('keeps every double', () => {
    const property = fc.property(anyDouble, (value) => {
      const text = `{"layers":[{"weights":[[${JSON.stringify(value)}]],"bias":[0]}]}`;
      const { network } = networkOfJson(writeNetworkJson(networkOfJson(text).network));
      // -0 and 0 are one number.
      expect(network.output.weights[0]! + 0).toBe(value + 0);
    });
    holds(property, { seed: 33 });
  });

  it('takes numbers as doubles and strings exactly', () => {
    const { network } = networkOfJson('{"layers":[{"weights":[[0.1],["0.1"],["1/3"]],"bias":[0,0,"-2e-1"]}]}');
    // 0.1 as a double is 3602879701896397 / 2^55.
    expect(values(network, '1')).toEqual(['3602879701896397/36028797018963968', '1/10', '2/15']);
  });

  it('puts ReLU on all plain layers but the last and ignores notes', () => {
    const text =
      '{"note":"n","layers":[{"weights":[[1],[-1]],"bias":[0,1]},{"weights":[[1,-2]],"bias":[0],"name":"out"}]}';
    const { network } = networkOfJson(text);
    expect(['-1', '2'].map((x) => values(network, x)[0])).toEqual(['-4', '2']);
  });

  it('knows all activations', () => {
    const layer = (activation: string) => `{"weights":[[1]],"bias":[0],"activation":${activation}}`;
    const network = (activation: string) =>
      networkOfJson(`{"format":"relu-atlas-network","version":1,"inputs":1,"layers":[${layer(activation)}]}`).network;
    const at = (activation: string) => ['-6', '6'].map((x) => values(network(activation), x)[0]).join(' ');
    expect(at('"relu"')).toBe('0 6');
    expect(at('"linear"')).toBe('-6 6');
    expect(at('"abs"')).toBe('6 6');
    expect(at('{"leaky":"1/3"}')).toBe('-2 6');
    expect(at('{"scaled":0.5}')).toBe('0 3');
    expect(at('{"slopes":[[2,"1/6"]]}')).toBe('-12 1');
  });

  it('is read gzipped or not, with one digest', async () => {
    const text = '{"layers":[{"weights":[[1]],"bias":[0]}]}';
    const plain = await readNetwork(temporary('a.json', text));
    const packed = await readNetwork(temporary('a.JSON.GZ', gzipSync(text)));
    expect(contents(packed.network)).toEqual(contents(plain.network));
    expect(packed.sha256).toBe(plain.sha256);
  });
});

const layers = (text: string) => `{"layers":[${text}]}`;
const versioned = (rest: string) => `{"format":"relu-atlas-network","version":1,"inputs":1,${rest}}`;

describe('JSON is refused', () => {
  it.each([
    ['truncated', '{"layers":[', /JSON: .*truncation/],
    ['without layers', '{}', /layers: /],
    ['with no layer', layers(''), /layers: /],
    [
      'with no number',
      layers('{"weights":[[null]],"bias":[0]}'),
      /layers\[0\]\.weights\[0\]\[0\]: expected a finite number .* got null/,
    ],
    [
      'with a number beyond the doubles',
      layers('{"weights":[[1e999]],"bias":[0]}'),
      /weights\[0\]\[0\]: .*beyond the doubles/,
    ],
    [
      'with text for a number',
      layers('{"weights":[[1]],"bias":["NaN"]}'),
      /layers\[0\]\.bias\[0\]: expected a decimal or a fraction/,
    ],
    ['with a division by zero', layers('{"weights":[["1/0"]],"bias":[0]}'), /expected a decimal or a fraction/],
    ['with an absurd exponent', layers('{"weights":[["1e999999"]],"bias":[0]}'), /expected a decimal or a fraction/],
    ['with ragged rows', layers('{"weights":[[1,2],[3]],"bias":[0,0]}'), /weights\[1\]: expected 2 numbers, got 1/],
    ['with too few biases', layers('{"weights":[[1],[2]],"bias":[0]}'), /bias: expected 2 numbers, got 1/],
    [
      'with layers that do not fit',
      layers('{"weights":[[1]],"bias":[0]},{"weights":[[1,2]],"bias":[0]}'),
      /layers\[1\]\.weights\[0\]: expected 1 numbers, got 2/,
    ],
    [
      'with an activation in a plain layer',
      layers('{"weights":[[1]],"bias":[0],"activation":"relu"}'),
      /activation: has no meaning in a plain network/,
    ],
    [
      'with a smooth activation',
      versioned('"layers":[{"weights":[[1]],"bias":[0],"activation":"tanh"}]'),
      /activation: expected "relu"/,
    ],
    [
      'of another version',
      '{"format":"relu-atlas-network","version":2,"inputs":1,"layers":[]}',
      /version: expected version 1/,
    ],
    ['of another format', '{"format":"onnx","layers":[]}', /format: /],
    [
      'with an inverted domain',
      versioned('"layers":[],"domain":{"box":[[1,0]]}'),
      /box: input 0 has the empty interval 1,0/,
    ],
    ['nested without end', '['.repeat(100_000), /nested deeper than/],
    [
      'with denominators that exhaust the memory',
      layers(
        `{"weights":[[${Array.from({ length: 20_000 }, (_, i) => `"1/${10n ** 300n + BigInt(i)}"`).join()}]],"bias":[0]}`,
      ),
      /common denominator/,
    ],
  ])('%s', (_, text, message) => {
    const read = () => networkOfJson(text);
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });

  it('as a domain, with the wrong number of intervals or an interval that is none', () => {
    expect(() => domainOfJson('{"box":[[0,1]]}', 2)).toThrow(/box: expected 2 intervals, one per input, got 1/);
    expect(() => domainOfJson('{"box":[[0,1,2]]}', 1)).toThrow(/box\[0\]: expected an interval/);
    expect(() => domainOfJson('{"box":[[2,"1/3"]]}', 1)).toThrow(/empty interval 2,1\/3/);
    expect(() => domainOfJson('{"box":[[0,true]]}', 1)).toThrow(
      /box\[0\]\[1\]: expected a finite number .* got boolean/,
    );
  });
});

describe('a file is refused', () => {
  const refusal = async (path: string) => {
    const error = await readNetwork(path).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FormatError);
    return (error as FormatError).message;
  };

  it('in one line that names it', async () => {
    const path = temporary('bad.json', '{"layers":[{"weights":[["x\\ny"]],"bias":[0]}]}');
    expect(await refusal(path)).toBe(
      `${path}: layers[0].weights[0][0]: expected a decimal or a fraction such as "0.5" or "1/3", got "x\\ny"; correct it`,
    );
  });

  it('with what stands where something else is expected', async () => {
    const net = (rest: string) => temporary('bad.json', `{"format":"relu-atlas-network","version":1,${rest}}`);
    const layer = (activation: string) => `"layers":[{"weights":[[1,2]],"bias":[0],"activation":${activation}}]`;
    expect(await refusal(net(layer('"relu"')))).toMatch(
      /: inputs: expected a positive integer, got nothing; correct it$/,
    );
    expect(await refusal(net(`"inputs":"two",${layer('"relu"')}`))).toMatch(
      /: inputs: expected a positive integer, got "two"; /,
    );
    expect(await refusal(net(`"inputs":2,${layer('"rleu"')}`))).toMatch(/activation: expected "relu".*, got "rleu"; /);
  });

  it('when it is missing, a directory, empty, no gzip, damaged, or of unknown format', async () => {
    expect(await refusal('/nowhere/a.onnx')).toBe('/nowhere/a.onnx: no such file; check the path');
    expect(await refusal(tmpdir())).toMatch(/is a directory; name a file/);
    expect(await refusal('/dev/zero')).toMatch(/not a regular file/);
    expect(await refusal(temporary('a.json', ''))).toMatch(/is empty/);
    expect(await refusal(temporary('a.json.gz', '{}'))).toMatch(/gzip: expected gzip data/);
    expect(await refusal(temporary('a.json.gz', gzipSync('{"layers":[]}'.repeat(9)).subarray(0, 20)))).toMatch(
      /gzip: damaged or truncated/,
    );
    expect(await refusal(temporary('a.txt', '{}'))).toMatch(/expected a network \(\.json, \.nnet, \.onnx.*got \.txt/);
    expect(await refusal(temporary('a.json', Uint8Array.from([0xff, 0xfe, 0x00])))).toMatch(/expected UTF-8 text/);
    await expect(readDomain('/nowhere/a.vnnlib', 1)).rejects.toThrow(FormatError);
  });

  it('when it is a decompression bomb', async () => {
    const path = temporary('a.json.gz', gzipSync(new Uint8Array(257 * 1024 * 1024), { level: 1 }));
    expect(await refusal(path)).toMatch(/gzip: expected at most \d+ bytes, got more after decompression/);
  });
});
