/** SAM-5 7.2: a connection that is lost ends every task of its session, those too that another task's end has just woken. */
import { expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";

it.each([0, 1])(
  "write on LUN %s: a session that is lost while one LUN's writes hold its memory and a command for another LUN waits for it harms nobody",
  async (W) => {
    const lunette = await LunetteProcess.start(
      ({ folder, port }) => `
[limits]
connection_buffer_bytes = "16 MiB"
[[portal_group]]
tag = 7
name = "local"
portals = ["127.0.0.1:${port}"]
[[volume]]
name = "disk"
path = "${folder}/disk.img"
size = "64 MiB"
create = "thin"
[[volume]]
name = "other"
path = "${folder}/other.img"
size = "64 MiB"
create = "thin"
[[target]]
name = "disk"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "disk"
[[target.lun]]
lun = 1
volume = "other"
`,
    );
    try {
      const target = "iqn.2026-11.com.example.e2e:disk";
      const initiator = await ScriptedInitiator.session(lunette.port, target, ["InitialR2T=Yes", "ImmediateData=No"]);
      for (;;) {
        const { status } = await initiator.run(TEST_UNIT_READY, lunFields(1));
        if (status === 0) break;
      }
      const blocks = 32767;
      initiator.command(write10(8, 1), { ...lunFields(1), write: true, expectedDataTransferLength: 512 });
      await initiator.expect(TARGET_OPCODE.r2t);
      initiator.command(write10(0, blocks), { ...lunFields(W), write: true, expectedDataTransferLength: blocks * 512 });
      await initiator.expect(TARGET_OPCODE.r2t);
      // INQUIRY of LUN 1: its answer finds no memory left in the connection's share.
      initiator.command([0x12, 0, 0, 0, 96, 0], { ...lunFields(1 - W), read: true, expectedDataTransferLength: 96 });
      await initiator.expectNothing(200);
      initiator.close();
      await new Promise((r) => setTimeout(r, 700));
      const again = await ScriptedInitiator.session(lunette.port, target);
      expect((await again.run(TEST_UNIT_READY)).status).toBe(0);
      again.close();
    } finally {
      await lunette.dispose();
    }
  },
);
