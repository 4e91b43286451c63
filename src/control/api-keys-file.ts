/**
 * `state_dir/api-keys.json`: the keys of the REST API, of whose secrets only SHA-256 is there. The file is there whole or not at all:
 *
 *   { "format": "lunette api keys", "version": 1, "keys": […], "sha256": of the rest }
 *
 * One that can't be trusted is never replaced: it would let in whoever has changed it, or shut out everybody for good.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder, replaceFile } from "../common/atomic-file.ts";
import { LIMITS } from "../common/limits.ts";
import { API_ROLES, type ApiKey } from "./api-keys.ts";

const FORMAT = "lunette api keys";
const VERSION = 1;
/** One key with the longest names and as many prefixes as it may have is less than this. */
const KEY_MAX_BYTES = 1024 + 128 * LIMITS.api_key_prefixes.value;
const FILE_MAX_BYTES = LIMITS.api_keys.max * KEY_MAX_BYTES;

export interface KeptApiKey {
  readonly key: ApiKey;
  readonly lastUsed: string | undefined;
}

export type LoadedKeys =
  | { readonly kind: "known"; readonly keys: readonly KeptApiKey[] }
  | { readonly kind: "unusable"; readonly reason: string };

export const apiKeysPath = (stateDir: string): string => join(stateDir, "api-keys.json");

const checksum = (keys: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([FORMAT, VERSION, keys]))
    .digest("hex");

export async function saveKeys(path: string, kept: readonly KeptApiKey[]): Promise<void> {
  const keys = kept.map(({ key, lastUsed }) => (lastUsed === undefined ? key : { ...key, lastUsed }));
  await makeFolder(dirname(path));
  await replaceFile(
    path,
    `${JSON.stringify({ format: FORMAT, version: VERSION, keys, sha256: checksum(keys) }, undefined, 2)}\n`,
    0o600,
  );
}

/** No file: no keys. Never rejects. */
export async function loadKeys(path: string): Promise<LoadedKeys> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > FILE_MAX_BYTES) return damaged(path, `it has ${size} bytes`);
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "known", keys: [] };
    return { kind: "unusable", reason: `${path} can't be read: ${(error as Error).message}` };
  }
  try {
    return decode(path, text);
  } catch (error) {
    // JSON may be nested deeper than the stack is.
    return damaged(path, (error as Error).message);
  }
}

const damaged = (path: string, why: string): LoadedKeys => ({
  kind: "unusable",
  reason: `${path} is damaged (${why}): restore it from a backup, or move it away to begin without keys`,
});

function decode(path: string, text: string): LoadedKeys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's message would quote the file.
    return damaged(path, text === "" ? "it is empty" : "it is no JSON");
  }
  if (typeof json !== "object" || json === null) return damaged(path, "it is no JSON object");
  const { format, version, keys, sha256 } = json as Record<string, unknown>;
  if (format !== FORMAT) return damaged(path, "it has no keys of Lunette");
  if (version !== VERSION) {
    const reason = `${path} has version ${String(version)} of the format, and this Lunette knows ${VERSION}: install the one that wrote it`;
    return { kind: "unusable", reason };
  }
  if (sha256 !== checksum(keys)) return damaged(path, "its checksum is wrong");
  if (!Array.isArray(keys) || !keys.every(isKept)) return damaged(path, "it has a key that is none");
  return { kind: "known", keys: keys.map(({ lastUsed, ...key }: ApiKey & { lastUsed?: string }) => ({ key, lastUsed })) };
}

/** A right checksum says that the file is as it was written; not that whoever wrote it was this Lunette. */
function isKept(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, id, role, created, createdBy, expires, lastUsed, prefixes, credential } = value as Record<string, unknown>;
  const texts = [name, id, created, createdBy].every((each) => typeof each === "string");
  const times = [expires, lastUsed].every(
    (each) => each === undefined || (typeof each === "string" && !Number.isNaN(Date.parse(each))),
  );
  return (
    texts && times && (API_ROLES as readonly unknown[]).includes(role) && arePrefixes(prefixes) && isCredential(credential)
  );
}

function arePrefixes(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(
    ([kind, list]) =>
      (kind === "volumes" || kind === "igroups") &&
      Array.isArray(list) &&
      list.every((each) => typeof each === "string" && each !== ""),
  );
}

function isCredential(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { secret, certificate } = value as Record<string, unknown>;
  return [secret, certificate].filter((each) => typeof each === "string" && /^[0-9a-f]{64}$/.test(each)).length === 1;
}
