/**
 * Keys of the REST API: what one is, and what may be asked for when one is made. A key is a secret of 256 bits, or the fingerprint of a client
 * certificate; role, expiry, prefixes and revocation are the same for both.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { LIMITS } from "../common/limits.ts";
import { objectNameFault } from "../config/text-rules.ts";
import { ControlError } from "./control-error.ts";

/** Each has what those before it have. */
export const API_ROLES = ["read", "operate", "admin"] as const;
export type ApiRole = (typeof API_ROLES)[number];

/** Of which objects a key may change those only whose names begin with one of these. */
const PREFIX_KINDS = ["volumes", "igroups"] as const;
export type ApiKeyPrefixes = { readonly [K in (typeof PREFIX_KINDS)[number]]?: readonly string[] };

/** SHA-256 in hex: of the secret's text, or of the certificate (DER), as `openssl x509 -fingerprint -sha256` shows it without its colons. */
export type ApiCredential = { readonly secret: string } | { readonly certificate: string };

export interface ApiKey {
  readonly name: string;
  /** Public: it stands in the key's text, and finds the entry without a search. */
  readonly id: string;
  readonly role: ApiRole;
  /** Times are ISO 8601 in UTC. */
  readonly created: string;
  /** The actor that made it. */
  readonly createdBy: string;
  readonly expires?: string;
  readonly prefixes?: ApiKeyPrefixes;
  readonly credential: ApiCredential;
}

/** What is shown of a key; it has nothing of its secret. */
export interface ApiKeyStatus {
  readonly name: string;
  readonly id: string;
  readonly roles: readonly ApiRole[];
  readonly created: string;
  readonly created_by: string;
  readonly expires?: string;
  /** To the minute. */
  readonly last_used?: string;
  readonly prefixes?: ApiKeyPrefixes;
  readonly certificate?: string;
}

export type NewApiKey = Pick<ApiKey, "name" | "role" | "expires" | "prefixes"> & { readonly certificate?: string };

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const KEY = /^lnt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
/** A path of the control socket (routes with a literal segment come first). */
const RESERVED_NAME = "authenticate";
const FINGERPRINT = /^[0-9a-f]{64}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** A new key: its text, which is kept nowhere, and what is kept. */
export function makeSecret(): { readonly id: string; readonly key: string; readonly credential: ApiCredential } {
  const id = randomBytes(ID_BYTES).toString("hex");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  return { id, key: `lnt_${id}_${secret}`, credential: { secret: sha256(secret).toString("hex") } };
}

export const makeId = (): string => randomBytes(ID_BYTES).toString("hex");

