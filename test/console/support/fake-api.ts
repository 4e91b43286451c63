/**
 * What stands in for the sidecar while the console itself is under test: canned answers in the shapes of the real ones, counters that rise with
 * time, and one change of the configuration that waits to be applied.
 */
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Explanation } from "../../../src/access/explain-types.ts";
import type { LunetteEvent } from "../../../src/common/events.ts";
import type {
  Caller,
  IgroupResource,
  PlanAnswer,
  Role,
  SessionResource,
  TargetResource,
  VolumeResource,
} from "../../../src/console/answers.ts";
import type { NodeStatus, TopSample } from "../../../src/control/service.ts";

const ROOT = fileURLToPath(new URL("../../../dist/console", import.meta.url));

export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const KEYS: Readonly<Record<string, Caller>> = Object.fromEntries(
  (["read", "operate", "admin"] as const satisfies readonly Role[]).map((role) => [
    `lnt_${role}_key`,
    { name: role === "read" ? "dashboard" : `${role}-key`, kind: "api-key", role },
  ]),
);

const IQN = "iqn.2026-11.com.example.lab:prod";
const HOST = "iqn.1998-01.com.vmware:esx-01";
const FILE = "/etc/lunette/lunette.toml";
const place = (line: number) => ({ file: FILE, line, column: 1 });
const entity = (id: string, home: "file" | "managed" = "managed") => ({
  id,
  uuid: "6f1c0f6e-0000-4000-8000-000000000000",
  generation: 3,
  home,
  ...(home === "file" ? { place: `${FILE}:20:1` } : {}),
});

export interface FakeApi {
  readonly url: string;
  /** Every request but those of files. */
  readonly asked: {
    readonly method: string;
    readonly url: string;
    readonly body: unknown;
    readonly ifMatch: string | undefined;
  }[];
  record(event: Partial<LunetteEvent> & Pick<LunetteEvent, "kind" | "severity">): void;
  /** Ends every event stream, as a restart of the sidecar does. */
  cutStreams(): void;
  close(): Promise<void>;
}

export async function startFakeApi(): Promise<FakeApi> {
  const app = Fastify({ forceCloseConnections: true });
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const asked: { method: string; url: string; body: unknown; ifMatch: string | undefined }[] = [];
  const streams = new Set<FastifyReply>();
  const events: LunetteEvent[] = [];
  let pending = true;
  let size = 64 * 2 ** 30;
  let online = true;

  const record: FakeApi["record"] = (event) => {
    const sequence = events.length + 1;
    const whole = { sequence, id: `e${sequence}`, at: new Date().toISOString(), details: {}, ...event };
    events.push(whole);
    for (const stream of streams) stream.raw.write(`id: ${sequence}\ndata: ${JSON.stringify(whole)}\n\n`);
  };
  record({ kind: "daemon-started", severity: "info" });
  record({
    kind: "login-accepted",
    severity: "info",
    details: { initiator: HOST, target: IQN, session: 7, address: "192.0.2.21" },
  });
  record({
    kind: "login-refused",
    severity: "warning",
    details: {
      initiator: "iqn.1998-01.com.vmware:esx-09",
      address: "192.0.2.29",
      status: "0x0202",
      reason: "in no igroup of the target",
    },
    repeated: 4,
  });
  record({ kind: "volume-offline", severity: "error", details: { volume: "archive", reason: "ENOENT" } });

  app.addHook("onRequest", async (_request, reply) => {
    reply.header("content-security-policy", POLICY);
  });
  app.addHook("preHandler", async (request, reply) => {
    if (!request.url.startsWith("/v1/")) return;
    const { method, url, body } = request;
    asked.push({ method, url, body, ifMatch: request.headers["if-match"] });
    const caller = KEYS[request.headers.authorization?.replace("Bearer ", "") ?? ""];
    if (caller === undefined) return problem(reply, 401, "unauthenticated", "No valid key or certificate", "no such key");
    if (method !== "GET" && caller.role === "read")
      return problem(reply, 403, "not-permitted", "Not permitted", "this takes the role operate");
  });
  app.addContentTypeParser("application/merge-patch+json", { parseAs: "string" }, (_request, body, done) =>
    done(null, JSON.parse(String(body))),
  );

  app.get("/v1/whoami", (request) => KEYS[request.headers.authorization?.replace("Bearer ", "") ?? ""]);
  app.get("/v1/status", () => status(seconds(), events.length, online));
  app.get("/v1/top", () => topSample(seconds()));
  app.get("/v1/sessions", () => ({ items: [session(seconds())] }));
  app.get("/v1/sessions/7", () => session(seconds()));
  app.get("/v1/volumes", () => ({ items: volumes(size, online, seconds()) }));
  app.get("/v1/volumes/vm01", (_request, reply) => reply.header("etag", '"3"').send(volumes(size, online, seconds())[0]));
  app.patch("/v1/volumes/vm01", (request, reply) => {
    if (request.headers["if-match"] !== '"3"')
      return problem(reply, 412, "changed-meanwhile", "Changed meanwhile", "another etag");
    const body = request.body as { size?: number; online?: boolean };
    const answer = volumePlan(body, size);
    if (!request.url.includes("dry_run")) {
      size = body.size ?? size;
      online = body.online ?? online;
    }
    return answer;
  });
  app.get("/v1/targets", () => ({ items: targets() }));
  app.get("/v1/igroups", () => ({ items: igroups() }));
  app.get("/v1/explain", () => explanation());
  app.get("/v1/plan", () => (pending ? plan() : NO_PLAN));
  app.post("/v1/reload", () => {
    pending = false;
    record({ kind: "configuration-applied", severity: "info", details: { actor: "api-key:admin-key" } });
    return plan();
  });
  app.get("/v1/events", (request, reply) => {
    const from = Number((request.query as { from?: string }).from ?? events.length + 1);
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "content-security-policy": POLICY });
    reply.raw.write("retry: 2000\n\n: hello\n\n");
    for (const event of events.slice(Math.max(0, from - 1)))
      reply.raw.write(`id: ${event.sequence}\ndata: ${JSON.stringify(event)}\n\n`);
    streams.add(reply);
    reply.raw.on("close", () => streams.delete(reply));
  });
  await app.register(fastifyStatic, { root: ROOT });
  const url = await listen(app);
  return {
    url,
    asked,
    record,
    cutStreams: () => {
      for (const stream of streams) stream.raw.end();
    },
    close: () => app.close(),
  };
}

