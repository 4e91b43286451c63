/**
 * `dist/console`: what the sidecar serves at `/`. No bundler: the console's modules stay modules, one file each, and the few that it shares
 * with the command line and the libraries lie beside them, so that every import is a relative path which a browser understands (an import map
 * would be an inline script, which the content security policy forbids). Types are checked by `npm run lint:types`; here they are only removed.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** Modules without imports of their own, used by both the command line and the console. */
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
  for (const file of [...own, ...SHARED]) scripts.set(file.replace(/\.ts$/, ".js"), withoutTypes(typescript, inSource(file)));
  for (const [file, from] of Object.entries(LIBRARIES))
    scripts.set(
      path.join("console", file),
      readFileSync(inModules(from), "utf8").replaceAll(/\bfrom\s*"preact"/g, 'from"./preact.js"'),
    );
  for (const [file, text] of scripts) {
    for (const { fileName: name } of typescript.preProcessFile(text, true, true).importedFiles) {
      if (!name.startsWith(".") || !scripts.has(path.join(path.dirname(file), name)))
        throw new Error(`the browser would not find "${name}", which ${file} imports (config/build-console.mjs)`);
    }
    writeFileSync(inTarget("js", file), text);
  }
  if (!existsSync(inTarget("js/console/main.js"))) throw new Error("the console has no main.js");
}

function withoutTypes(typescript, file) {
  const { ModuleKind, ScriptTarget } = typescript;
  const compilerOptions = {
    target: ScriptTarget.ES2022,
    module: ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  return typescript.transpileModule(readFileSync(file, "utf8"), { compilerOptions, fileName: file }).outputText;
}
