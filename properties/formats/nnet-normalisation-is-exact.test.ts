/**
 * Theorem. A .nnet file in raw units is the network in network units after x -> (x - mean) / range, exactly, and its
 * two boxes correspond under this map.
 *
 * Source: the .nnet format (Stanford Intelligent Systems Laboratory, NNet); Julian, Lopez, Brush, Owen and Kochenderfer
 * 2016.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divide, formatRational, parseRational, rationalFromDouble, subtract } from '../../src/exact/rational.js';
import { FormatError } from '../../src/formats/input/error.js';
import { networkOfNnet } from '../../src/formats/nnet/read.js';
import { evaluateExact } from '../../src/network/evaluate.js';
import { shapeOf } from '../../src/network/network.js';
import { holds } from '../support/generators/holds.js';

/** y = relu(2a - b + 0.5) - 3 relu(b), written with comments, trailing commas and a blank line. */
const SMALL = `// a comment
// another
2,2,1,2,
2,2,1,
0,
-1.0,-2.0,
3.0,4.0,
1.0,0.0,10.0,
2.0,4.0,20.0,
2.0,-1.0,
0,1e0,
0.5,
0,

1,-3
.0
`;
const lines = SMALL.split('\n');
const replaced = (line: number, text: string) => lines.map((old, i) => (i === line - 1 ? text : old)).join('\n');
const text = (values: readonly { numerator: bigint; denominator: bigint }[]) => values.map(formatRational).join(' ');

describe('a .nnet file', () => {
  it('is read as it is in network units, with its box normalised', () => {
    const { network, domain } = networkOfNnet(SMALL, 'network');
    expect(shapeOf(network)).toBe('2-2-1');
    expect(text(evaluateExact(network, ['1', '1/2'].map(parseRational)).output)).toBe('1/2');
    // (x - 1) / 2 on [-1, 3] and x / 4 on [-2, 4]; the third mean and range belong to the output.
    expect([text(domain!.lower), text(domain!.upper)]).toEqual(['-1 -1/2', '1 1']);
  });

  it('keeps its box in raw units', () => {
    const { network, domain } = networkOfNnet(SMALL, 'raw');
    expect([text(domain!.lower), text(domain!.upper)]).toEqual(['-1 -2', '3 4']);
    expect(text(evaluateExact(network, ['3', '2'].map(parseRational)).output)).toBe('1/2');
  });

  it('normalises exactly, whatever the numbers', () => {
    const double = fc.double({ min: -1000, max: 1000, noNaN: true });
    const positive = fc.double({ min: 0.001, max: 1000, noNaN: true });
    const property = fc.property(double, double, positive, positive, double, double, (m0, m1, r0, r1, x0, x1) => {
      const file = replaced(8, `${m0},${m1},0`).replace('2.0,4.0,20.0', `${r0},${r1}`);
      const exact = (...values: number[]) => values.map(rationalFromDouble);
      const [mean, range, x] = [exact(m0, m1), exact(r0, r1), exact(x0, x1)];
      const normalised = x.map((value, i) => divide(subtract(value, mean[i]!), range[i]!));
      const raw = evaluateExact(networkOfNnet(file, 'raw').network, x);
      expect(text(raw.output)).toBe(text(evaluateExact(networkOfNnet(file, 'network').network, normalised).output));
    });
    holds(property, { seed: 41 });
  });

  it('may end lines without commas, with carriage returns, and leave out the output mean', () => {
    const variant = SMALL.replaceAll(',\n', '\r\n').replace('1.0,0.0,10.0', '1.0,0.0').replace('4.0,20.0', '4.0');
    for (const units of ['network', 'raw'] as const) {
      const [a, b] = [SMALL, variant].map((file) => networkOfNnet(file, units).network);
      const point = ['1/3', '5/7'].map(parseRational);
      expect(text(evaluateExact(a!, point).output)).toBe(text(evaluateExact(b!, point).output));
    }
  });

  it('with a range of 0 has no normalised box, and no raw units', () => {
    const file = replaced(9, '2,0,1');
    const { network, domain } = networkOfNnet(file, 'network');
    expect([domain, network.notes.length]).toEqual([undefined, 1]);
    expect(() => networkOfNnet(file, 'raw')).toThrow(/range of input 1 is not positive/);
  });

  it('says that it ignores the flag', () => {
    expect(networkOfNnet(replaced(5, '1,'), 'network').network.notes[0]).toMatch(/line 5: the flag/);
  });
});

describe('a .nnet file is refused', () => {
  it.each([
    ['empty', '// nothing', /end of file: expected layers,inputs,outputs/],
    [
      'with a header that declares a billion neurons',
      '2,1000,1,5\n1000,999999999,1',
      /declares \d+ weights and biases, but the file has only/,
    ],
    ['with a billion layers', '999999999,1,1,1\n1,1', /declares 999999999 layers/],
    ['with no layer', replaced(3, '0,2,1,2'), /line 3: .*positive integer, got "0"/],
    [
      'with widths that contradict the header',
      replaced(4, '3,2,1'),
      /expected widths from 2 inputs to 1 outputs, got 3 and 1/,
    ],
    ['with a short row', replaced(10, '2.0'), /line 10: expected row 1 of layer 1: 2 numbers, got 1/],
    ['with NaN', replaced(10, '2.0,nan'), /line 10, number 2: expected a finite decimal number, got "nan"/],
    ['with infinity', replaced(10, '1e999,1'), /line 10, number 1: expected a finite decimal number, got "1e999"/],
    ['with hexadecimal', replaced(10, '0x10,1'), /line 10, number 1/],
    ['with an inverted box', replaced(6, '-1,5'), /header: box: input 1 has the empty interval 5,4/],
    ['with more lines than the header says', `${SMALL}\n7,`, /line \d+: expected the end of the file/],
  ])('%s', (_, file, message) => {
    const read = () => networkOfNnet(file, 'network');
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });

  it('when any line at its end is missing', () => {
    for (let kept = 0; kept < lines.length - 2; kept++) {
      expect(() => networkOfNnet(lines.slice(0, kept).join('\n'), 'network')).toThrow(FormatError);
    }
  });
});
