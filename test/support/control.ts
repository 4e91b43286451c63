/** A control socket with answers of the test's own, and raw HTTP to ask it with. */
import { rm } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { DEFAULT_LIMITS, type Limits } from "../../src/common/limits.ts";
import type { Logger } from "../../src/common/logger.ts";
import { ControlServer } from "../../src/control/control-server.ts";
import { EventLog } from "../../src/control/event-log.ts";
import { type Peer, type Route, readRoutes } from "../../src/control/routes.ts";
import type { ControlService, LunCounters, NodeStatus } from "../../src/control/service.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

export interface LoggedLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A logger whose lines a test can look at. */
export function recordingLog(): { log: Logger; lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const line =
    (level: string) =>
    (first: object | string, message = "") => {
      lines.push(typeof first === "string" ? { level, fields: {}, message: first } : { level, fields: { ...first }, message });
    };
  const log: Logger = {
    trace: line("trace"),
    debug: line("debug"),
    info: line("info"),
    warn: line("warn"),
    error: line("error"),
    fatal: line("fatal"),
    child: () => log,
    limited: () => log,
  };
  return { log, lines };
}

export function memoryEvents(limits: Partial<Limits> = {}): EventLog {
  return new EventLog({ limits: { ...DEFAULT_LIMITS, ...limits }, files: undefined, onFailure: () => {} });
}

const operation = (operations: number, bytes: number, errors: number, latencySeconds: number) => ({
  operations,
  bytes,
  errors,
  latencySeconds,
});

export const COUNTERS: LunCounters = {
  read: operation(1000, 4_096_000, 0, 0.5),
  write: operation(10, 40_960, 1, 0.1),
  discard: operation(0, 0, 0, 0),
  flush: operation(5, 0, 0, 0.01),
  other: operation(7, 0, 0, 0),
};

const STATUS: NodeStatus = {
  configured: {
    node: "san1",
    baseIqn: "iqn.2026-11.com.example.san1",
    portalGroups: [{ tag: 1, name: "front", portals: ["192.0.2.10:3260"], accessState: "active/optimized" }],
    targets: 2,
    volumes: 2,
    igroups: 1,
    metrics: undefined,
    objects: [],
  },
  running: {
    state: "serving",
    version: "1.2.3",
    pid: 42,
    configFile: "/etc/lunette/lunette.toml",
    startedAt: "2026-11-21T10:00:00.000Z",
    uptimeSeconds: 93_784,
    sessions: 1,
    connections: 2,
    volumesOffline: ["gone"],
    volumesSwitchedOff: ["resting"],
    buffers: { totalBytes: 268_435_456, leasedBytes: 65_536 },
    ring: { kind: "io_uring", outstanding: 3 },
    logins: { success: 4, "0x0202": 2 },
    connectionsLost: 1,
    digestErrors: 0,
    protocolErrors: 0,
    events: { oldest: 1, next: 9, unwritten: 0 },
  },
};

/** One target with two LUNs, of which one is offline, and one session. */
export function fakeService(events: EventLog): ControlService {
  return {
    events,
    status: () => STATUS,
    targets: () => [
      {
        iqn: "iqn.2026-11.com.example.san1:vm01",
        alias: undefined,
        portalGroups: [1],
        access: [{ igroup: "esx", auth: "chap", authGroup: "esx" }],
        luns: [{ lun: 0, volume: "vm01", readOnly: false, igroups: [] }],
        sessions: 1,
        place: "/etc/lunette/lunette.toml:12",
      },
    ],
    luns: () => [
      {
        volume: "vm01",
        path: "/srv/vm01.img",
        online: true,
        sizeBytes: 10 * 2 ** 30,
        blockSize: 512,
        thin: true,
        readOnly: false,
        writeCache: true,
        io: "buffered",
        naa: "6024c55cb4f57ee604d5b46634aa5190",
        serial: "S1",
        maps: [{ target: "iqn.2026-11.com.example.san1:vm01", lun: 0, readOnly: false }],
        sessions: 1,
        depth: 2,
        stopped: false,
        memory: "intact",
        reservation: { type: "Write Exclusive", holder: "iqn.h,i,0x1", registrants: 2, durable: true },
        accessStates: { 1: "active/optimized" },
        counters: COUNTERS,
        place: "/etc/lunette/lunette.toml:30",
      },
    ],
    sessions: () => [
      {
        tsih: 7,
        initiator: "iqn.1998-01.com.vmware:esx-a",
        alias: "esx\u001b[31m-a",
        isid: "00023d000001",
        target: "iqn.2026-11.com.example.san1:vm01",
        portalGroup: 1,
        portal: "192.0.2.10:3260",
        address: "192.0.2.20:50001",
        startedAt: "2026-11-21T10:00:00.000Z",
        ageSeconds: 75,
        authentication: { method: "chap", algorithm: "sha256", user: "esx-a" },
        parameters: { HeaderDigest: "CRC32C", DataDigest: "None", MaxBurstLength: 16_776_192 },
        luns: [{ lun: 0, volume: "vm01", readOnly: false }],
        depth: 2,
        window: 128,
        commands: 1022,
        bytesRead: 4_096_000,
        bytesWritten: 40_960,
        counters: COUNTERS,
      },
    ],
    connections: () => [
      {
        address: "192.0.2.99:1",
        portal: "192.0.2.10:3260",
        portalGroup: 1,
        phase: "login",
        state: "login",
        ageSeconds: 3,
        idleSeconds: 3,
        initiator: undefined,
        target: undefined,
        tsih: undefined,
        unsentBytes: 0,
        held: false,
      },
    ],
    top: () => ({ at: "2026-11-21T10:00:00.000Z", milliseconds: 1000, luns: [], sessions: [] }),
  };
}

export interface ControlFixture {
  readonly path: string;
  readonly events: EventLog;
  readonly lines: readonly LoggedLine[];
  ask(path: string, options?: AskOptions): Promise<Answer>;
  changeLimits(limits: Limits): void;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the daemon says; the test looks at it
  readonly json: any;
}

export async function controlFixture(options: {
  readonly limits?: Partial<Limits>;
  readonly routes?: readonly Route[];
  readonly service?: Partial<ControlService>;
  readonly peerOf?: (fd: number) => Peer | undefined;
}): Promise<ControlFixture> {
  const folder = await makeTemporaryFolder("control");
  const path = join(folder, "control.sock");
  const events = memoryEvents(options.limits);
  const { log, lines } = recordingLog();
  const server = await ControlServer.start({
    path,
    routes: [...readRoutes(Object.assign(fakeService(events), options.service)), ...(options.routes ?? [])],
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    log,
    peerOf: options.peerOf ?? (() => undefined),
  });
  const close = async (): Promise<void> => {
    await server.close();
    await rm(folder, { recursive: true });
  };
  return {
    path,
    events,
    lines,
    ask: (each, more) => ask(path, each, more),
    changeLimits: (limits) => server.changeLimits(limits),
    close,
  };
}

export function ask(
  socketPath: string,
  path: string,
  { method = "GET", headers = {}, body }: AskOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method, headers, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        json: text === "" ? undefined : JSON.parse(text),
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

/** Sends bytes as they are; everything that comes back until the other side closes. */
export function askRaw(socketPath: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}
