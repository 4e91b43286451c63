/** The schemas of what the daemon tells of itself, as control/service.ts describes it. A test holds answers against them. */
import { EVENT_KINDS, SEVERITIES } from "../common/events.ts";
import { CALLER_KINDS, ROLES } from "./caller.ts";
import { array, boolean, integer, type JsonSchema, mapOf, number, object, oneOf, ref, string, time } from "./json-schema.ts";

const named = ($id: string, description: string, schema: JsonSchema): JsonSchema => ({ ...schema, $id, description });

const COUNTERS = named(
  "OperationCounters",
  "Since the daemon has started, by kind of operation.",
  mapOf(
    object({ operations: integer(), bytes: integer(), errors: integer(), latencySeconds: number("Sum over all operations.") }),
  ),
);

const STATUS = named(
  "NodeStatus",
  "What is configured, and how it runs at this moment.",
  object({
    configured: object(
      {
        node: string(),
        baseIqn: string(),
        portalGroups: array(object({ tag: integer(), name: string(), portals: array(string()), accessState: string() })),
        targets: integer(),
        volumes: integer(),
        igroups: integer(),
        objects: array(
          object(
            { kind: string(), name: string(), fields: mapOf({ description: "null: not set." }, "By the keys of the file.") },
            {
              of: string("The object that it is a part of."),
              position: integer("Of an access entry, among those of its target."),
            },
          ),
          "All of it, by kind and name, without places, ids and secrets.",
        ),
      },
      { metrics: string("Address of the Prometheus endpoint.") },
    ),
    running: object({
      state: oneOf(["starting", "serving", "stopping"]),
      version: string(),
      pid: integer(),
      configFile: string(),
      startedAt: time(),
      uptimeSeconds: number(),
      sessions: integer(),
      connections: integer(),
      volumesOffline: array(string(), "They should be online, and can't be."),
      volumesSwitchedOff: array(string(), "Offline as configured (online = false)."),
      buffers: object({ totalBytes: integer(), leasedBytes: integer() }),
      ring: object({ kind: string(), outstanding: integer() }),
      logins: mapOf(integer(), 'By outcome: "success", "timeout", or the status of RFC 7143 11.13.5.'),
      connectionsLost: integer(),
      digestErrors: integer(),
      protocolErrors: integer(),
      events: object({
        oldest: integer(),
        next: integer(),
        unwritten: integer("Events that are not on disk because it failed."),
      }),
    }),
  }),
);

const LUN_STATUS = named(
  "LunStatus",
  "A volume as hosts see it, with counters.",
  object(
    {
      volume: string(),
      path: string(),
      online: boolean(),
      sizeBytes: integer(),
      blockSize: integer(),
      thin: boolean(),
      readOnly: boolean(),
      writeCache: boolean(),
      io: string(),
      naa: string("NAA designator in hex: what hosts show as WWN."),
      serial: string(),
      maps: array(object({ target: string(), lun: integer(), readOnly: boolean() })),
      sessions: integer(),
      depth: integer("Commands in the task set now."),
      stopped: boolean(),
      memory: string("Whether what it has to remember is there."),
      accessStates: mapOf(string(), "By tag of the portal group."),
      counters: ref("OperationCounters"),
      place: string(),
    },
    {
      offline: string("Why it is not online: as configured, or what stands in the way."),
      reservation: object({ type: string(), registrants: integer(), durable: boolean() }, { holder: string() }),
    },
  ),
);

/** What a configured object has under `status`. */
const { volume: _volume, path: _path, place: _place, ...seen } = LUN_STATUS.properties as Record<string, JsonSchema>;
const VOLUME_STATUS = named("VolumeStatus", "The volume as hosts see it now, with counters.", {
  ...LUN_STATUS,
  properties: seen,
  required: (LUN_STATUS.required ?? []).filter((name) => name in seen),
});
const TARGET_STATUS = named("TargetStatus", "The target now.", object({ sessions: integer("Sessions at this moment.") }));
const PORTAL_GROUP_STATUS = named(
  "PortalGroupStatus",
  "The portal group now.",
  object({ sessions: integer("Sessions through its portals at this moment.") }),
);

const SESSION = named(
  "Session",
  "A session of an initiator, with what its login has negotiated.",
  object(
    {
      tsih: integer("Target session identifying handle (RFC 7143 11.12.6)."),
      initiator: string(),
      isid: string(),
      target: string(),
      portalGroup: integer(),
      portal: string(),
      address: string(),
      startedAt: time(),
      ageSeconds: number(),
      authentication: object({ method: string() }, { algorithm: string(), user: string() }),
      parameters: mapOf({ type: ["string", "number", "boolean"] }, "By the names of RFC 7143 section 13."),
      luns: array(object({ lun: integer(), volume: string(), readOnly: boolean() })),
      depth: integer("Commands outstanding now."),
      window: integer("How many may be."),
      commands: integer(),
      bytesRead: integer(),
      bytesWritten: integer("Received."),
      counters: ref("OperationCounters"),
    },
    { alias: string() },
  ),
);

