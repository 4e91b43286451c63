/**
 * Starts a target that serves one fixture, Lunette or tgt, as a process of its own on free ports of 127.0.0.1. Resolves to
 * { urls, stop }: a URL for each path to the disk, and the end, which rejects when Lunette did not exit with 0.
 */
import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startTgtd, Target } from "../../bench/peers.mjs";

const HOST = "127.0.0.1";
const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const BASE = "iqn.2026-11.com.example.suite";

const url = (fixture, port, target, lun) => {
  const credentials = fixture.chap === undefined ? "" : `${fixture.chap.user}%${fixture.chap.secret}@`;
  return `iscsi://${credentials}${HOST}:${port}/${BASE}:${target}/${lun}`;
};

const table = (header, keys) =>
  [`[${header}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`), ""].join("\n");

function configuration(fixture, folder, ports, metrics) {
  const { chap } = fixture;
  return [
    table("node", {
      name: "suite",
      base_iqn: BASE,
      state_dir: join(folder, "state"),
      control_socket: join(folder, "control.sock"),
    }),
    table("limits", fixture.limits ?? {}),
    table("metrics", { listen: `${HOST}:${metrics}` }),
    ...ports.map((port, index) => table("[portal_group]", { tag: index + 1, portals: [`${HOST}:${port}`] })),
    ...(chap === undefined ? [] : [table("[auth_group]", { name: "suite" }), table("[auth_group.chap]", chap)]),
    table("[volume]", { name: "disk", path: join(folder, "disk.img"), size: fixture.bytes, ...fixture.volume }),
    table("[target]", { name: "lunette" }),
    table("[target.access]", { igroup: "any", ...(chap ? { auth: "chap", auth_group: "suite" } : { auth: "none" }) }),
    table("[target.lun]", { lun: 0, volume: "disk", ...fixture.lun }),
  ].join("\n");
}

async function startLunette(fixture, folder) {
  await mkdir(folder, { recursive: true });
  const ports = [];
  for (let group = 0; group < (fixture.groups ?? 1); group++) ports.push(await freePort());
  const file = join(folder, "lunette.toml");
  // Only its owner may read it: it may hold a secret.
  await writeFile(file, configuration(fixture, folder, ports, await freePort()), { mode: 0o600 });
  const daemon = new Target("lunette", process.execPath, [MAIN, "serve", "--config", file, "--log-format", "json"]);
  const stop = async () => {
    await daemon.stop();
    if (daemon.ended !== "exit 0") throw daemon.failure(`ended with ${daemon.ended}`);
  };
  try {
    for (const port of ports) await daemon.untilItAccepts(port);
    // It listens a moment before its volumes are there.
    await daemon.untilItSays('"msg":"ready"');
  } catch (error) {
    await daemon.stop();
    throw error;
  }
  return { urls: ports.map((port) => url(fixture, port, "lunette", 0)), stop };
}

async function startTgt(fixture, folder) {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "disk.img");
  await writeFile(file, "", { flag: "a" });
  await truncate(file, fixture.bytes);
  const { port, admin, stop } = await startTgtd();
  const ports = [port];
  const disk = ["--mode", "logicalunit", "--tid", "1", "--lun", "1"];
  const { options = {}, params } = fixture.tgt;
  try {
    admin("--op", "new", "--mode", "target", "--tid", "1", "-T", `${BASE}:tgt`);
    admin("--op", "new", ...disk, "-b", file, ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]));
    for (const [name, value] of Object.entries(params)) admin("--op", "update", ...disk, "--params", `${name}=${value}`);
    admin("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL");
    if (fixture.chap !== undefined) {
      const user = ["--user", fixture.chap.user];
      admin("--op", "new", "--mode", "account", ...user, "--password", fixture.chap.secret);
      admin("--op", "bind", "--mode", "account", "--tid", "1", ...user);
    }
    while (ports.length < (fixture.groups ?? 1)) {
      ports.push(await freePort());
      admin("--op", "new", "--mode", "portal", "--param", `portal=${HOST}:${ports.at(-1)}`);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls: ports.map((each) => url(fixture, each, "tgt", 1)), stop };
}

const START = { lunette: startLunette, tgt: startTgt };

/** By the name of the target. */
export const TARGETS = Object.keys(START);

/** The targets that start or run, and the folder of each. */
const running = new Map();
let stopping = false;

export async function startTarget(target, fixture, folder) {
  if (stopping) throw new Error("stopped by a signal");
  const starting = START[target](fixture, folder);
  running.set(starting, folder);
  try {
    const { urls, stop } = await starting;
    const end = async () => {
      running.delete(starting);
      await stop();
    };
    return { urls, stop: end };
  } catch (error) {
    running.delete(starting);
    throw error;
  }
}

/** For a signal: nothing that was started or written outlives the program. */
export async function stopTargets() {
  stopping = true;
  const ends = [...running].map(([starting, folder]) =>
    starting.then(({ stop }) => stop()).finally(() => rm(folder, { recursive: true, force: true })),
  );
  await Promise.allSettled(ends);
}
