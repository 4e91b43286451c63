/**
 * `npm start`: from a clean clone to a running target. Installs and builds what is missing, then runs
 * `lunette serve` on the demo configuration in this process, so that signals reach it directly.
 * `npm start -- --log-level debug` hands options on.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt, ensureDemoFolder, ensureInstalled, orExplain, ROOT } from "./set-up.mjs";

await orExplain(() => {
  ensureInstalled();
  ensureBuilt();
  ensureDemoFolder();
});

const main = path.join(ROOT, "dist/main.js");
const demo = path.relative(process.cwd(), path.join(ROOT, "config/lunette.toml"));
process.argv = [process.execPath, main, "serve", "--config", demo, "--demo", ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
