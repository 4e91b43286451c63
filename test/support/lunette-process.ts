/**
 * The daemon as its users run it: a process of its own, made from dist/, with a configuration file, spoken to through its
 * sockets and signals only.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** One JSON line of the daemon's log. */
export interface LogLine {
  readonly level?: number;
  readonly msg?: string;
  readonly [key: string]: unknown;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** TCP ports that were free a moment ago: all are held until the last is found, so they differ. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(async (server) => {
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        return (server.address() as AddressInfo).port;
      }),
    );
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

export interface LunetteOptions {
  /** How many ports the configuration wants; one by default. */
  readonly ports?: number;
}

/** What the author of a configuration needs to know: where volumes go and which ports are his. */
export interface Place {
  readonly folder: string;
  readonly port: number;
  readonly ports: readonly number[];
}

export class LunetteProcess {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly #metricsPort: number;
  /** Every log line since the first start, restarts included. */
  readonly log: LogLine[] = [];
  #child: ChildProcess | undefined;
  #exited: Promise<Exit> | undefined;
  #stray = "";

  private constructor(folder: string, ports: readonly number[], metricsPort: number) {
    this.folder = folder;
    this.ports = ports;
    this.#metricsPort = metricsPort;
  }

  /** One number of the metrics endpoint, by its name and labels as they stand in the text. */
  async metric(name: string): Promise<number> {
    const line = (await this.metricsText()).split("\n").find((each) => each.startsWith(`${name} `));
    if (line === undefined) throw new Error(`no metric ${name}`);
    return Number(line.slice(name.length + 1));
  }

  /** All of the metrics endpoint's text. */
  async metricsText(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text();
  }

  /** Writes the configuration, starts the daemon, and waits until it says that it is ready. */
  static async start(configuration: (place: Place) => string, options: LunetteOptions = {}): Promise<LunetteProcess> {
    const folder = await makeTemporaryFolder("e2e");
    const [metricsPort, ...ports] = await freePorts(1 + (options.ports ?? 1));
    const lunette = new LunetteProcess(folder, ports, metricsPort as number);
    await lunette.reconfigure(configuration);
    try {
      await lunette.run();
    } catch (error) {
      await lunette.dispose();
      throw error;
    }
    return lunette;
  }

  /** Writes another configuration; it counts from the next start on. */
  async reconfigure(configuration: (place: Place) => string): Promise<void> {
    const { folder, port, ports } = this;
    const text = `[node]
name = "e2e"
base_iqn = "iqn.2026-11.com.example.e2e"
state_dir = "${folder}/state"
control_socket = "${folder}/control.sock"

[metrics]
listen = "127.0.0.1:${this.#metricsPort}"

${configuration({ folder, port, ports })}`;
    // Only its owner may read it: it may hold secrets.
    await writeFile(join(folder, "lunette.toml"), text, { mode: 0o600 });
  }

  get port(): number {
    return this.ports[0] as number;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the daemon does not run");
    return pid;
  }

  /** Starts the daemon with the configuration that is there; resolves when it logs "ready". */
  async run(deadlineMs = 20_000): Promise<void> {
    if (this.#child !== undefined) throw new Error("the daemon runs already");
    const child = spawn(
      process.execPath,
      [COMMAND, "serve", "--config", join(this.folder, "lunette.toml"), "--log-format", "json"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#child = child;
    const exited = new Promise<Exit>((resolve) => {
      // "close" and not "exit": by then the last log lines have been read.
      child.once("close", (code, signal) => {
        this.#child = undefined;
        resolve({ code, signal });
      });
    });
    this.#exited = exited;
    const ready = new Promise<"ready">((resolve) => {
      const onLine = (line: string) => {
        const parsed = parseLogLine(line);
        if (parsed === undefined) {
          this.#stray += `${line}\n`;
        } else {
          this.log.push(parsed);
          if (parsed.msg === "ready") resolve("ready");
        }
      };
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", onLine);
      createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", onLine);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, deadlineMs, "late");
    });
    const first = await Promise.race([ready, exited, late]);
    clearTimeout(timer);
    if (first === "ready") return;
    if (first === "late") {
      await this.kill();
      throw new Error(`the daemon was not ready after ${deadlineMs} ms:\n${this.logText()}`);
    }
    throw new Error(`the daemon ended with ${first.code ?? first.signal} instead of being ready:\n${this.logText()}`);
  }

  /** SIGTERM; resolves to how the daemon ended and how long it took. */
  async terminate(): Promise<Exit & { readonly milliseconds: number }> {
    const start = performance.now();
    const exited = this.#exited;
    if (this.#child === undefined || exited === undefined) throw new Error("the daemon does not run");
    this.#child.kill("SIGTERM");
    const exit = await exited;
    return { ...exit, milliseconds: performance.now() - start };
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#child === undefined) throw new Error("the daemon does not run");
    this.#child.kill(signal);
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#exited;
  }

  /** Ends the daemon with SIGTERM and removes its folder; the end of every test. Throws unless it exits with 0. */
  async dispose(): Promise<void> {
    try {
      if (this.#child !== undefined) {
        const deadline = setTimeout(() => void this.kill(), 20_000);
        const exit = await this.terminate();
        clearTimeout(deadline);
        if (exit.code !== 0) throw new Error(`the daemon ended with ${exit.code ?? exit.signal}:\n${this.logText()}`);
      }
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  /** Path of a volume's file, as `volume()` of the configuration helpers names it. */
  volumePath(name: string): string {
    return join(this.folder, `${name}.img`);
  }

  /** Resident memory in bytes (Linux). */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** The log and whatever else came out, for messages. */
  logText(lines = 60): string {
    return [...this.log.slice(-lines).map((line) => JSON.stringify(line)), this.#stray].join("\n");
  }
}

function parseLogLine(line: string): LogLine | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && parsed !== null ? (parsed as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
