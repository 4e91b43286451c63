/** What a run needs before it can start: packages, compiled tools, Lunette's build, files in the page cache. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "..");

/** Debian package by the file that proves it is there. */
const PACKAGES = {
  gcc: "/usr/bin/gcc",
  "libiscsi-dev": "/usr/include/iscsi/iscsi.h",
  tgt: "/usr/sbin/tgtd",
};

/** Installs what a run needs and is missing. `tgt` counts only when it takes part. */
export function installPackages(peers) {
  const needed = Object.entries(PACKAGES).filter(([name]) => name !== "tgt" || peers.includes("tgt"));
  installMissing("bench", Object.fromEntries(needed));
}

/** Installs the Debian packages whose proof, a file, is missing, or says how to; `who` asks for them. */
export function installMissing(who, packages) {
  const missing = Object.keys(packages).filter((name) => !existsSync(packages[name]));
  if (missing.length === 0) return;
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...missing];
  if (process.getuid?.() !== 0) throw new Error(`missing Debian packages; install them with: sudo ${install.join(" ")}`);
  process.stderr.write(`${who}: installing ${missing.join(", ")}\n`);
  const options = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  execFileSync("apt-get", ["update", "-qq"], options);
  execFileSync(install[0], install.slice(1), options);
}

/** Compiles the C tools into `directory`; returns their paths. */
export function compileTools(directory) {
  const compile = (name, ...libraries) => {
    const program = join(directory, name);
    execFileSync("gcc", ["-O2", "-Wall", "-Wextra", "-o", program, join(HERE, `${name}.c`), ...libraries], {
      stdio: "inherit",
    });
    return program;
  };
  return { load: compile("load", "-liscsi"), responder: compile("responder") };
}

/** Brings Lunette's build up to date: what is measured is the source as it stands. */
export function buildLunette() {
  const npm = (script) => execFileSync("npm", ["run", "--silent", script], { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (!existsSync(join(ROOT, "native/build/Release/lunette.node"))) npm("build:native");
  npm("build:ts");
  return join(ROOT, "dist/main.js");
}

/** Writes a file of `bytes` bytes in full, so that no run pays for allocation and all of it is in the page cache. */
export async function writeWholeFile(path, bytes) {
  const chunk = Buffer.alloc(1 << 20);
  for (let i = 0; i < chunk.length; i += 4) chunk.writeUInt32LE((i * 2654435761) >>> 0, i);
  const file = await open(path, "w", 0o600);
  try {
    for (let at = 0; at < bytes; at += chunk.length) await file.write(chunk, 0, Math.min(chunk.length, bytes - at), at);
    await file.sync();
  } finally {
    await file.close();
  }
}
