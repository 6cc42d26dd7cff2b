/**
 * `relu-atlas facts --integral`: integrals, laws of the outputs, volumes of classes.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { jsonOfDistribution, jsonOfIntegrals } from '../../answers/index.js';
import { parseRational, type Rational } from '../../exact/index.js';
import { jsonOfDomain, type NetworkFile } from '../../formats/index.js';
import { type Enclosed, type Integrals, integrals, lawOf } from '../../integral/index.js';
import type { Domain } from '../../network/index.js';
import { writeOutput } from '../../output/index.js';
import { type ForceOption, optionalTarget, type Target, withForce } from '../output/targets.js';
import { decimalOf, FEW_DIGITS, showRational } from '../output/text.js';

export interface IntegralOptions extends ForceOption {
  readonly integral?: boolean;
  readonly below?: readonly Rational[];
  readonly distribution?: string;
}

function levels(text: string): Rational[] {
  try {
    return text.split(',').map(parseRational);
  } catch {
    throw new InvalidArgumentError('Expected numbers such as 0,1/2,3.');
  }
}

/** Adds --integral, --below, --distribution and --force. */
export function withIntegral(command: Command): Command {
  return withForce(
    command
      .option('--integral', 'also integrals of outputs, squares and gradients, means, variances, volumes of classes')
      .option('--below <t,..>', 'also the probability that each output is at most t, under the uniform law', levels)
      .option('--distribution <file>', 'also write the exact distribution functions as JSON to this file'),
  );
}

/** What is written. */
export function targetsOfIntegral({ distribution }: IntegralOptions): Target[] {
  return optionalTarget('--distribution', distribution, 'distribution');
}

export interface IntegralFinding {
  readonly json: ReturnType<typeof jsonOfIntegrals>;
  readonly rows: [string, string][];
}

/** What was asked for about integrals; undefined if nothing was. */
export function integralsOn(
  { network }: NetworkFile,
  domain: Domain,
  { integral, below, distribution }: IntegralOptions,
): IntegralFinding | undefined {
  if (integral !== true && below === undefined && distribution === undefined) return undefined;
  const found = integrals(network, domain, { distributions: below !== undefined || distribution !== undefined });
  if (distribution !== undefined) {
    const outputs = found.distributions!.map(jsonOfDistribution);
    const content = { format: 'relu-atlas-distribution', version: 1, domain: jsonOfDomain(domain), outputs };
    writeOutput(distribution, `${JSON.stringify(content)}\n`);
  }
  return { json: jsonOfIntegrals(found, below), rows: rowsOf(found, below ?? []) };
}

/** "0.5 = 1/2", or "~ 0.333333" of a number that is too long to write down. */
function show({ exact, lower }: Enclosed): string {
  return exact === undefined ? `~ ${decimalOf(lower, FEW_DIGITS).text}` : showRational(exact, FEW_DIGITS);
}

function rowsOf(
  { volume, outputs, classes, distributions }: Integrals,
  below: readonly Rational[],
): [string, string][] {
  const rows: [string, string][] = [['volume', showRational(volume, FEW_DIGITS)]];
  outputs.forEach((moments, k) => {
    const { mean, variance } = lawOf(moments, volume);
    rows.push(
      [`integral ${k}`, show(moments.integral)],
      [`mean ${k}`, `${show(mean)}; variance ${show(variance)}`],
      [`gradient ${k}`, `${show(moments.gradient)} is the integral of its 2-norm`],
      ...below.map((t): [string, string] => [
        `P(output ${k} <= ${decimalOf(t, FEW_DIGITS).text})`,
        show(distributions![k]!.at(t)),
      ]),
    );
  });
  const names = outputs.length > 1 ? classes.map((_, k) => `class ${k}`) : ['output < 0', 'output > 0'];
  return [...rows, ...classes.map((share, k): [string, string] => [`volume, ${names[k]}`, show(share)])];
}
