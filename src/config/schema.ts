/**
 * The schema of lunette.toml as data: a table per kind of object and a row per key. Reading, the suggestions
 * for unknown keys, the types of what is read and the reference in README.md all derive from it.
 */
import { LIMITS, type LimitRow } from "../common/limits.ts";
import { advertisedAddressFault, apiAddressFault, listenAddressFault, metricsAddressFault, networkFault } from "./address.ts";
import type { Field, Fields, Kind } from "./field.ts";
import { iqnFault, iscsiNameFault, shortNameFault } from "./iscsi-name.ts";
import { CHAP_ALGORITHM_NAMES } from "./model.ts";
import {
  asciiFault,
  igroupNameFault,
  objectNameFault,
  pathFault,
  socketPathFault,
  textValueFault,
  uuidFault,
} from "./text-rules.ts";

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

export const PORTAL_GROUP = {
  header: "portal_group",
  many: true,
  doc: "Addresses that belong together: an initiator that reaches one may use them all.",
  label: "name",
  fields: {
    tag: {
      type: "integer",
      required: true,
      min: 1,
      max: 65535,
      doc: "Target portal group tag (RFC 7143 13.9).",
      example: "tag = 1",
    },
    name: { type: "string", doc: "Name in logs and metrics.", defaultDoc: "`group-` and the tag", fault: objectNameFault },
    portals: {
      type: "strings",
      required: true,
      nonEmpty: true,
      doc: "Addresses to listen on. Without a port: 3260.",
      fault: listenAddressFault,
      example: 'portals = ["0.0.0.0:3260", "[::]:3260"]',
    },
    advertise: {
      type: "strings",
      default: [],
      doc: "Addresses that discovery tells instead, behind NAT or in containers.",
      defaultDoc: "the portals; for a wildcard, the address that the initiator came to",
      fault: advertisedAddressFault,
    },
    access_state: {
      type: "string",
      default: "active/optimized",
      oneOf: ["active/optimized", "active/non-optimized", "standby", "unavailable"],
      doc: "Asymmetric access state (ALUA) with which the group starts: hosts with multipath prefer optimized paths. A host may change it for a LUN (SET TARGET PORT GROUPS).",
    },
    preferred: { type: "boolean", default: false, doc: "Tells hosts that this group is the preferred one (PREF of ALUA)." },
    discovery: {
      type: "string",
      default: "group",
      oneOf: ["group", "all"],
      doc: "What discovery here tells: the portals of this group, or those of every group that the initiator may use and whose `discovery_auth_group` is the same. All is right where hosts reach every network: one discovery then finds every path.",
    },
    discovery_auth_group: {
      type: "string",
      doc: "Auth group that a discovery session has to prove itself against.",
      defaultDoc: "none asked",
    },
  },
  tables: { redirect: "portal_group.redirect" },
} as const satisfies Kind;

const REDIRECT_FIELDS = {
  to: {
    type: "string",
    required: true,
    doc: "Address of the portal that the initiator is to log in to. Without a port: 3260.",
    fault: advertisedAddressFault,
    example: 'to = "192.0.2.11:3260"',
  },
  permanent: {
    type: "boolean",
    default: false,
    doc: "The target has moved for good (status 0102h), and initiators may remember that; false: for now (0101h).",
  },
} as const satisfies Fields;

export const PORTAL_GROUP_REDIRECT = {
  header: "portal_group.redirect",
  many: false,
  doc: 'Sends every initiator that would be admitted to a target here to another address instead, before it proves its name (RFC 7143 11.13.5). Discovery stays. Also written `redirect = { to = "192.0.2.11:3260" }`.',
  fields: REDIRECT_FIELDS,
} as const satisfies Kind;

