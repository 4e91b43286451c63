/**
 * `dist/console`: what the sidecar serves at `/`. The console's modules, the few that it shares with the command line and the libraries become
 * one script: a page that is loaded asks for five files and not for forty, of which each counts against the bound of anonymous requests.
 * Types are checked by `npm run lint:types`; here they are only removed. Nothing is evaluated at run time: the content security policy forbids it.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Modules that import none but each other, used by both the command line and the console. */
const SHARED = ["cli/human.ts", "cli/top-rates.ts", "common/events.ts", "common/units.ts"];
const STATIC = ["index.html", "console.css", "favicon.svg"];
const LIBRARIES = {
  "vendor/preact.js": "preact/dist/preact.module.js",
  "vendor/hooks.js": "preact/hooks/dist/hooks.module.js",
  "vendor/htm.js": "htm/dist/htm.module.js",
  "vendor/uplot.js": "uplot/dist/uPlot.esm.js",
};
const LICENSES = ["preact", "htm", "uplot"];

/** Needs what npm installs, so it is loaded when it is called and not before. */
export function buildConsole(root) {
  const typescript = createRequire(import.meta.url)("typescript");
  const target = path.join(root, "dist/console");
  const inSource = (...parts) => path.join(root, "src", ...parts);
  const inModules = (...parts) => path.join(root, "node_modules", ...parts);
  const inTarget = (...parts) => {
    const file = path.join(target, ...parts);
    mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };
  rmSync(target, { recursive: true, force: true });

  for (const file of STATIC) copyFileSync(inSource("console", file), inTarget(file));
  copyFileSync(inModules("uplot/dist/uPlot.min.css"), inTarget("uplot.css"));
  writeFileSync(
    inTarget("LICENSES.txt"),
    LICENSES.map((name) => `${name}\n\n${readFileSync(inModules(name, "LICENSE"), "utf8")}`).join("\n\n"),
  );

  const own = readdirSync(inSource("console"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => path.join("console", file));
  const scripts = new Map();
  for (const file of [...own, ...SHARED]) scripts.set(file, readFileSync(inSource(file), "utf8"));
  for (const [file, from] of Object.entries(LIBRARIES))
    scripts.set(
      path.join("console", file),
      readFileSync(inModules(from), "utf8").replaceAll(/\bfrom\s*"preact"/g, 'from"./preact.js"'),
    );
  writeFileSync(inTarget("console.js"), oneScript(typescript, scripts, "console/main.ts"));
}

/**
 * Every module becomes a function of its exports and of what finds the exports of others, and runs when it is first asked for, as modules do.
 * A module that asks for one which is not there fails here, and not before the eyes of somebody who opens the console.
 */
function oneScript(typescript, scripts, entry) {
  if (!scripts.has(entry)) throw new Error(`the console has no ${entry}`);
  const { ModuleKind, ScriptTarget } = typescript;
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS, allowJs: true, removeComments: false };
  const functions = [...scripts].map(([file, text]) => {
    const { outputText } = typescript.transpileModule(text, { compilerOptions, fileName: file });
    const within = outputText.replaceAll(/\brequire\("([^"]+)"\)/g, (_, name) => {
      const found = path.join(path.dirname(file), name);
      if (!name.startsWith(".") || !scripts.has(found))
        throw new Error(`the browser would not find "${name}", which ${file} imports (config/build-console.mjs)`);
      return `load(${JSON.stringify(found)})`;
    });
    return `${JSON.stringify(file)}: (exports) => {\n${within}\n},`;
  });
  return `"use strict";
const modules = {
${functions.join("\n")}
};
const loaded = {};
function load(name) {
  if (loaded[name] === undefined) modules[name]((loaded[name] = {}));
  return loaded[name];
}
load(${JSON.stringify(entry)});
`;
}
