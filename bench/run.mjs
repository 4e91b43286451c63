/**
 * Compares Lunette with tgt (and with a responder that does no I/O) under one real initiator: see README.md.
 * `npm run bench -- --help` lists the options.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { PEERS } from "./peers.mjs";
import { buildLunette, compileTools, installPackages, writeWholeFile } from "./setup.mjs";
import { format, median, ratios } from "./table.mjs";

const WORKLOADS = [
  { name: "4k-randread-1", title: "4 KiB random read, depth 1", bytes: 4096, pattern: "rand", mode: "read", depth: 1 },
  { name: "4k-randwrite-1", title: "4 KiB random write, depth 1", bytes: 4096, pattern: "rand", mode: "write", depth: 1 },
  { name: "4k-randread-32", title: "4 KiB random read, depth 32", bytes: 4096, pattern: "rand", mode: "read", depth: 32 },
  { name: "4k-randwrite-32", title: "4 KiB random write, depth 32", bytes: 4096, pattern: "rand", mode: "write", depth: 32 },
  { name: "128k-read-8", title: "128 KiB sequential read, depth 8", bytes: 131072, pattern: "seq", mode: "read", depth: 8 },
  { name: "128k-write-8", title: "128 KiB sequential write, depth 8", bytes: 131072, pattern: "seq", mode: "write", depth: 8 },
];

const HELP = `usage: npm run bench -- [options]

  --seconds S      measured time of one run (default 3)
  --warmup S       time before it that is not counted (default 0.5)
  --rounds N       runs per workload and target, interleaved; medians are shown (default 3)
  --only A,B       workloads whose name contains one of these: ${WORKLOADS.map(({ name }) => name).join(" ")}
  --peers A,B      targets: ${Object.keys(PEERS).join(" ")} (default lunette,tgt)
  --size-mib N     size of the files (default 1024)
  --dir PATH       folder for the files (default: the system's temporary folder)
  --json FILE      write every run, the medians and the ratios to FILE
`;

const OPTIONS = {
  seconds: { type: "string", default: "3" },
  warmup: { type: "string", default: "0.5" },
  rounds: { type: "string", default: "3" },
  only: { type: "string", default: "" },
  peers: { type: "string", default: "lunette,tgt" },
  "size-mib": { type: "string", default: "1024" },
  dir: { type: "string", default: os.tmpdir() },
  json: { type: "string" },
  help: { type: "boolean", default: false },
};

const READY_MS = 20_000;

/** Stops what was started and removes the files, in the opposite order. Each step is tried. */
const cleanups = [];
async function cleanUp() {
  while (cleanups.length > 0)
    await cleanups
      .pop()()
      .catch((error) => process.stderr.write(`bench: ${error.message}\n`));
}

function positive(values, name) {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} ${values[name]}: a positive number is right`);
  return value;
}

function chosenWorkloads(values) {
  const parts = values.only.split(",").filter(Boolean);
  const chosen = WORKLOADS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new Error(`--only ${values.only} names no workload`);
  return chosen;
}

function chosenPeers(values) {
  const names = values.peers.split(",").filter(Boolean);
  const unknown = names.find((name) => !(name in PEERS));
  if (unknown !== undefined || names.length === 0)
    throw new Error(`--peers ${values.peers}: ${Object.keys(PEERS).join(", ")} are right`);
  return names;
}

async function runLoad(load, target, workload, seconds, warmup) {
  const args = ["--portal", target.portal, "--target", target.iqn, "--lun", target.lun, "--cpu-of", target.pids.join(",")];
  args.push("--bytes", workload.bytes, "--depth", workload.depth, "--mode", workload.mode, "--pattern", workload.pattern);
  args.push("--seconds", seconds, "--warmup", warmup);
  const timeout = (seconds + warmup + 30) * 1000;
  const { stdout } = await promisify(execFile)(load, args.map(String), { timeout, killSignal: "SIGKILL" });
  return JSON.parse(stdout);
}

/** A target may accept connections before it lets anybody in: waits until commands are answered. */
async function untilItServes(load, target) {
  const probe = { bytes: 4096, depth: 1, mode: "read", pattern: "rand" };
  for (const end = Date.now() + READY_MS; ; await sleep(100)) {
    try {
      await runLoad(load, target, probe, 0.05, 0.01);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const workloads = chosenWorkloads(values);
  const names = chosenPeers(values);
  const seconds = positive(values, "seconds");
  const warmup = positive(values, "warmup");
  const rounds = positive(values, "rounds");
  const bytes = positive(values, "size-mib") * 2 ** 20;

  installPackages(names);
  const directory = await mkdtemp(join(values.dir, "lunette-bench-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const tools = compileTools(directory);
  const built = names.includes("lunette") ? buildLunette() : undefined;

  const targets = new Map();
  for (const name of names) {
    const file = join(directory, `${name}.img`);
    if (name !== "responder") await writeWholeFile(file, bytes);
    const target = await PEERS[name]({ file, bytes, directory, main: built, responder: tools.responder });
    cleanups.push(() => target.stop());
    await untilItServes(tools.load, target);
    targets.set(name, target);
  }

  const results = [];
  for (const workload of workloads) {
    const runs = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      // A B, then B A: what drifts during a round falls on both alike.
      const order = round % 2 === 0 ? names : [...names].reverse();
      for (const name of order) {
        process.stderr.write(`bench: ${workload.title}, ${name}, ${round + 1}/${rounds}\n`);
        runs[name].push(await runLoad(tools.load, targets.get(name), workload, seconds, warmup));
      }
    }
    const peers = Object.fromEntries(names.map((name) => [name, median(runs[name])]));
    results.push({ workload, peers, runs, ratios: peers.lunette && peers.tgt ? ratios(peers.lunette, peers.tgt) : undefined });
  }

  const machine = `${os.cpus().length} × ${os.cpus()[0]?.model.trim()}, Linux ${os.release()}, Node ${process.version}`;
  process.stdout.write(`${machine}; files of ${values["size-mib"]} MiB in page cache; medians of ${rounds} × ${seconds} s\n\n`);
  process.stdout.write(`${format(results)}\n`);
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ machine, seconds, rounds, results }, null, 2)}\n`);
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => cleanUp().finally(() => process.exit(130)));
}

try {
  await main();
} catch (error) {
  process.stderr.write(`bench: ${error.stderr || error.message}\n`);
  process.exitCode = 1;
} finally {
  await cleanUp();
}
