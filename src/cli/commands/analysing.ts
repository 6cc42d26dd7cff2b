/**
 * The analysing commands, for the command line to add.
 */
import type { Command } from 'commander';
import type { Runner } from '../options/shared.js';
import { adjacencyCommand } from './adjacency.js';
import { boundaryCommand } from './boundary.js';
import { compareCommand } from './compare.js';
import { completionCommand, manCommand } from './completion.js';
import { conformanceCommand } from './conformance.js';
import { convertCommand } from './convert.js';
import { diffCommand } from './diff.js';
import { factsCommand } from './facts.js';
import { gradientCommand } from './gradient.js';
import { oracleCommand } from './oracle.js';
import { partitionCommand } from './partition.js';
import { regionsCommand } from './regions.js';
import { reportCommand } from './report.js';
import { segmentCommand } from './segment.js';
import { simplifyCommand } from './simplify.js';

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
    completionCommand,
    manCommand,
  ];
  return builders.map((build) => build(run));
}
