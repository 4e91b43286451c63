/** The collections of `/v1/config` as data: where their objects stand in the configuration, and what their ids are. */
import { canonicalHost, formatAddress, parseAddress } from "../config/address.ts";
import type { Kind } from "../config/field.ts";
import { iscsiNameFault, normaliseIscsiName } from "../config/iscsi-name.ts";
import {
  ACCESS,
  API,
  AUTH_GROUP,
  CHAP,
  IGROUP,
  LIMITS_KIND,
  LUN,
  METRICS,
  NODE,
  PORTAL_GROUP,
  TARGET,
  VOLUME,
} from "../config/schema.ts";
import { type ManagedDocument, type Raw, rowsOf } from "./document.ts";

/** What an object holds that is addressed on its own: tables of a kind, or elements of a list of texts. */
export interface Part {
  readonly segment: string;
  /** The key of the object's table under which they stand. */
  readonly key: string;
  /** undefined: elements, which show themselves as an object with `member`. */
  readonly kind: Kind | undefined;
  readonly member: string;
  readonly word: string;
  /** undefined: it has none, because it is wrong. */
  readonly idOf: (element: unknown) => string | undefined;
  /** The id as it is compared. */
  readonly canonical: (id: string) => string;
  /** The fields that an id says. */
  readonly identity: (id: string) => Raw;
}

export interface Collection {
  readonly segment: string;
  /** The name of its lists in `GET /v1/config`. */
  readonly plural: string;
  readonly kind: Kind;
  readonly word: string;
  readonly idOf: (raw: Raw, baseIqn: string) => string | undefined;
  readonly canonical: (id: string, baseIqn: string) => string;
  readonly identity: (id: string, baseIqn: string) => Raw;
  readonly parts: readonly Part[];
}

const same = (id: string): string => id;
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function canonicalAddress(written: string): string {
  const parsed = parseAddress(written);
  return parsed.ok ? formatAddress({ host: canonicalHost(parsed.address.host), port: parsed.address.port }) : written;
}

/** "0", or "0@a,b" with the igroups in order: one number may have a map for each audience. */
function lunId(lun: unknown, igroups: unknown): string | undefined {
  if (typeof lun !== "number") return undefined;
  const audience = Array.isArray(igroups) ? igroups.map(String).sort() : [];
  return audience.length === 0 ? String(lun) : `${lun}@${audience.join(",")}`;
}

/** As a number where it is one; what is none is the loader's to refuse. */
const numeral = (written: string): number | string => (/^\d{1,15}$/.test(written) ? Number(written) : written);

/** No igroup has "@" or "," in its name, so that what follows the first "@" is one list. */
function lunIdentity(id: string): Raw {
  const at = id.indexOf("@");
  if (at < 0) return { lun: numeral(id) };
  return { lun: numeral(id.slice(0, at)), igroups: id.slice(at + 1).split(",") };
}

function canonicalLun(id: string): string {
  const { lun, igroups } = lunIdentity(id);
  return lunId(lun, igroups) ?? id;
}

const byName = (segment: string, plural: string, kind: Kind, word: string, parts: readonly Part[] = []): Collection => ({
  segment,
  plural,
  kind,
  word,
  idOf: (raw) => text(raw["name"]),
  canonical: same,
  identity: (name) => ({ name }),
  parts,
});

const element = (segment: string, member: string, word: string, canonical: (id: string) => string): Part => ({
  segment,
  key: segment,
  kind: undefined,
  member,
  word,
  idOf: (value) => (typeof value === "string" ? canonical(value) : undefined),
  canonical,
  identity: (id) => ({ [member]: id }),
});

const table = (segment: string, key: string, kind: Kind, word: string, member: string): Part => ({
  segment,
  key,
  kind,
  member,
  word,
  idOf: (value) => text((value as Raw)[member]),
  canonical: same,
  identity: (id) => ({ [member]: id }),
});

/** The full name; a short one is completed as the configuration does it. */
const targetName = (id: string, baseIqn: string): string =>
  normaliseIscsiName(iscsiNameFault(id) === undefined ? id : `${baseIqn}:${id}`);

export const COLLECTIONS: readonly Collection[] = [
  {
    segment: "portal-groups",
    plural: "portal_groups",
    kind: PORTAL_GROUP,
    word: "portal group",
    idOf: ({ tag }) => (typeof tag === "number" ? String(tag) : undefined),
    canonical: (id) => String(numeral(id)),
    identity: (id) => ({ tag: numeral(id) }),
    parts: [element("portals", "address", "portal", canonicalAddress)],
  },
  byName("auth-groups", "auth_groups", AUTH_GROUP, "auth group", [table("chap", "chap", CHAP, "CHAP user", "user")]),
  byName("igroups", "igroups", IGROUP, "igroup", [element("initiators", "initiator", "initiator", normaliseIscsiName)]),
  byName("volumes", "volumes", VOLUME, "volume"),
  {
    segment: "targets",
    plural: "targets",
    kind: TARGET,
    word: "target",
    idOf: ({ name, iqn }, baseIqn) => {
      const written = text(iqn);
      const short = text(name);
      if (written !== undefined) return normaliseIscsiName(written);
      return short === undefined ? undefined : normaliseIscsiName(`${baseIqn}:${short}`);
    },
    canonical: targetName,
    identity: (id, baseIqn) => {
      const full = targetName(id, baseIqn);
      const prefix = `${normaliseIscsiName(baseIqn)}:`;
      return full.startsWith(prefix) ? { name: full.slice(prefix.length) } : { iqn: full };
    },
    parts: [
      table("access", "access", ACCESS, "access entry", "igroup"),
      {
        segment: "luns",
        key: "lun",
        kind: LUN,
        member: "lun",
        word: "LUN map",
        idOf: (value) => lunId((value as Raw)["lun"], (value as Raw)["igroups"]),
        canonical: canonicalLun,
        identity: lunIdentity,
      },
    ],
  },
];

const single = (kind: Kind): Collection => ({
  segment: kind.header,
  plural: kind.header,
  kind,
  word: `[${kind.header}]`,
  idOf: () => kind.header,
  canonical: same,
  identity: () => ({}),
  parts: [],
});

/** Tables that stand once. [node] is always the hand-written file's. */
export const SINGLETONS: readonly Collection[] = [NODE, METRICS, LIMITS_KIND, API].map(single);

/**
 * Objects of the document with the parts that they hold: what `limits.managed_objects` bounds. Tables that stand once do not count, so that
 * the bound itself can still be raised when it is reached.
 */
export function managedCount(document: ManagedDocument): number {
  let count = 0;
  for (const { kind, parts } of COLLECTIONS)
    for (const raw of rowsOf(document, kind.header)) {
      count += 1;
      for (const { key } of parts) {
        const held = raw[key];
        if (Array.isArray(held)) count += held.length;
      }
    }
  return count;
}
