/**
 * Installs and builds what is missing: shared by `npm start`, `npm run build` and `npm test`. Plain Node
 * without dependencies, because it runs before there are any. What was built is remembered as a hash of the
 * sources, so that a second call costs a few milliseconds and a checkout of older files builds again.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsole } from "./build-console.mjs";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

const OLDEST_NODE = [20, 20];
const ADDON = "native/build/Release/lunette.node";
const NATIVE_STAMP = "native/build/.built.json";
const TS_STAMP = "dist/.built.json";

/** Something that the person at the keyboard can mend; its message says how. */
export class SetUpError extends Error {}

const inRoot = (...parts) => path.join(ROOT, ...parts);
const say = (text) => process.stderr.write(`${text}\n`);

/** Runs `npm ci` unless node_modules holds exactly what package-lock.json asks for. */
export function ensureInstalled() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new SetUpError(
      `Node.js ${process.versions.node} is too old: Lunette needs ${OLDEST_NODE.join(".")} or newer (https://nodejs.org)`,
    );
  }
  if (isInstalled()) return;
  step("installing packages (npm ci)", () => {
    const failed = npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (failed)
      throw new SetUpError(
        "npm ci failed (see above): check the network and the registry of `npm config get registry`, then run this again",
      );
  });
}

/** npm leaves a copy of the lock file in node_modules when an installation is complete. */
function isInstalled() {
  const wanted = readJson(inRoot("package-lock.json"));
  const present = readJson(inRoot("node_modules/.package-lock.json"));
  if (wanted === undefined) throw new SetUpError("package-lock.json is missing or damaged: restore it from the repository");
  if (present === undefined) return false;
  return Object.entries(wanted.packages).every(([name, { version, optional, devOptional }]) => {
    if (name === "") return true;
    const found = present.packages[name];
    // Packages for other platforms are optional and not installed here.
    return found === undefined
      ? optional === true || devOptional === true
      : found.version === version && existsSync(inRoot(name));
  });
}

/** Builds the addon and the TypeScript when their sources differ from what was built last. */
export function ensureBuilt() {
  buildNative();
  buildTypeScript();
}

function buildNative() {
  const sources = ["native/binding.gyp", ...sourcesIn(["native/src"])];
  const stamp = stampOf(sources, [process.versions.modules, process.platform, process.arch]);
  if (existsSync(inRoot(ADDON)) && readJson(inRoot(NATIVE_STAMP))?.contents === stamp.contents) return;
  step("building the native addon", () => {
    if (npm(["run", "build:native", "--silent"], headersOfThisNode()))
      throw new SetUpError(`the native addon could not be built (see above). ${missingTools()}`);
    if (!existsSync(inRoot(ADDON))) throw new SetUpError(`the build of the native addon left no ${ADDON}`);
    writeFileSync(inRoot(NATIVE_STAMP), JSON.stringify(stamp));
  });
}

function buildTypeScript() {
  const sources = [...sourcesIn(["src"]), "tsconfig.json", "tsconfig.build.json", "config/build-console.mjs"];
  const stamp = stampOf(sources, ["typescript", "preact", "htm", "uplot"].map(installedVersion));
  const last = readJson(inRoot(TS_STAMP));
  if (existsSync(inRoot("dist/main.js")) && last?.contents === stamp.contents) return;
  step("building TypeScript", () => {
    // A source that was renamed or removed must not live on in dist.
    if (last?.names !== stamp.names) rmSync(inRoot("dist"), { recursive: true, force: true });
    if (npm(["run", "build:ts", "--silent"]))
      throw new SetUpError("TypeScript found errors (see above): correct them, then run this again");
    buildConsole(ROOT);
    // The bin of package.json is started directly.
    chmodSync(inRoot("dist/main.js"), 0o755);
    writeFileSync(inRoot(TS_STAMP), JSON.stringify(stamp));
  });
}

/** node-gyp downloads headers; those that came with this Node.js spare the download and work without a network. */
function headersOfThisNode() {
  const prefix = path.dirname(path.dirname(realpathSync(process.execPath)));
  if (process.env.npm_config_nodedir !== undefined || !existsSync(path.join(prefix, "include/node/node_version.h"))) return {};
  const header = readFileSync(path.join(prefix, "include/node/node_version.h"), "utf8");
  const part = (name) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(header)?.[1];
  const version = ["MAJOR", "MINOR", "PATCH"].map(part).join(".");
  return version === process.versions.node ? { npm_config_nodedir: prefix } : {};
}

function missingTools() {
  const missing = ["g++", "make", "python3"].filter((tool) => !onPath(tool));
  if (missing.length > 0) return `Missing here: ${missing.join(", ")}. On Debian and Ubuntu: apt-get install g++ make python3`;
  return "The compiler is there; if node-gyp could not download the headers of Node.js, point npm_config_nodedir at an installation of Node.js that has them.";
}

function onPath(tool) {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** True when npm failed; what it said is shown then. Under `npm start` the very same npm is used. */
function npm(args, environment = {}) {
  const self = process.env.npm_execpath;
  const [command, first] = self?.endsWith(".js") ? [process.execPath, [self]] : ["npm", []];
  const { status, error, output } = spawnSync(command, [...first, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw new SetUpError(`can't run npm: ${error.message}`);
  if (status !== 0) say(output.join("").trimEnd());
  return status !== 0;
}

function step(what, work) {
  const start = Date.now();
  say(`lunette: ${what} …`);
  work();
  say(`lunette: ${what}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
}

function sourcesIn(folders) {
  return folders.flatMap((folder) =>
    readdirSync(inRoot(folder), { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => (entry.isDirectory() ? sourcesIn([path.join(folder, entry.name)]) : [path.join(folder, entry.name)])),
  );
}

function stampOf(files, facts) {
  const names = createHash("sha256").update(files.join("\n"));
  const contents = createHash("sha256").update(JSON.stringify([files, facts]));
  for (const file of files) contents.update(readFileSync(inRoot(file))).update("\0");
  return { names: names.digest("hex"), contents: contents.digest("hex") };
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

const installedVersion = (name) => readJson(inRoot("node_modules", name, "package.json"))?.version ?? "none";

/** Runs `work`; a SetUpError becomes one line and exit code 1. */
export async function orExplain(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(`lunette: ${error.message}`);
    process.exit(1);
  }
}

/** `var/`, where the demo keeps its disk and state. */
export function ensureDemoFolder() {
  mkdirSync(inRoot("var/state"), { recursive: true, mode: 0o700 });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await orExplain(() => {
    ensureInstalled();
    ensureBuilt();
  });
}
