/**
 * The schema of lunette.toml as data: a table per kind of object and a row per key. Reading, the suggestions
 * for unknown keys, the types of what is read, the bodies of the API, the options of the command line and the reference in README.md all
 * derive from it. The tables are in schema-node.ts, schema-access.ts and schema-volume.ts.
 */
import type { Kind } from "./field.ts";
import {
  ACCESS,
  AUTH_GROUP,
  CHAP,
  IGROUP,
  LUN,
  PORTAL_GROUP,
  PORTAL_GROUP_REDIRECT,
  TARGET,
  TARGET_REDIRECT,
} from "./schema-access.ts";
import { API, LIMITS_KIND, METRICS, NODE } from "./schema-node.ts";
import { VOLUME } from "./schema-volume.ts";

export * from "./schema-access.ts";
export * from "./schema-node.ts";
export * from "./schema-volume.ts";

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
