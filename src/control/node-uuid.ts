/**
 * The node's uuid, from which every volume's serial and designator derive: made once, kept in the state folder. A file that can't be
 * read back is never replaced: new ids would make every host believe that its disks are gone.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../common/atomic-file.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws Error whose message says what to do */
export function nodeUuid(configured: string | undefined, stateDir: string): string {
  if (configured !== undefined) return configured.toLowerCase();
  const path = join(stateDir, "node-uuid");
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new Error(`${path}: the node's uuid can't be read: ${(error as Error).message}`, { cause: error });
    }
    return makeUuid(stateDir, path);
  }
  if (!UUID.test(text)) {
    throw new Error(
      `${path}: "${text.slice(0, 40)}" is no uuid. Restore the file from a backup, or set node.uuid: the ids of all volumes derive from it`,
    );
  }
  return text.toLowerCase();
}

function makeUuid(stateDir: string, path: string): string {
  const made = randomUUID();
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o750 });
    writeFileAtomically(path, `${made}\n`, 0o644);
  } catch (error) {
    throw new Error(
      `state_dir ${stateDir} can't be used: ${(error as Error).message}. Let this user write there, or set node.state_dir to a folder of its own`,
      { cause: error },
    );
  }
  return made;
}