/** undefined: it does not look like a key of ours. */
export function parseKey(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

/** Stands in for the entry that is not there, so that an unknown id takes as long as a wrong secret. */
const NOBODY = sha256(randomBytes(SECRET_BYTES).toString("base64url"));

/** Whether the secret is that of the entry; takes the same time whatever the answer, also where there is no entry. */
export function secretFits(key: ApiKey | undefined, secret: string): boolean {
  const credential = key?.credential;
  const kept = credential !== undefined && "secret" in credential ? Buffer.from(credential.secret, "hex") : undefined;
  const same = timingSafeEqual(sha256(secret), kept ?? NOBODY);
  return kept !== undefined && same;
}

/** A fingerprint as it is kept; `openssl` writes capitals and colons. undefined: it is none. */
export function parseFingerprint(text: string): string | undefined {
  const plain = text.replaceAll(":", "").toLowerCase();
  return FINGERPRINT.test(plain) ? plain : undefined;
}

export function statusOf(key: ApiKey, lastUsed: string | undefined): ApiKeyStatus {
  const { name, id, role, created, createdBy, expires, prefixes, credential } = key;
  return {
    name,
    id,
    roles: [role],
    created,
    created_by: createdBy,
    ...(expires === undefined ? {} : { expires }),
    ...(lastUsed === undefined ? {} : { last_used: lastUsed }),
    ...(prefixes === undefined ? {} : { prefixes }),
    ...("certificate" in credential ? { certificate: credential.certificate } : {}),
  };
}

// ---- What may be asked for ----------------------------------------------------------------------------

/** One thing that is wrong with an object that was sent; `pointer` is that of RFC 6901. */
interface Fault {
  readonly message: string;
  readonly pointer: string;
}

const MEMBERS: readonly string[] = ["name", "role", "expires", "prefixes", "certificate"];

/** @throws ControlError "invalid-object" with every fault */
export function newApiKey(body: Readonly<Record<string, unknown>>, now: Date): NewApiKey {
  const faults: Fault[] = [];
  const fault = (pointer: string, message: string): void => {
    faults.push({ pointer, message });
  };
  for (const member of Object.keys(body)) {
    if (!MEMBERS.includes(member))
      fault(`/${pointerOf(member)}`, `a key has no member "${member.slice(0, 40)}"; it has ${MEMBERS.join(", ")}`);
  }
  const { name, role, expires, prefixes, certificate } = body;
  const badName = typeof name === "string" ? nameFault(name) : "text";
  if (badName !== undefined) fault("/name", `name must be ${badName}`);
  if (!isRole(role)) fault("/role", `role must be one of ${API_ROLES.map((each) => `"${each}"`).join(", ")}`);
  const expiry = expires === undefined ? undefined : timeOf(expires);
  if (expires !== undefined && expiry === undefined)
    fault("/expires", "expires must be a time of ISO 8601 with its zone, such as 2027-01-31T00:00:00Z");
  else if (expiry !== undefined && expiry <= now.toISOString())
    fault("/expires", `expires is ${expiry}, which is past: no request would be let in`);
  for (const { pointer, message } of prefixes === undefined ? [] : prefixFaults(prefixes, role)) fault(pointer, message);
  const fingerprint = typeof certificate === "string" ? parseFingerprint(certificate) : undefined;
  if (certificate !== undefined && fingerprint === undefined)
    fault("/certificate", "certificate must be a SHA-256 fingerprint: 64 hex digits, with or without colons");
  if (faults.length > 0) throw new ControlError("invalid-object", "no API key can be made of this", { errors: faults });
  return {
    name: name as string,
    role: role as ApiRole,
    ...(expiry === undefined ? {} : { expires: expiry }),
    ...(prefixes === undefined ? {} : { prefixes: prefixes as ApiKeyPrefixes }),
    ...(fingerprint === undefined ? {} : { certificate: fingerprint }),
  };
}

const pointerOf = (member: string): string => member.slice(0, 40).replaceAll("~", "~0").replaceAll("/", "~1");

const isRole = (value: unknown): value is ApiRole => (API_ROLES as readonly unknown[]).includes(value);

const nameFault = (name: string): string | undefined =>
  name === RESERVED_NAME ? `another name: "${RESERVED_NAME}" is a path of its own` : objectNameFault(name);

/** In UTC, with milliseconds, so that two times compare as texts. undefined: no time. */
function timeOf(value: unknown): string | undefined {
  if (typeof value !== "string" || !TIME.test(value)) return undefined;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function* prefixFaults(prefixes: unknown, role: unknown): Generator<Fault> {
  const kinds = PREFIX_KINDS.join(" and ");
  if (typeof prefixes !== "object" || prefixes === null || Array.isArray(prefixes)) {
    yield { pointer: "/prefixes", message: `prefixes must be an object with lists ${kinds}` };
    return;
  }
  // What restricts nothing must not look as if it did: reading is not restricted, and an admin could make itself a key without prefixes.
  if (role !== "operate")
    yield { pointer: "/prefixes", message: 'prefixes restrict what a key changes: they go with the role "operate" only' };
  const entries = Object.entries(prefixes as Readonly<Record<string, unknown>>);
  if (entries.length === 0)
    yield { pointer: "/prefixes", message: `prefixes has neither ${PREFIX_KINDS.join(" nor ")}: leave it out` };
  let count = 0;
  for (const [kind, list] of entries) {
    const pointer = `/prefixes/${pointerOf(kind)}`;
    if (!(PREFIX_KINDS as readonly string[]).includes(kind)) {
      yield { pointer, message: `prefixes has ${kinds}, and no "${kind.slice(0, 40)}"` };
      continue;
    }
    if (!Array.isArray(list)) {
      yield { pointer, message: `prefixes.${kind} must be a list of texts` };
      continue;
    }
    count += list.length;
    for (const [index, prefix] of list.entries()) {
      const bad = typeof prefix === "string" ? objectNameFault(prefix) : "text";
      if (bad !== undefined)
        yield { pointer: `${pointer}/${index}`, message: `a prefix must be the beginning of a name: ${bad}` };
    }
  }
  const most = LIMITS.api_key_prefixes.value;
  if (count > most) yield { pointer: "/prefixes", message: `a key has ${most} prefixes at most, and not ${count}` };
}
