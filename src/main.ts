#!/usr/bin/env node
/** Entry of the command `lunette`. */
import { runCommandLine } from "./cli/command-line.ts";

// Setting the code instead of exiting lets what is still being written reach a pipe.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});
