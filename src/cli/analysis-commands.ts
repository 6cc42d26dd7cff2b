/**
 * The analysing commands, for the command line to add.
 */
import type { Command } from 'commander';
import { adjacencyCommand } from './adjacency-command.js';
import { boundaryCommand } from './boundary-command.js';
import { compareCommand } from './compare-command.js';
import { conformanceCommand } from './conformance-command.js';
import { convertCommand } from './convert-command.js';
import { diffCommand } from './diff-command.js';
import { factsCommand } from './facts-command.js';
import { gradientCommand } from './gradient-command.js';
import type { Runner } from './options.js';
import { oracleCommand } from './oracle-command.js';
import { partitionCommand } from './partition-command.js';
import { regionsCommand } from './regions-command.js';
import { reportCommand } from './report-command.js';
import { segmentCommand } from './segment-command.js';
import { simplifyCommand } from './simplify-command.js';

/** Every command but count, check, eval and info. */
export function analysisCommands(run: Runner): Command[] {
  const builders = [
    partitionCommand,
    regionsCommand,
    factsCommand,
    diffCommand,
    gradientCommand,
    boundaryCommand,
    simplifyCommand,
    adjacencyCommand,
    segmentCommand,
    compareCommand,
    convertCommand,
    conformanceCommand,
    oracleCommand,
    reportCommand,
  ];
  return builders.map((build) => build(run));
}
