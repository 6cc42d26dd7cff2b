/**
 * The analysing commands, for the command line to add: each is loaded only when it is asked for.
 */
import type { Command } from 'commander';
import type { Runner } from '../options/shared.js';

/** Every command but count, check, eval and info, in the order in which help lists them. */
const COMMANDS: Readonly<Record<string, (run: Runner) => Promise<Command>>> = {
  verify: async (run) => (await import('./verify.js')).verifyCommand(run),
  supports: async (run) => (await import('./supports.js')).supportsCommand(run),
  partition: async (run) => (await import('./partition.js')).partitionCommand(run),
  arrangement: async (run) => (await import('./arrangement.js')).arrangementCommand(run),
  regions: async (run) => (await import('./regions.js')).regionsCommand(run),
  facts: async (run) => (await import('./facts.js')).factsCommand(run),
  diff: async (run) => (await import('./diff.js')).diffCommand(run),
  gradient: async (run) => (await import('./gradient.js')).gradientCommand(run),
  boundary: async (run) => (await import('./boundary.js')).boundaryCommand(run),
  topology: async (run) => (await import('./topology.js')).topologyCommand(run),
  sample: async (run) => (await import('./sample.js')).sampleCommand(run),
  formula: async (run) => (await import('./formula.js')).formulaCommand(run),
  simplify: async (run) => (await import('./simplify.js')).simplifyCommand(run),
  adjacency: async (run) => (await import('./adjacency.js')).adjacencyCommand(run),
  segment: async (run) => (await import('./segment.js')).segmentCommand(run),
  compare: async (run) => (await import('./compare.js')).compareCommand(run),
  convert: async (run) => (await import('./convert.js')).convertCommand(run),
  conformance: async (run) => (await import('./conformance.js')).conformanceCommand(run),
  oracle: async (run) => (await import('./oracle.js')).oracleCommand(run),
  worker: async (run) => (await import('./worker.js')).workerCommand(run),
  report: async (run) => (await import('./report.js')).reportCommand(run),
  completion: async (run) => (await import('./completion.js')).completionCommand(run),
  man: async (run) => (await import('./completion.js')).manCommand(run),
};

/** The analysing command of a name, alone; all of them if it names none of them. */
export function analysisCommands(run: Runner, name: string | undefined): Promise<Command[]> {
  // Completion and manual are about all commands.
  const only = Object.entries(COMMANDS).filter(([key]) => key === name && key !== 'completion' && key !== 'man');
  const chosen = only.length > 0 ? only.map(([, load]) => load) : Object.values(COMMANDS);
  return Promise.all(chosen.map((load) => load(run)));
}