export const CHAP = {
  header: "auth_group.chap",
  many: true,
  doc: "One CHAP user. A secret has 12 to 255 bytes and stands in a file with mode 0600, or inline.",
  label: "user",
  fields: {
    user: {
      type: "string",
      required: true,
      doc: "CHAP_N of the initiator.",
      fault: textValueFault,
      example: 'user = "host-a"',
    },
    secret: { type: "string", doc: "Secret of the initiator, inline.", sensitive: true },
    secret_file: { type: "string", doc: "File that holds the secret; one newline at its end is ignored.", fault: pathFault },
    mutual_user: { type: "string", doc: "CHAP_N with which the target proves itself.", fault: textValueFault },
    mutual_secret: {
      type: "string",
      doc: "Secret of the target, inline; must differ from every initiator's.",
      sensitive: true,
    },
    mutual_secret_file: { type: "string", doc: "File that holds the secret of the target.", fault: pathFault },
  },
} as const satisfies Kind;

export const AUTH_GROUP = {
  header: "auth_group",
  many: true,
  doc: "Credentials for CHAP.",
  label: "name",
  fields: {
    name: {
      type: "string",
      required: true,
      doc: "Name that `auth_group` refers to.",
      fault: objectNameFault,
      example: 'name = "hosts"',
    },
    algorithms: {
      type: "strings",
      default: ["sha3-256", "sha256", "sha1", "md5"],
      nonEmpty: true,
      oneOf: CHAP_ALGORITHM_NAMES,
      doc: "Algorithms that are allowed; the first of the initiator's list that is allowed is used.",
    },
  },
  tables: { chap: "auth_group.chap" },
} as const satisfies Kind;

export const IGROUP = {
  header: "igroup",
  many: true,
  doc: "Initiators, by name and optionally by network; or other igroups, at most three levels deep.",
  label: "name",
  fields: {
    name: {
      type: "string",
      required: true,
      doc: "Name that `igroup` and `igroups` refer to.",
      fault: igroupNameFault,
      example: 'name = "hosts"',
    },
    os_type: {
      type: "string",
      oneOf: ["linux", "windows", "vmware", "freebsd", "xen", "other"],
      doc: "Kind of host. No effect on data; must agree within nested igroups.",
    },
    initiators: { type: "strings", default: [], doc: "iSCSI names of the members.", fault: iscsiNameFault },
    networks: {
      type: "strings",
      default: [],
      doc: "Networks a member must come from: name and address must fit.",
      defaultDoc: "any address",
      fault: networkFault,
    },
    igroups: { type: "strings", default: [], doc: "Igroups whose members are members; instead of `initiators`." },
  },
} as const satisfies Kind;

export const VOLUME = {
  header: "volume",
  many: true,
  doc: "What backs a LUN: one file or block device.",
  label: "name",
  fields: {
    name: {
      type: "string",
      required: true,
      doc: "Name that `volume` refers to; the volume's id derives from it.",
      fault: objectNameFault,
      example: 'name = "vm01"',
    },
    path: {
      type: "string",
      required: true,
      doc: "File, or block device such as `/dev/vg0/vm01`. A path backs one volume only.",
      fault: pathFault,
      example: 'path = "/srv/luns/vm01.img"',
    },
    size: {
      type: "size",
      min: 512,
      max: Number.MAX_SAFE_INTEGER,
      doc: 'Size of a file, such as `"10 GiB"`.',
      defaultDoc: "what the file or device has",
    },
    create: {
      type: "string",
      oneOf: ["thin", "thick"],
      doc: "Create a missing file, without or with its space reserved.",
      defaultDoc: "it must exist",
    },
    block_size: { type: "integer", default: 512, oneOf: [512, 4096], doc: "Bytes of a logical block." },
    physical_block_size: {
      type: "integer",
      default: 4096,
      min: 512,
      max: 1048576,
      doc: "Bytes of a physical block: a power of two, at least `block_size`.",
    },
    io: {
      type: "string",
      default: "buffered",
      oneOf: ["buffered", "direct"],
      doc: "Through the page cache, or past it (O_DIRECT).",
    },
    write_cache: { type: "boolean", default: true, doc: "false: every write is durable before its status is sent." },
    read_only: { type: "boolean", default: false, doc: "Refuse writes." },
    removable: {
      type: "boolean",
      default: false,
      doc: "Hosts see a removable medium, which they may eject and load, and lock against that.",
    },
    space_warning_percent: {
      type: "integer",
      default: 5,
      min: 0,
      max: 100,
      doc: "Hosts of a thin volume are warned (38h/07h) when the filesystem under it has less space left than this part of the volume's size.",
    },
    online: {
      type: "boolean",
      default: true,
      doc: "false: the file or device is closed, and hosts that see the volume are told that it is offline.",
    },
    serial: {
      type: "string",
      doc: "Unit serial number (VPD 80h); unique.",
      defaultDoc: "derived from `node.uuid` and the name",
      fault: asciiFault(36),
    },
    product: { type: "string", default: "VIRTUAL-DISK", doc: "Product identification in INQUIRY.", fault: asciiFault(16) },
  },
} as const satisfies Kind;

