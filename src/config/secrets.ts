/**
 * CHAP secrets, inline or from files (RFC 7143 9.2.1 and 12.1.3). No message of this file holds a secret.
 * Files must be readable by their owner alone, who is root or the user of this process, because whoever reads a
 * secret can take the disk.
 */
import path from "node:path";
import type { Report } from "./config-error.ts";
import type { ChapEntry, Draft } from "./draft.ts";
import { type FileFacts, type OpenFile, readFault } from "./file-facts.ts";

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
  try {
    return files.withOpen(file, (opened) => {
      const fault = privacyFault(file, opened, files.ownUser());
      if (fault !== undefined) {
        report.error(chap.at(fileKey), `${fileKey} = ${JSON.stringify(written)}: ${file} ${fault}`);
        return undefined;
      }
      // A disk image that is named by mistake is not read into memory to find out that it is too long.
      if (opened.sizeBytes > SECRET_MAX_BYTES + "\r\n".length) return tooLong(opened.sizeBytes, chap, fileKey, report);
      return checked(opened.text().replace(/\r?\n$/, ""), chap, fileKey, report);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    report.error(chap.at(fileKey), `${fileKey} = ${JSON.stringify(written)}: can't read ${file}: ${readFault(error)}`);
    return undefined;
  }
}

/**
 * Why the open `file` can't be trusted with a secret, and what to do. It is asked before a byte is read. The
 * owner counts because he can open his file to others, or write a secret that he knows into it.
 */
function privacyFault(file: string, { kind, owner, mode }: OpenFile, ownUser: number): string | undefined {
  if (kind !== "file")
    return `is ${kind === "folder" ? "a folder" : "no regular file"}: name a file that holds only the secret`;
  if (owner !== 0 && owner !== ownUser) {
    const user = `belongs to user ${owner}, and this is user ${ownUser}`;
    return `${user}: run "chown ${ownUser} ${file}", or, if user ${owner} runs Lunette, ask as that user`;
  }
  if ((mode & 0o077) === 0) return undefined;
  const who = (mode & 0o007) === 0 ? "its group" : "everybody";
  return `is open to ${who} (mode ${octal(mode)}): run "chmod 600 ${file}"`;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

function tooLong(bytes: number, chap: ChapEntry, key: SecretKey | `${SecretKey}_file`, report: Report): undefined {
  report.error(chap.at(key), `${key} is ${bytes} bytes long: a CHAP secret has at most ${SECRET_MAX_BYTES}`);
}

function checked(secret: string, chap: ChapEntry, key: SecretKey | `${SecretKey}_file`, report: Report): string | undefined {
  const bytes = Buffer.byteLength(secret);
  if (bytes < SECRET_MIN_BYTES) {
    const why = "shorter ones are guessed from one recorded login, and initiators refuse them";
    report.error(chap.at(key), `${key} is ${bytes} bytes long: a CHAP secret needs at least ${SECRET_MIN_BYTES}; ${why}`);
    return undefined;
  }
  if (bytes > SECRET_MAX_BYTES) return tooLong(bytes, chap, key, report);
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
    report.warn(
      chap.at(key),
      `${key} stands in a file that everybody can read (mode ${octal(mode)}): run "chmod 600 ${chap.file}", or use ${key}_file`,
    );
  }
}
