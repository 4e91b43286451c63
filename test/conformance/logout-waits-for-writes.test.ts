/** RFC 7143 11.15: the Logout Response says that the cleanup is done: from then on no byte of the session reaches a volume. */
import { closeSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { sendLogout } from "./requests.ts";
import { BASE } from "./target.ts";

const DATA_BYTES = 65_536;
const WRITES = 96;

let lunette: LunetteProcess;

/** Every write has to reach the medium before its status, so that many of them are in flight for a while. */
beforeAll(async () => {
  lunette = await LunetteProcess.start(
    ({ folder, port }) => `
[[portal_group]]
tag = 1
name = "local"
portals = ["127.0.0.1:${port}"]
[[volume]]
name = "disk"
path = "${folder}/disk.img"
size = "64 MiB"
create = "thin"
write_cache = false
[[target]]
name = "disk"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "disk"
`,
  );
});
afterAll(() => lunette.dispose());

/** The last byte of each write's place. */
function places(): number[] {
  const file = openSync(lunette.volumePath("disk"), "r");
  const byte = Buffer.alloc(1);
  const found = Array.from({ length: WRITES }, (_, n) => {
    readSync(file, byte, 0, 1, (n + 1) * DATA_BYTES - 1);
    return byte[0] ?? 0;
  });
  closeSync(file);
  return found;
}

it("the volume does not change after the response to a logout that comes amid writes", async () => {
  for (let round = 1; round <= 8; round++) {
    const initiator = await ScriptedInitiator.session(lunette.port, `${BASE}:disk`);
    const pieces: Buffer[] = [];
    const send = initiator.sendBytes.bind(initiator);
    initiator.sendBytes = (bytes) => void pieces.push(Buffer.from(bytes));
    const data = Buffer.alloc(DATA_BYTES, round);
    for (let n = 0; n < WRITES; n++) {
      initiator.command(write10((n * DATA_BYTES) / 512, DATA_BYTES / 512), {
        write: true,
        expectedDataTransferLength: DATA_BYTES,
        data,
      });
    }
    sendLogout(initiator);
    send(Buffer.concat(pieces));
    for (;;) {
      const received = await initiator.receive();
      if (received === undefined) throw new Error("the logout is not answered");
      if (received.pdu.opcode === TARGET_OPCODE.logoutResponse) break;
    }
    const atResponse = places();
    await sleep(100);
    expect(places()).toEqual(atResponse);
    initiator.close();
  }
});
