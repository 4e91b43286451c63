/**
 * What logical units remember, one file each: `state_dir/units/<naa>.json`. A file is there whole or not at all, and is gone when there is
 * nothing to remember. Its format, described for operators in README.md:
 *
 *   { "format": "lunette unit state", "version": 1, "volume": name, "naa": 32 hex digits, "state": {…}, "sha256": of the rest }
 *
 * A file that can't be trusted is never replaced and never ignored: it may have held the reservation that keeps two hosts from
 * writing to the same blocks.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, removeFile, replaceFile } from "../common/atomic-file.ts";
import {
  type DurableState,
  type DurableStore,
  decodeDurable,
  encodeDurable,
  isNothing,
  type Loaded,
  NOTHING_DURABLE,
} from "../scsi/durable-state.ts";
import type { LuIdentity } from "../scsi/logical-unit.ts";

const FORMAT = "lunette unit state";
const VERSION = 1;
/** 4,096 registrants with names of 244 bytes are 2 MiB; what is larger is none of ours. */
const FILE_MAX_BYTES = 8 * 1024 * 1024;

const checksum = (volume: string, naa: string, state: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([FORMAT, VERSION, volume, naa, state]))
    .digest("hex");

export class UnitStateStore implements DurableStore {
  readonly #folder: string;
  readonly #onFailure: (volume: string, error: Error) => void;

  /** `onFailure`: a save has failed; the host gets an error for its command, and whoever runs this machine has to know as well. */
  constructor(stateDir: string, onFailure: (volume: string, error: Error) => void) {
    this.#folder = join(stateDir, "units");
    this.#onFailure = onFailure;
  }

  pathOf({ naa }: LuIdentity): string {
    return join(this.#folder, `${naa.toString("hex")}.json`);
  }

  async save(identity: LuIdentity, state: DurableState): Promise<void> {
    const path = this.pathOf(identity);
    try {
      await makeFolder(this.#folder);
      if (isNothing(state)) await removeFile(path);
      else await replaceFile(path, encode(identity, state));
    } catch (error) {
      const reason = `${path} can't be written: ${(error as Error).message}`;
      const failure = new Error(`${reason}. Make room in state_dir, and see that Lunette may write there`, { cause: error });
      this.#onFailure(identity.name, failure);
      throw failure;
    }
  }

  async load(identity: LuIdentity): Promise<Loaded> {
    const path = this.pathOf(identity);
    let text: string;
    try {
      const { size } = await stat(path);
      if (size > FILE_MAX_BYTES) return { kind: "lost", reason: lost(path, `it has ${size} bytes`) };
      text = await readFile(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "known", state: NOTHING_DURABLE };
      return { kind: "unavailable", reason: `${path} can't be read: ${(error as Error).message}` };
    }
    try {
      return decode(path, identity, text);
    } catch (error) {
      // JSON may be nested deeper than the stack is.
      return { kind: "lost", reason: lost(path, (error as Error).message) };
    }
  }
}

const lost = (path: string, why: string): string =>
  `${path} is damaged (${why}). Reservations that it held are lost: see that one host at most uses the volume, then restore the file, ` +
  "delete it to begin without reservations, or have an initiator send REPLACE LOST RESERVATION";

function encode(identity: LuIdentity, state: DurableState): string {
  const { name } = identity;
  const naa = identity.naa.toString("hex");
  const json = encodeDurable(state);
  const file = { format: FORMAT, version: VERSION, volume: name, naa, state: json, sha256: checksum(name, naa, json) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws Error that says what is wrong with the contents */
function decode(path: string, identity: LuIdentity, text: string): Loaded {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "lost", reason: lost(path, text === "" ? "it is empty" : "it is no JSON") };
  }
  if (typeof json !== "object" || json === null) return { kind: "lost", reason: lost(path, "it is no JSON object") };
  const { format, version, volume, naa, state, sha256 } = json as Record<string, unknown>;
  if (format !== FORMAT) return { kind: "lost", reason: lost(path, "it is no state of a unit") };
  if (version !== VERSION) {
    const reason = `${path} has version ${String(version)} of the format, and this Lunette knows ${VERSION}: install the one that wrote it`;
    return { kind: "unavailable", reason };
  }
  if (typeof volume !== "string" || typeof naa !== "string" || sha256 !== checksum(volume, naa, state))
    return { kind: "lost", reason: lost(path, "its checksum is wrong") };
  if (naa !== identity.naa.toString("hex")) {
    return { kind: "unavailable", reason: `${path} is the state of another unit, ${naa} (volume "${volume}"): move it away` };
  }
  return { kind: "known", state: decodeDurable(state) };
}
