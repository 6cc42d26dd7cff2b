/**
 * A process that runs the compiled command again and again, as its entry file does: what costs most of a short run is starting
 * Node and compiling. Started by command.ts with a channel; its standard outputs are the command's own, and a mark ends each run.
 */
const [entry, mark] = process.argv.splice(2);

let runs = 0;
process.on('message', async (args) => {
  process.argv.splice(2, Infinity, ...args);
  process.exitCode = undefined;
  // The entry file is evaluated anew, what it imports is not.
  await import(`${entry}?run=${runs++}`);
  // What a process would take with it when it ends.
  process.removeAllListeners('SIGINT');
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.write(mark);
  }
  process.send(process.exitCode ?? 0);
});
process.on('disconnect', () => process.exit());
