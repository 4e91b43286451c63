/** Schema of portals, credentials, igroups and targets: through where hosts come, who they are, and what they see. */
import { advertisedAddressFault, listenAddressFault, networkFault } from "./address.ts";
import type { Fields, Kind } from "./field.ts";
import { iscsiNameFault, shortNameFault } from "./iscsi-name.ts";
import { CHAP_ALGORITHM_NAMES } from "./model.ts";
import { igroupNameFault, objectNameFault, pathFault, textValueFault } from "./text-rules.ts";

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
