/** Runs a program of a package to its end and gives back what it wrote, both streams in one. */
import { spawn } from "node:child_process";

export interface CommandResult {
  /** Null when the program was ended by a signal, which is also what the deadline does. */
  readonly code: number | null;
  /** One character a byte (Latin-1), so that binary output can be compared. */
  readonly output: string;
  readonly milliseconds: number;
}

export function runCommand(
  command: string,
  parameters: readonly string[],
  { deadlineMs = 60_000, env = process.env }: { readonly deadlineMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, parameters, {
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: deadlineMs,
      killSignal: "SIGKILL",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("latin1").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, milliseconds: performance.now() - start }));
  });
}
