/** Objects that are configured one by one: what the verbs of each kind share (PROTOCOL.md, /v1/config/…). */
import type { Kind } from "../config/field.ts";
import { AUTH_GROUP, IGROUP, PORTAL_GROUP, TARGET, VOLUME } from "../config/schema.ts";

/** A configured object: what Lunette says of it, and every key of the file that is set. */
export interface Entity {
  readonly id: string;
  readonly uuid: string;
  readonly generation: number;
  readonly created?: string;
  readonly updated?: string;
  readonly home: "file" | "managed";
  /** `file:line:column` */
  readonly place?: string;
  readonly [key: string]: unknown;
}

export interface EntityList {
  readonly generation: number;
  readonly items: readonly Entity[];
}

/** Members of an entity that are no keys of the file. */
export const ABOUT = ["id", "uuid", "generation", "created", "updated", "home", "place"] as const;

export interface Noun {
  /** The words before the verb: "volume", "portal group". */
  readonly words: string;
  /** What one is called in a sentence, before its id. */
  readonly title: string;
  /** The positional argument that names one; completion knows objects by it. */
  readonly argument: string;
  readonly kind: Kind;
  readonly collection: string;
}

export const VOLUMES: Noun = {
  words: "volume",
  title: "volume",
  argument: "volume",
  kind: VOLUME,
  collection: "/v1/config/volumes",
};
export const TARGETS: Noun = {
  words: "target",
  title: "target",
  argument: "target",
  kind: TARGET,
  collection: "/v1/config/targets",
};
export const IGROUPS: Noun = {
  words: "igroup",
  title: "igroup",
  argument: "igroup",
  kind: IGROUP,
  collection: "/v1/config/igroups",
};
export const PORTAL_GROUPS: Noun = {
  words: "portal group",
  title: "portal group",
  argument: "tag",
  kind: PORTAL_GROUP,
  collection: "/v1/config/portal-groups",
};
export const AUTH_GROUPS: Noun = {
  words: "auth",
  title: "auth group",
  argument: "auth-group",
  kind: AUTH_GROUP,
  collection: "/v1/config/auth-groups",
};

export const pathOf = ({ collection }: Noun, id: string, ...more: readonly string[]): string =>
  [collection, encodeURIComponent(id), ...more].join("/");

export const titleOf = ({ title }: Noun, id: string): string => `${title} "${id}"`;