const listen = (app: FastifyInstance): Promise<string> => app.listen({ host: "127.0.0.1", port: 0 });

function problem(reply: FastifyReply, code: number, type: string, title: string, detail: string): FastifyReply {
  const document = { type: `urn:lunette:problem:${type}`, title, status: code, detail, advice: "use another key" };
  return reply.code(code).header("content-type", "application/problem+json").send(JSON.stringify(document));
}

function status(up: number, events: number, online: boolean): NodeStatus {
  return {
    configured: {
      node: "lab",
      baseIqn: "iqn.2026-11.com.example.lab",
      portalGroups: [
        { tag: 1, name: "fabric-a", portals: ["192.0.2.10:3260", "[2001:db8::10]:3260"], accessState: "active/optimized" },
        { tag: 2, name: "fabric-b", portals: ["198.51.100.10:3260"], accessState: "active/non-optimized" },
      ],
      targets: 1,
      volumes: 2,
      igroups: 2,
      metrics: "127.0.0.1:9860",
      objects: [],
    },
    running: {
      state: "serving",
      version: "0.1.0",
      pid: 4711,
      configFile: FILE,
      startedAt: new Date(Date.now() - up * 1000).toISOString(),
      uptimeSeconds: up,
      sessions: 1,
      connections: 2,
      volumesOffline: online ? ["archive"] : ["archive", "vm01"],
      volumesSwitchedOff: [],
      buffers: { totalBytes: 2 ** 28, leasedBytes: 3 * 2 ** 20 },
      ring: { kind: "io_uring", outstanding: 12 },
      logins: { success: 12, "0x0202": 5 },
      connectionsLost: 0,
      digestErrors: 0,
      protocolErrors: 0,
      events: { oldest: 1, next: events + 1, unwritten: 0 },
    },
  };
}

/** Reads and writes whose rates wander, so that a chart has something to show. */
function work(at: number) {
  const reads = Math.round(4000 * at + 9000 * Math.sin(at / 9) + 9000);
  const writes = Math.round(1500 * at + 2000 * Math.sin(at / 5) + 2000);
  return {
    read: {
      operations: reads,
      bytes: reads * 16384,
      errors: 0,
      latencySeconds: reads * 0.00031 + 0.9 * Math.sin(at / 7) + 0.9,
    },
    write: { operations: writes, bytes: writes * 8192, errors: 0, latencySeconds: writes * 0.00082 },
  };
}

function topSample(at: number): TopSample {
  const { read, write } = work(at);
  return {
    at: new Date().toISOString(),
    milliseconds: at * 1000,
    luns: [{ volume: "vm01", depth: 9, counters: { read, write } }],
    sessions: [
      {
        ...{ tsih: 7, initiator: HOST, target: IQN, depth: 9 },
        ...{ commands: read.operations + write.operations, bytesRead: read.bytes, bytesWritten: write.bytes },
        counters: { read, write },
      },
    ],
  };
}

function session(at: number): SessionResource {
  const { read, write } = work(at);
  return {
    ...{
      tsih: 7,
      initiator: HOST,
      alias: "esx-01",
      isid: "00023d000001",
      target: IQN,
      portalGroup: 1,
      portal: "192.0.2.10:3260",
    },
    ...{ address: "192.0.2.21:51512", startedAt: new Date(Date.now() - at * 1000).toISOString(), ageSeconds: at },
    authentication: { method: "chap", algorithm: "sha3-256", user: "esx" },
    parameters: {
      HeaderDigest: "CRC32C",
      DataDigest: "None",
      MaxRecvDataSegmentLength: 262144,
      ImmediateData: true,
      InitialR2T: false,
    },
    luns: [{ lun: 0, volume: "vm01", readOnly: false }],
    ...{
      depth: 9,
      window: 128,
      commands: read.operations + write.operations,
      bytesRead: read.bytes,
      bytesWritten: write.bytes,
    },
    counters: { read, write },
  };
}

