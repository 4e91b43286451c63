/**
 * How long Lunette takes with many targets, each with a LUN: start, discovery, a login, a reload of one change, and the questions of
 * the control socket. `npm run bench:scale -- --help` lists the options; the figures that are promised stand beside those measured.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import os from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { freePort, Target } from "./peers.mjs";
import { BACKUP_HOST, BASE_IQN, hostName, manyTargets, targetName } from "./scale-configuration.mjs";
import { buildLunette, installMissing } from "./setup.mjs";

const HELP = `usage: npm run bench:scale -- [options]

  --targets N      targets, each with a LUN and an igroup of its own (default 1000)
  --rounds N       rounds; medians are shown (default 5)
  --dir PATH       folder for the files (default: the system's temporary folder)
  --profile PATH   write a CPU profile of each start and what follows it into this folder
  --json FILE      write every round to FILE
`;
const OPTIONS = {
  targets: { type: "string", default: "1000" },
  rounds: { type: "string", default: "5" },
  dir: { type: "string", default: os.tmpdir() },
  profile: { type: "string" },
  json: { type: "string" },
  help: { type: "boolean", default: false },
};

/** What is measured, and the milliseconds that it must stay below with 1,000 targets where that is promised. */
const STEPS = {
  create: { title: "start, files created", below: 5000 },
  start: { title: "start", below: 5000 },
  discovery: { title: "discovery (iscsi-ls)", below: 1000 },
  login: { title: "discovery and login (iscsi-inq)" },
  plan: { title: "plan without a change" },
  reload: { title: "reload of one change", below: 1000 },
  explain: { title: "explain, all targets" },
  status: { title: "status" },
  targets: { title: "targets" },
  luns: { title: "luns" },
  scrape: { title: "scrape of the metrics" },
  stop: { title: "stop" },
};

async function measured(work) {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

function ask(socketPath, path, method = "GET") {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method, agent: false }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      if (response.statusCode === 200) resolve(JSON.parse(text));
      else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
    });
    asking.once("error", reject).end();
  });
}

const median = (figures) => figures.toSorted((a, b) => a - b)[figures.length >> 1];

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`);
}

async function round(options) {
  const folder = await mkdtemp(join(options.dir, "lunette-scale-"));
  const [port, metrics] = [await freePort(), await freePort()];
  const config = join(folder, "lunette.toml");
  const socket = join(folder, "control.sock");
  const times = {};
  const configure = (size) =>
    writeFile(
      config,
      `[node]
name = "scale"
base_iqn = "${BASE_IQN}"
state_dir = "${folder}/state"
control_socket = "${socket}"
[metrics]
listen = "127.0.0.1:${metrics}"
${manyTargets({ folder, port, targets: options.targets, size })}`,
      { mode: 0o600 },
    );
  let target;
  async function start(name) {
    const profile = options.profile === undefined ? [] : ["--cpu-prof", "--cpu-prof-dir", options.profile];
    const { ms } = await measured(async () => {
      target = new Target("lunette", process.execPath, [
        ...profile,
        options.main,
        "serve",
        "--config",
        config,
        "--log-format",
        "json",
      ]);
      await target.untilItSays('"msg":"ready"');
    });
    times[name] = ms;
  }
  const note = async (name, work) => {
    const { ms, result } = await measured(work);
    times[name] = ms;
    return result;
  };
  const run = promisify(execFile);
  try {
    await configure("1 MiB");
    await start("create");
    await target.stop();
    await start("start");
    const { stdout } = await note("discovery", () => run("iscsi-ls", ["-i", BACKUP_HOST, `iscsi://127.0.0.1:${port}`]));
    expect("targets discovered", stdout.match(/^Target:/gm)?.length, options.targets);
    const last = options.targets - 1;
    const url = `iscsi://127.0.0.1:${port}/${BASE_IQN}:${targetName(last)}/0`;
    await note("login", () => run("iscsi-inq", ["-i", hostName(last), url]));
    expect("steps without a change", (await note("plan", () => ask(socket, "/v1/plan"))).plan.steps.length, 0);
    await configure("2 MiB");
    expect("steps of one change", (await note("reload", () => ask(socket, "/v1/reload", "POST"))).plan.steps.length, 1);
    const explained = await note("explain", () => ask(socket, `/v1/explain?initiator=${BACKUP_HOST}`));
    expect("targets explained", explained.targets.length, options.targets);
    const status = await note("status", () => ask(socket, "/v1/status"));
    expect("volumes offline", status.running.volumesOffline.length, 0);
    expect("targets listed", (await note("targets", () => ask(socket, "/v1/targets"))).targets.length, options.targets);
    expect("LUNs listed", (await note("luns", () => ask(socket, "/v1/luns"))).luns.length, options.targets);
    await note("scrape", async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text());
    await note("stop", () => target.stop());
    return times;
  } finally {
    await target?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({ options: OPTIONS });
if (values.help) {
  process.stdout.write(HELP);
} else {
  installMissing("bench", { "libiscsi-bin": "/usr/bin/iscsi-ls" });
  const options = {
    targets: Number(values.targets),
    dir: values.dir,
    profile: values.profile,
    main: buildLunette(),
  };
  if (values.profile !== undefined) await mkdir(values.profile, { recursive: true });
  const rounds = [];
  for (let number = 0; number < Number(values.rounds); number++) rounds.push(await round(options));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rounds, undefined, 2)}\n`);
  const rows = Object.entries(STEPS).map(([name, { title, below }]) => {
    const figures = rounds.map((times) => times[name]);
    const promised = below === undefined || options.targets !== 1000 ? "" : `< ${below}`;
    return [title, median(figures).toFixed(0), Math.max(...figures).toFixed(0), promised];
  });
  process.stdout.write(`${options.targets} targets, ${rounds.length} rounds, milliseconds\n\n`);
  for (const [title, middle, most, promised] of [["", "median", "most", "promised"], ...rows])
    process.stdout.write(`${title.padEnd(34)}${middle.padStart(8)}${most.padStart(8)}  ${promised}\n`);
}
