/** Schema of the tables of which there is one: the node and what it offers beside the targets; and what heads managed.toml. */
import { LIMITS, type LimitRow } from "../common/limits.ts";
import { apiAddressFault, metricsAddressFault } from "./address.ts";
import type { Field, Kind } from "./field.ts";
import { iqnFault } from "./iscsi-name.ts";
import { objectNameFault, pathFault, socketPathFault, uuidFault } from "./text-rules.ts";

const limitField = (row: LimitRow): Field => ({
  type: row.unit === "bytes" ? "size" : "integer",
  min: row.min,
  max: row.max,
  default: row.value,
  doc: row.what,
});

/** `[limits]` derives from the table of bounds; rows that the protocol fixes can't be set. */
const limitFields: Record<string, Field & { readonly default: number }> = Object.fromEntries(
  Object.entries<LimitRow>(LIMITS)
    .filter(([, row]) => row.fixed !== true)
    .map(([name, row]) => [name, { ...limitField(row), default: row.value }]),
);

export const NODE = {
  header: "node",
  many: false,
  doc: "The machine that runs Lunette.",
  fields: {
    name: {
      type: "string",
      doc: "Name of this node in logs and metrics.",
      defaultDoc: "the host name",
      fault: objectNameFault,
    },
    base_iqn: {
      type: "string",
      required: true,
      doc: "Prefix of targets that are given by a short name: `vm01` becomes `base_iqn:vm01`.",
      fault: iqnFault,
      example: 'base_iqn = "iqn.2026-11.com.example.san1"',
    },
    uuid: {
      type: "string",
      doc: "Identity from which volumes derive their ids. Give it to share the identity between nodes.",
      defaultDoc: "made once, kept in `state_dir`",
      fault: uuidFault,
    },
    state_dir: { type: "string", default: "/var/lib/lunette", doc: "Folder for what Lunette must remember.", fault: pathFault },
    control_socket: {
      type: "string",
      default: "/run/lunette/control.sock",
      doc: "Unix socket for the command line, mode 0660.",
      fault: socketPathFault,
    },
    reactors: { type: "integer", default: 1, min: 1, max: 64, doc: "Processes that serve connections. This version has one." },
    log_level: {
      type: "string",
      default: "info",
      oneOf: ["trace", "debug", "info", "warn", "error", "fatal"],
      doc: "Least level that is logged.",
    },
  },
} as const satisfies Kind;

export const METRICS = {
  header: "metrics",
  many: false,
  doc: "Prometheus endpoint.",
  fields: {
    listen: {
      type: "string",
      default: "127.0.0.1:9860",
      doc: 'Address of `/metrics`, or `"off"`.',
      fault: metricsAddressFault,
    },
  },
} as const satisfies Kind;

export const API = {
  header: "api",
  many: false,
  doc: "The REST service, `lunette api`, and what may be made through it.",
  fields: {
    listen: {
      type: "string",
      default: "127.0.0.1:9870",
      doc: 'Address of the REST service, or `"off"`.',
      fault: apiAddressFault,
    },
    plain_http: {
      type: "boolean",
      default: false,
      doc: "Serve HTTP without TLS also to other machines; false: on loopback only. API keys then cross the network readable.",
    },
    tls_cert: {
      type: "string",
      doc: "Certificate of the service with its chain, PEM.",
      defaultDoc: "none: HTTP without TLS",
      fault: pathFault,
    },
    tls_key: { type: "string", doc: "Key of that certificate, PEM.", fault: pathFault },
    client_ca: {
      type: "string",
      doc: "Certificates of those who sign client certificates, PEM: a client that shows one needs no API key.",
      defaultDoc: "API keys only",
      fault: pathFault,
    },
    volume_folders: {
      type: "strings",
      default: [],
      doc: "Folders under which volumes that are made while Lunette runs may lie, the first one by default. `volumes` in `state_dir` always is one of them.",
      defaultDoc: "`volumes` in `state_dir`",
      fault: pathFault,
    },
    requests_per_second: {
      type: "integer",
      default: 50,
      min: 1,
      max: 100_000,
      doc: "Requests that one client may make each second.",
    },
  },
} as const satisfies Kind;

export const LIMITS_KIND = {
  header: "limits",
  many: false,
  doc: "Bounds. Every one has a default.",
  fields: limitFields,
} as const satisfies Kind;

/**
 * The head of `managed.toml`, which Lunette writes itself and which alone may have it. Not among KINDS: nobody writes it by hand.
 */
export const MANAGED = {
  header: "managed",
  many: false,
  doc: "What Lunette knows of the objects that were made while it ran.",
  fields: {
    generation: { type: "integer", default: 0, min: 0, max: Number.MAX_SAFE_INTEGER, doc: "Rises by one with each change." },
  },
  tables: { object: "managed.object" },
} as const satisfies Kind;

export const MANAGED_OBJECT = {
  header: "managed.object",
  many: true,
  doc: "One object of this file.",
  label: "id",
  fields: {
    kind: { type: "string", required: true, doc: "Its table." },
    id: {
      type: "string",
      required: true,
      doc: "Its name in the table; for a target its `iqn`, or its `name` where it has none.",
    },
    uuid: { type: "string", required: true, doc: "Given when it was made.", fault: uuidFault },
    generation: { type: "integer", required: true, min: 1, max: Number.MAX_SAFE_INTEGER, doc: "Of the last change of it." },
    created: { type: "string", required: true, doc: "ISO 8601 in UTC." },
    updated: { type: "string", required: true, doc: "ISO 8601 in UTC." },
  },
} as const satisfies Kind;