export const ACCESS = {
  header: "target.access",
  many: true,
  doc: "Who may log in to this target, and how they prove it. Nobody else gets in.",
  label: "igroup",
  fields: {
    igroup: {
      type: "string",
      required: true,
      doc: 'An igroup, or `"any"`. A named igroup beats `"any"`.',
      example: 'igroup = "hosts"',
    },
    auth: {
      type: "string",
      required: true,
      oneOf: ["none", "chap", "mutual"],
      doc: "Always written out: there is no default.",
      example: 'auth = "chap"',
    },
    auth_group: { type: "string", doc: 'Credentials; needed unless `auth = "none"`.' },
  },
} as const satisfies Kind;

export const LUN = {
  header: "target.lun",
  many: true,
  doc: "Which volume stands behind which number, and for whom.",
  label: "lun",
  fields: {
    lun: { type: "integer", required: true, min: 0, max: 16383, doc: "Logical unit number.", example: "lun = 0" },
    volume: { type: "string", required: true, doc: "The volume.", example: 'volume = "vm01"' },
    igroups: { type: "strings", default: [], doc: "Who sees it.", defaultDoc: "every igroup in this target's access" },
    read_only: { type: "boolean", default: false, doc: "Refuse writes through this map." },
  },
} as const satisfies Kind;

export const TARGET = {
  header: "target",
  many: true,
  doc: "What an initiator logs in to.",
  label: "name",
  fields: {
    name: {
      type: "string",
      doc: "Short name: the target is `base_iqn:name`. Give this, or `iqn`, or both.",
      fault: shortNameFault,
    },
    iqn: {
      type: "string",
      doc: "iSCSI name in full: `iqn.…`, `eui.…` or `naa.…`.",
      defaultDoc: "`base_iqn:name`",
      fault: iscsiNameFault,
    },
    alias: { type: "string", doc: "TargetAlias, for people.", fault: textValueFault },
    online: {
      type: "boolean",
      default: true,
      doc: "false: discovery tells the target, but logins are refused for now (status 0301h), and sessions end.",
    },
    portal_groups: {
      type: "integers",
      min: 1,
      max: 65535,
      nonEmpty: true,
      doc: "Tags of the portal groups it is reachable through.",
      defaultDoc: "all",
    },
  },
  tables: { access: "target.access", lun: "target.lun", redirect: "target.redirect" },
} as const satisfies Kind;

export const TARGET_REDIRECT = {
  header: "target.redirect",
  many: false,
  doc: "The same for one target, in whichever portal group. It beats the redirect of a portal group.",
  fields: REDIRECT_FIELDS,
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

/** Every kind, in the order of the documentation. */
export const KINDS: readonly Kind[] = [
  NODE,
  METRICS,
  API,
  LIMITS_KIND,
  PORTAL_GROUP,
  PORTAL_GROUP_REDIRECT,
  AUTH_GROUP,
  CHAP,
  IGROUP,
  VOLUME,
  TARGET,
  ACCESS,
  LUN,
  TARGET_REDIRECT,
];

/** The tables that stand at the top of a file. */
export const TOP_LEVEL: readonly Kind[] = KINDS.filter((kind) => !kind.header.includes("."));
