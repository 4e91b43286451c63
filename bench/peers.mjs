/**
 * The targets that are compared. Each is started on a file of its own and a free port of the loopback
 * address, and ended by the process id it was started with.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HOST = "127.0.0.1";
const READY_MS = 20_000;
const STOP_MS = 10_000;
/** Bytes of a target's output that are kept for an error message. */
const LOG_TAIL = 4000;

export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, HOST, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** A started process, its last output, and how to end it. */
export class Target {
  constructor(name, command, args) {
    this.name = name;
    this.log = "";
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.exited = new Promise((resolve) => {
      this.child.once("error", (error) => resolve(error.message));
      this.child.once("exit", (code, signal) => resolve(signal ?? `exit ${code}`));
    });
    this.exited.then((how) => {
      this.ended = how;
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on("data", (text) => {
        this.log = (this.log + text).slice(-LOG_TAIL);
      });
    }
  }

  get pid() {
    return this.child.pid;
  }

  failure(what) {
    return new Error(`${this.name} ${what}; its last output:\n${this.log || "(nothing)"}`);
  }

  async untilItAccepts(port) {
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(50)) {
      if (this.ended !== undefined) throw this.failure(`ended before it was ready (${this.ended})`);
      if (await accepts(port)) return;
    }
    throw this.failure(`does not accept connections on port ${port} after ${READY_MS} ms`);
  }

  /** Waits for these words among the last output. */
  async untilItSays(words) {
    for (const end = Date.now() + READY_MS; Date.now() < end; await sleep(20)) {
      if (this.log.includes(words)) return;
      if (this.ended !== undefined) throw this.failure(`ended before it was ready (${this.ended})`);
    }
    throw this.failure(`did not say ${words} within ${READY_MS} ms`);
  }

  async stop() {
    if (this.ended !== undefined) return;
    this.child.kill("SIGTERM");
    const killer = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS);
    await this.exited;
    clearTimeout(killer);
  }
}

/** Makes tgtd's of one process different. */
let started = 0;

/**
 * A tgtd on a free port, without targets. It keeps its control socket in /run/tgtd by number; the number is chosen so that
 * it meets no other tgtd. `admin` runs tgtadm.
 */
export async function startTgtd() {
  const port = await freePort();
  const control = String(10_000 + ((process.pid * 64 + started++) % 20_000));
  const target = new Target("tgt", "tgtd", ["-f", "--control-port", control, "--iscsi", `portal=${HOST}:${port}`]);
  const admin = (...args) =>
    execFileSync("tgtadm", ["-C", control, "--lld", "iscsi", ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: STOP_MS,
    });
  const stop = async () => {
    // SIGTERM does not end tgtd while it has a target: it is taken apart first.
    for (const args of [
      ["--op", "delete", "--mode", "target", "--tid", "1", "--force"],
      ["--op", "delete", "--mode", "system"],
    ]) {
      try {
        admin(...args);
      } catch {
        // Whatever is left, the signal below and its deadline end it.
      }
    }
    await target.stop();
    await Promise.all(["", ".lock"].map((end) => rm(`/run/tgtd/socket.${control}${end}`, { force: true })));
  };
  try {
    await target.untilItAccepts(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid: target.pid, admin, stop };
}

async function startTgt({ file }) {
  const iqn = "iqn.2026-11.com.example.bench:tgt";
  const { port, pid, admin, stop } = await startTgtd();
  try {
    admin("--op", "new", "--mode", "target", "--tid", "1", "-T", iqn);
    admin("--op", "new", "--mode", "logicalunit", "--tid", "1", "--lun", "1", "-b", file);
    admin("--op", "bind", "--mode", "target", "--tid", "1", "-I", "ALL");
  } catch (error) {
    await stop();
    throw error;
  }
  return { portal: `${HOST}:${port}`, iqn, lun: 1, pids: [pid], stop };
}

async function startLunette({ file, bytes, directory, main }) {
  const port = await freePort();
  const metrics = await freePort();
  const iqn = "iqn.2026-11.com.example.bench:lunette";
  const home = join(directory, "lunette");
  await mkdir(home, { recursive: true });
  const config = join(home, "lunette.toml");
  await writeFile(
    config,
    `[node]
name = "bench"
base_iqn = "iqn.2026-11.com.example.bench"
state_dir = ${JSON.stringify(join(home, "state"))}
control_socket = ${JSON.stringify(join(home, "control.sock"))}

[metrics]
listen = "${HOST}:${metrics}"

[[portal_group]]
tag = 1
name = "bench"
portals = ["${HOST}:${port}"]

[[volume]]
name = "bench"
path = ${JSON.stringify(file)}
size = ${bytes}
block_size = 512
io = "buffered"
write_cache = true

[[target]]
name = "lunette"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "bench"
`,
  );
  const target = new Target("lunette", process.execPath, [main, "serve", "--config", config, "--log-format", "json"]);
  try {
    await target.untilItAccepts(port);
  } catch (error) {
    await target.stop();
    throw error;
  }
  return { portal: `${HOST}:${port}`, iqn, lun: 0, pids: [target.pid], stop: () => target.stop() };
}

async function startResponder({ bytes, responder }) {
  const port = await freePort();
  const target = new Target("responder", responder, [String(port), String(bytes)]);
  await target.untilItAccepts(port);
  return {
    portal: `${HOST}:${port}`,
    iqn: "iqn.2026-11.com.example.bench:responder",
    lun: 0,
    pids: [target.pid],
    stop: () => target.stop(),
  };
}

/** By the name used on the command line and in the table. */
export const PEERS = { lunette: startLunette, tgt: startTgt, responder: startResponder };
