/**
 * Who calls the REST sidecar, and what that one has to be allowed for each group of paths. The authentication of a request sets
 * `request.caller`; every route has its least role in `config.role`, and `roleFor` is where all of them are written down.
 */

/** Each has what those before it have. */
export const ROLES = ["read", "operate", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** `public`: without a key, as the console's files and the description of the API are. */
export type RouteRole = Role | "public";

export const CALLER_KINDS = ["api-key", "certificate"] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Names of objects that a caller is held to begin with one of these; a list that is absent holds it to nothing. */
export interface CallerPrefixes {
  readonly volumes?: readonly string[];
  readonly igroups?: readonly string[];
}

export interface Caller {
  readonly name: string;
  readonly kind: CallerKind;
  readonly role: Role;
  readonly prefixes?: CallerPrefixes;
}

declare module "fastify" {
  interface FastifyRequest {
    /** null on public routes, and before the request is authenticated. */
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** Absent on what is no route of ours, such as the answer to an unknown path. */
    role?: RouteRole;
  }
}

/** Whether `role` has what `wanted` asks for. */
export function hasRole(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** Least role that changes what stands behind a group of paths; reading takes `read` unless READING says otherwise. */
export const CHANGING = {
  volumes: "operate",
  targets: "operate",
  igroups: "operate",
  sessions: "operate",
  tasks: "operate",
  "portal-groups": "admin",
  "auth-groups": "admin",
  node: "admin",
  limits: "admin",
  metrics: "admin",
  api: "admin",
  "api-keys": "admin",
  reload: "admin",
} as const satisfies Record<string, Role>;

/** What to read takes more than `read`: who may call, and who has done what. A plan of another text reads files that it names. */
export const READING = {
  "api-keys": "admin",
  audit: "admin",
} as const satisfies Record<string, Role>;

export type Guarded = keyof typeof CHANGING | keyof typeof READING;

/** The least role for a method on a group of paths. */
export function requireRole(group: string, change: boolean): Role {
  const table: Readonly<Record<string, Role>> = change ? CHANGING : READING;
  const role = table[group];
  if (change && role === undefined) throw new Error(`no role is written down for changing ${group}`);
  return role ?? "read";
}

/** What the daemon is told of a caller: `lunette-actor` and `lunette-scope` (src/control/PROTOCOL.md). */
export function callerHeaders(caller: Caller | null): Readonly<Record<string, string>> {
  if (caller === null) return {};
  const { name, kind, role, prefixes } = caller;
  const scope = JSON.stringify({ role, prefixes: prefixes ?? {} });
  return {
    "lunette-actor": `${kind}:${name.replace(OUTSIDE_ASCII, percent)}`,
    "lunette-scope": scope.replace(OUTSIDE_ASCII, escaped),
  };
}

/** A header holds printable ASCII; the name of a certificate may hold anything. */
const OUTSIDE_ASCII = /[^\x20-\x7e]/g;
const percent = (unit: string): string =>
  [...Buffer.from(unit)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
