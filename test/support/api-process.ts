/** The REST sidecar as its users run it: `lunette api`, a process of its own, made from dist/. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { LogLine } from "./lunette-process.ts";

const COMMAND = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const READY_MS = 20_000;

export class ApiProcess {
  readonly child: ChildProcess;
  /** Its log; lines that are not JSON have a `msg` only. */
  readonly log: LogLine[] = [];
  /** The exit code; null after a signal. */
  readonly exited: Promise<number | null>;
  readonly #ready: Promise<void>;

  private constructor(child: ChildProcess) {
    this.child = child;
    this.exited = new Promise((resolve) => child.once("close", resolve));
    this.#ready = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream as NodeJS.ReadableStream }).on("line", (line) => {
          const parsed: LogLine = line.startsWith("{") ? (JSON.parse(line) as LogLine) : { msg: line };
          this.log.push(parsed);
          if (parsed.msg === "ready") resolve();
        });
      }
    });
  }

  /** Starts it, and waits for nothing. */
  static begin(socket: string, ...options: string[]): ApiProcess {
    const args = [COMMAND, "api", "--socket", socket, "--log-format", "json", ...options];
    return new ApiProcess(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Resolves when it says that it is ready, or has ended, or after a while. */
  static async start(socket: string, ...options: string[]): Promise<ApiProcess> {
    const api = ApiProcess.begin(socket, ...options);
    await api.ready();
    return api;
  }

  /** As `start`. */
  async ready(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, READY_MS);
    });
    await Promise.race([this.#ready, this.exited, late]);
    clearTimeout(timer);
  }

  says(message: string): boolean {
    return this.log.some(({ msg }) => msg === message);
  }

  /** SIGTERM; gives the exit code. */
  async terminate(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return await this.exited;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }

  logText(): string {
    return this.log.map((line) => JSON.stringify(line)).join("\n");
  }
}