const CONNECTION = named(
  "Connection",
  "A TCP connection to a portal, before login as well.",
  object(
    {
      address: string(),
      portal: string(),
      portalGroup: integer(),
      phase: string(),
      state: string(),
      ageSeconds: number(),
      idleSeconds: number("Since the last byte from the initiator."),
      unsentBytes: integer("Handed to the socket and not yet taken by the kernel."),
      held: boolean("It is not read from: it does not take its answers."),
    },
    { initiator: string(), target: string(), tsih: integer() },
  ),
);

const TOP = named(
  "TopSample",
  "Counters with the time of reading: rates are the difference of two samples.",
  object({
    at: time(),
    milliseconds: number("Monotonic: for rates."),
    luns: array(object({ volume: string(), depth: integer(), counters: ref("OperationCounters") })),
    sessions: array(
      object({
        tsih: integer(),
        initiator: string(),
        target: string(),
        depth: integer(),
        commands: integer(),
        bytesRead: integer(),
        bytesWritten: integer("Received."),
        counters: ref("OperationCounters"),
      }),
    ),
  }),
);

const EVENT = named(
  "Event",
  "Something that happened, as PROTOCOL.md of the control socket has it.",
  object(
    {
      sequence: integer("Rises from event to event, restarts included."),
      id: string(),
      at: time(),
      kind: oneOf(Object.keys(EVENT_KINDS)),
      severity: oneOf(SEVERITIES),
      details: { type: "object", description: "What is known of whom and what it concerns.", additionalProperties: true },
    },
    { repeated: integer("How many more it stands for.") },
  ),
);

const EVENT_PAGE = named(
  "EventPage",
  "Events in their order.",
  object({
    events: array(ref("Event")),
    next: integer("The `from` of the next request."),
    oldest: integer("Sequence of the oldest event that is kept."),
  }),
);

const TASK = named(
  "Task",
  "Work that takes longer than a second.",
  object(
    {
      id: string(),
      kind: string("What it does, such as create-volume."),
      state: oneOf(["running", "succeeded", "failed", "cancelled"]),
      done: integer("Bytes."),
      total: integer("Bytes."),
      started: time(),
      actor: string(),
    },
    { volume: string(), ended: time(), error: { description: "Why it failed." } },
  ),
);

const AUDIT_ENTRY = named("AuditEntry", "A change, or a refused one: who, what, before and after, with secrets masked.", {
  type: "object",
  properties: {
    sequence: integer(),
    at: time(),
    actor: string(),
    peer: { description: "The process at the other end of the control socket." },
    method: string(),
    path: string(),
    outcome: oneOf(["applied", "refused"]),
    error: { description: "Why it was refused." },
    generation: integer(),
    before: { description: "The object as it was." },
    after: { description: "The object as it is." },
  },
  required: ["sequence", "at", "actor", "method", "path", "outcome"],
  additionalProperties: true,
});

const AUDIT_PAGE = named(
  "AuditPage",
  "The audit log in commit order.",
  object({ entries: array(ref("AuditEntry")), next: integer("The `from` of the next request."), oldest: integer() }),
);

const PREFIXES = named(
  "Prefixes",
  "Names that a key is held to begin with one of these.",
  object({}, { volumes: array(string()), igroups: array(string()) }),
);
const ROLE = named("Role", "Each has what those before it have.", oneOf(ROLES));

const API_KEY = named(
  "ApiKey",
  "A key, or a client certificate that is admitted; its secret is shown once, when it is made.",
  object(
    {
      name: string(),
      id: string(),
      roles: array(ref("Role"), "One."),
      created: time(),
      created_by: string("The actor that made it."),
    },
    {
      expires: time(),
      last_used: time("To the minute."),
      prefixes: ref("Prefixes"),
      certificate: string("SHA-256 fingerprint of a client certificate, in hex."),
    },
  ),
);
const CALLER = named(
  "Caller",
  "Whose key or client certificate a request came with.",
  object({ name: string(), kind: oneOf(CALLER_KINDS), role: ref("Role") }, { prefixes: ref("Prefixes") }),
);
const API_KEY_MADE = named("ApiKeyMade", "The only time that the key is shown.", {
  ...API_KEY,
  properties: { ...API_KEY.properties, key: string("`lnt_<id>_<secret>`; absent for a certificate.") },
});
const API_KEY_CREATE = named(
  "ApiKeyCreate",
  "A key to be made.",
  object(
    { name: { ...string(), minLength: 1, maxLength: 255 }, role: ref("Role") },
    {
      expires: time("It is refused from then on."),
      prefixes: ref("Prefixes"),
      certificate: string("SHA-256 fingerprint of a client certificate: the key is that certificate, and has no secret."),
    },
  ),
);

export const LIVE_SCHEMAS: readonly JsonSchema[] = [
  COUNTERS,
  STATUS,
  LUN_STATUS,
  VOLUME_STATUS,
  TARGET_STATUS,
  PORTAL_GROUP_STATUS,
  SESSION,
  CONNECTION,
  TOP,
  EVENT,
  EVENT_PAGE,
  TASK,
  AUDIT_ENTRY,
  AUDIT_PAGE,
  PREFIXES,
  ROLE,
  CALLER,
  API_KEY,
  API_KEY_MADE,
  API_KEY_CREATE,
];
