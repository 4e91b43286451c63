/** The daemon that conformance cases speak to: two open targets and one with CHAP, and short times. */
import { afterAll, beforeAll } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";

export const BASE = "iqn.2026-11.com.example.e2e";
export const DISK = `${BASE}:disk`;
export const OTHER = `${BASE}:other`;
export const LOCKED = `${BASE}:locked`;
export const CHAP_SECRET = "correct horse battery";
export const MUTUAL_SECRET = "the other way round";

/** One daemon for all cases of a file. */
export function useTarget(limits = ""): { readonly port: number; readonly process: LunetteProcess } {
  let lunette: LunetteProcess | undefined;
  const running = (): LunetteProcess => {
    if (lunette === undefined) throw new Error("the daemon does not run");
    return lunette;
  };
  beforeAll(async () => {
    lunette = await startTarget(limits);
  });
  afterAll(async () => {
    await lunette?.dispose();
  });
  return {
    get port() {
      return running().port;
    },
    get process() {
      return running();
    },
  };
}

/** @param limits lines of the `[limits]` table */
export async function startTarget(limits = ""): Promise<LunetteProcess> {
  return LunetteProcess.start(
    ({ folder, port }) => `
[limits]
${limits}

[[portal_group]]
tag = 7
name = "local"
portals = ["127.0.0.1:${port}"]

[[auth_group]]
name = "keys"
algorithms = ["sha256", "md5"]
[[auth_group.chap]]
user = "host"
secret = "${CHAP_SECRET}"
mutual_user = "san"
mutual_secret = "${MUTUAL_SECRET}"

[[volume]]
name = "disk"
path = "${folder}/disk.img"
size = "64 MiB"
create = "thin"
[[volume]]
name = "other"
path = "${folder}/other.img"
size = "8 MiB"
create = "thin"

[[target]]
name = "disk"
alias = "the disk"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "disk"

[[target]]
name = "other"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "other"

[[target]]
name = "locked"
[[target.access]]
igroup = "any"
auth = "chap"
auth_group = "keys"
[[target.lun]]
lun = 0
volume = "other"
`,
  );
}