function volumes(size: number, online: boolean, at: number): VolumeResource[] {
  const shared = {
    ...{
      blockSize: 512,
      thin: true,
      readOnly: false,
      writeCache: true,
      io: "buffered",
      naa: "6001405f00000001",
      serial: "5f000001",
    },
    ...{ sessions: 1, depth: 9, stopped: false, memory: "kept", reservation: undefined, accessStates: {}, counters: work(at) },
  };
  return [
    {
      ...{ ...entity("vm01"), name: "vm01", path: "/srv/vm01.img", online },
      status: { ...shared, online, sizeBytes: size, maps: [{ target: IQN, lun: 0, readOnly: false }] },
    },
    {
      ...{ ...entity("archive", "file"), name: "archive", path: "/srv/archive.img", online: true },
      status: { ...shared, online: false, sizeBytes: 2 * 2 ** 40, writeCache: false, sessions: 0, maps: [] },
    },
  ];
}

function targets(): TargetResource[] {
  return [
    {
      ...{ ...entity(IQN), name: IQN, online: true, portal_groups: [1, 2] },
      access: [{ igroup: "esx", auth: "chap", auth_group: "esx" }],
      lun: [{ lun: 0, volume: "vm01", read_only: false, igroups: [] }],
      status: { sessions: 1 },
    },
  ];
}

function igroups(): IgroupResource[] {
  return [
    {
      ...entity("esx"),
      name: "esx",
      os_type: "vmware",
      initiators: [HOST, "iqn.1998-01.com.vmware:esx-02"],
      igroups: [],
      networks: ["192.0.2.0/24"],
    },
    {
      ...entity("backup", "file"),
      name: "backup",
      os_type: "linux",
      initiators: ["iqn.1993-08.org.debian:01:backup"],
      igroups: [],
      networks: [],
    },
  ];
}

/** From a host on the wrong network: refused at the candidates. */
function explanation(): Explanation {
  return {
    initiator: { written: HOST, name: HOST, igroups: [{ chain: ["esx"], place: place(31) }] },
    targets: [
      {
        ...{ iqn: IQN, name: "prod", place: place(52) },
        verdict: {
          ...{ kind: "refused", step: "candidates", status: "0202h" },
          detail: "it is listed, but not for this address: <b>192.0.2.0/24</b> does not hold it",
          place: place(33),
          next: "connect from a network of igroup esx, or add the network to it",
        },
        portalGroups: [{ tag: 1, name: "fabric-a", portals: ["192.0.2.10:3260"] }],
        candidates: [
          {
            ...{ igroup: "esx", place: place(55), outcome: "wrong address", chosen: false },
            paths: [
              {
                ...{ chain: ["esx"], place: place(31), fits: false },
                networks: [{ igroup: "esx", networks: ["192.0.2.0/24"], place: place(33), holds: false }],
              },
            ],
          },
        ],
        ...{ redirects: [], luns: [], hidden: [], failures: [], sessions: [] },
      },
    ],
    failures: [],
  };
}

const touched = (outcome: "unit attention" | "ends", why: string) => ({
  session: { initiatorName: HOST, address: "192.0.2.21", targetIqn: IQN, portalGroupTag: 1 },
  ...{ outcome, why, steps: [0] },
});

const NO_PLAN: PlanAnswer = { plan: { steps: [], refusals: [], restarts: [] }, sessions: [], files: [FILE], warnings: [] };

function plan(): PlanAnswer {
  return {
    plan: {
      steps: [
        {
          ...{
            action: "change",
            kind: "igroup",
            name: "esx",
            place: place(30),
            effect: "hosts that it no longer holds lose their sessions",
          },
          fields: [
            {
              field: "initiators",
              from: [HOST, "iqn.1998-01.com.vmware:esx-02"],
              to: ["iqn.1998-01.com.vmware:esx-02"],
              how: "live",
            },
          ],
        },
        {
          ...{ action: "add", kind: "volume", name: "vm02", place: place(44), effect: "nobody sees it until it is mapped" },
          fields: [{ field: "size", from: null, to: 2 ** 34, how: "live" }],
        },
      ],
      refusals: [],
      restarts: [],
    },
    sessions: [touched("ends", "igroup esx no longer holds it")],
    ...{ files: [FILE], warnings: [] },
  };
}

function volumePlan(body: { size?: number; online?: boolean }, size: number) {
  const fields =
    body.size === undefined
      ? [{ field: "online", from: true, to: body.online ?? true, how: "live" as const }]
      : [{ field: "size", from: size, to: body.size, how: "live" as const }];
  return {
    generation: 4,
    plan: {
      steps: [{ action: "change", kind: "volume", name: "vm01", fields, effect: "hosts are told of the new size" }],
      ...{ refusals: [], restarts: [] },
    },
    sessions: [touched("unit attention", "it sees volume vm01")],
  };
}
