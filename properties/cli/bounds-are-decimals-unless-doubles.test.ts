/**
 * A bound of --box is the decimal that was typed; with --as-doubles it is the double nearest to it, as a network file's decimals are.
 *
 * The double nearest to pi / 2 is 884279719003555 / 2^49 (IEEE 754 binary64; pi's is 884279719003555 / 2^48).
 */
import { afterAll, describe, expect, it } from 'vitest';
import { boundsBesideDoubles, parseBoxOption } from '../../src/formats/input/box-option.js';
import { atlas, ROOT, scratch } from '../support/setup/command.js';

const DEMO = `${ROOT}/fixtures/networks/demo_2-8-8-1.json`;
const HALF_PI = '-1.5707963267948966,1.5707963267948966';
const files = scratch();
afterAll(() => files.dispose());

describe('a bound of a box', () => {
  it('is the decimal, or the nearest double', () => {
    const upper = { numerator: 7853981633974483n, denominator: 5000000000000000n };
    expect(parseBoxOption(HALF_PI, 1).upper).toEqual([upper]);
    const near = { numerator: 884279719003555n, denominator: 1n << 49n };
    expect(parseBoxOption(HALF_PI, 1, { asDoubles: true }).upper).toEqual([near]);
    expect(() => parseBoxOption('0,1e400', 1, { asDoubles: true })).toThrow(/--as-doubles: expected bounds within/);
  });

  it('looks like a double from 16 digits on, unless it is one or a fraction', () => {
    expect(boundsBesideDoubles(`0.1,1/3x${HALF_PI}`)).toEqual(HALF_PI.split(','));
    expect(
      boundsBesideDoubles('0.000000000000000001,0.1000000000000000055511151231257827021181583404541015625'),
    ).toEqual([]);
  });
});

describe('the command line', () => {
  it('hints at --as-doubles, which is about --box only', async () => {
    const plain = await atlas(['count', DEMO, `--box=${HALF_PI}`]);
    expect([plain.code, plain.stderr]).toEqual([
      0,
      expect.stringMatching(/^[^\n]*-1\.5707963267948966 [^\n]*--as-doubles[^\n]*\n$/),
    ]);
    const doubles = await atlas(['count', DEMO, `--box=${HALF_PI}`, '--as-doubles']);
    expect([doubles.code, doubles.stderr]).toEqual([0, '']);
    const alone = await atlas(['count', DEMO, '--whole', '--as-doubles']);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(/--as-doubles: expected --box/)]);
  });

  it('hints at it where a claim is refused on a box of no doubles, and only there', async () => {
    const claim = files.file(
      'claim.json',
      '{"format":"relu-atlas-claim","version":1,"claim":"count","of":"cells","count":1}',
    );
    const hint = /if the claim was made in doubles, try --as-doubles/;
    expect((await atlas(['compare', DEMO, claim, '--box=-0.1,1'])).stdout).toMatch(hint);
    expect((await atlas(['compare', DEMO, claim, '--box=-0.1,1', '--as-doubles'])).stdout).not.toMatch(hint);
    expect((await atlas(['compare', DEMO, claim, '--box=-0.5,1'])).stdout).not.toMatch(hint);
  });
});
