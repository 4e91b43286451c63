/**
 * `npm run test:sanitize`: builds the addon with AddressSanitizer and UndefinedBehaviorSanitizer, runs the tests that use it, and
 * builds the normal addon again. Exits with the code of the tests.
 */
import { spawnSync } from "node:child_process";

const run = (command, parameters, env = {}) =>
  spawnSync(command, parameters, { stdio: "inherit", env: { ...process.env, ...env } }).status ?? 1;

const asan = spawnSync("gcc", ["-print-file-name=libasan.so"], { encoding: "utf8" }).stdout.trim();
let code = run("npx", ["node-gyp", "--directory", "native", "rebuild", "--silent", "--sanitize=1"]);
if (code === 0) {
  // The runtime of Node.js keeps memory until it exits: leaks are not looked for.
  const env = { LD_PRELOAD: asan, ASAN_OPTIONS: "detect_leaks=0" };
  code = run("npx", ["vitest", "run", "test/native", "test/backend"], env);
}
const rebuilt = run("npm", ["run", "build:native"]);
process.exit(code || rebuilt);
