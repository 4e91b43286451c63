#!/usr/bin/env node
/** Entry of the command `lunette`. */
import { runCommandLine } from "./cli/command-line.ts";
import { screenOf } from "./cli/screen.ts";
import { secretReader } from "./cli/secret-input.ts";

// Whoever reads has seen enough ("lunette events | head"): that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

// Setting the code instead of exiting lets what is still being written reach a pipe.
process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  screen: screenOf(process.stdout, process.env),
  secret: secretReader(process.stdin, (text) => process.stderr.write(text)),
});
