/**
 * CHAP secrets, inline or from files (RFC 7143 9.2.1 and 12.1.3). No message of this file holds a secret.
 * Files must be readable by their owner alone, because whoever reads a secret can take the disk.
 */
import path from "node:path";
import type { Report } from "./config-error.ts";
import type { ChapEntry, Draft } from "./draft.ts";
import { type FileFacts, readFault } from "./file-facts.ts";

/** RFC 7143 9.2.1 asks for 96 random bits unless IPsec protects the connection. */
export const SECRET_MIN_BYTES = 12;
export const SECRET_MAX_BYTES = 255;

export interface ChapSecrets {
  readonly secret: string | undefined;
  readonly mutualSecret: string | undefined;
}

type SecretKey = "secret" | "mutual_secret";

/** The secrets of every CHAP user; undefined where one is wrong (reported) or, for the mutual one, not given. */
export function readSecrets(draft: Draft, files: FileFacts, report: Report): ReadonlyMap<ChapEntry, ChapSecrets> {
  const secrets = new Map<ChapEntry, ChapSecrets>();
  for (const group of draft.authGroups) {
    for (const chap of group.chap) {
      if (!chap.given("secret") && !chap.given("secret_file")) {
        report.error(chap.place, `${chap.title} has no secret: add secret_file = "/path", a file with mode 0600`);
      }
      secrets.set(chap, {
        secret: readSecret(chap, "secret", files, report),
        mutualSecret: readSecret(chap, "mutual_secret", files, report),
      });
    }
  }
  refuseEqualSecrets(secrets, report);
  warnAboutReadableToml(secrets.keys(), files, report);
  return secrets;
}

function readSecret(chap: ChapEntry, key: SecretKey, files: FileFacts, report: Report): string | undefined {
  const fileKey = `${key}_file` as const;
  if (chap.given(key) && chap.given(fileKey)) {
    report.error(chap.at(fileKey), `${chap.title} has both ${key} and ${fileKey}: keep one of them`);
    return undefined;
  }
  if (!chap.ok(key, fileKey)) return undefined;
  const inline = chap.values[key];
  if (inline !== undefined) return checked(inline, chap, key, report);
  const written = chap.values[fileKey];
  if (written === undefined) return undefined;
  const file = path.resolve(path.dirname(chap.file), written);
  const place = chap.at(fileKey);
  let text: string;
  try {
    text = files.readText(file);
  } catch (error) {
    report.error(place, `${fileKey} = ${JSON.stringify(written)}: can't read ${file}: ${readFault(error)}`);
    return undefined;
  }
  const mode = files.mode(file);
  if (mode === undefined || (mode & 0o077) !== 0) {
    const who = mode !== undefined && (mode & 0o007) === 0 ? "its group" : "everybody";
    const octal = mode === undefined ? "unknown" : mode.toString(8).padStart(4, "0");
    report.error(
      place,
      `${fileKey} = ${JSON.stringify(written)}: ${file} is open to ${who} (mode ${octal}): run "chmod 600 ${file}"`,
    );
    return undefined;
  }
  return checked(text.replace(/\r?\n$/, ""), chap, fileKey, report);
}

function checked(secret: string, chap: ChapEntry, key: SecretKey | `${SecretKey}_file`, report: Report): string | undefined {
  const bytes = Buffer.byteLength(secret);
  if (bytes < SECRET_MIN_BYTES) {
    const why = "shorter ones are guessed from one recorded login, and initiators refuse them";
    report.error(chap.at(key), `${key} is ${bytes} bytes long: a CHAP secret needs at least ${SECRET_MIN_BYTES}; ${why}`);
    return undefined;
  }
  if (bytes > SECRET_MAX_BYTES) {
    report.error(chap.at(key), `${key} is ${bytes} bytes long: a CHAP secret has at most ${SECRET_MAX_BYTES}`);
    return undefined;
  }
  if (/[\r\n\0]/.test(secret)) {
    report.error(chap.at(key), `${key} has more than one line: the secret must be the only one`);
    return undefined;
  }
  return secret;
}

/**
 * RFC 7143 12.1.3: a secret must not serve both directions, or one side's answer can be had from the other
 * side by sending its own challenge back. The rule holds across users and groups, which share portals.
 */
function refuseEqualSecrets(secrets: ReadonlyMap<ChapEntry, ChapSecrets>, report: Report): void {
  const initiators = new Map<string, ChapEntry>();
  for (const [chap, { secret }] of secrets) if (secret !== undefined && !initiators.has(secret)) initiators.set(secret, chap);
  for (const [chap, { secret, mutualSecret }] of secrets) {
    if (mutualSecret === undefined) continue;
    const other = mutualSecret === secret ? chap : initiators.get(mutualSecret);
    if (other === undefined) continue;
    const key = chap.given("mutual_secret") ? "mutual_secret" : "mutual_secret_file";
    const otherKey = other.given("secret") ? "secret" : "secret_file";
    const { file, line, column } = other.at(otherKey);
    report.error(
      chap.at(key),
      `${key} equals the ${otherKey} of user ${JSON.stringify(other.values.user)} at ${file}:${line}:${column}: the two directions need different secrets`,
    );
  }
}

function warnAboutReadableToml(chaps: Iterable<ChapEntry>, files: FileFacts, report: Report): void {
  const seen = new Set<string>();
  for (const chap of chaps) {
    const key = (["secret", "mutual_secret"] as const).find((name) => chap.given(name));
    if (key === undefined || seen.has(chap.file)) continue;
    seen.add(chap.file);
    const mode = files.mode(chap.file);
    if (mode === undefined || (mode & 0o004) === 0) continue;
    const octal = mode.toString(8).padStart(4, "0");
    report.warn(
      chap.at(key),
      `${key} stands in a file that everybody can read (mode ${octal}): run "chmod 600 ${chap.file}", or use ${key}_file`,
    );
  }
}
