/** The lint step as tests, so that it is counted and fails the run like every other test. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

function npmRun(script: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["run", "--silent", script], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

test.each([
  ["lint:format", "Biome has nothing to say about format and style"],
  ["lint:types", "the types are right under tsc's strict rules"],
  ["lint:layers", "no import points upwards through the layers"],
  ["lint:unused", "knip finds no unused file, export or dependency"],
])("%s: %s", async (script) => {
  const { code, output } = await npmRun(script);
  expect(code, output).toBe(0);
});
