/** RFC 7143 13.11: which of immediate data and unsolicited Data-Out the four outcomes of InitialR2T and ImmediateData allow. */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { senseOf } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const UNEXPECTED = [0x0b, 0x0c, 0x0c];
const BLOCK = Buffer.alloc(512, 0x3d);

it.each([
  ["No", "No"],
  ["No", "Yes"],
  ["Yes", "No"],
  ["Yes", "Yes"],
])(
  "with InitialR2T=%s and ImmediateData=%s what is allowed is written, and the rest fails its command",
  async (r2t, immediate) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [`InitialR2T=${r2t}`, `ImmediateData=${immediate}`]);
    const lba = 7200 + (r2t === "Yes" ? 100 : 0) + (immediate === "Yes" ? 10 : 0);
    const fields = { write: true, expectedDataTransferLength: 512 };

    const atOnce = await initiator.run(write10(lba, 1), { ...fields, data: BLOCK });
    if (immediate === "Yes") expect(atOnce.status).toBe(0);
    else expect([atOnce.status, senseOf(atOnce.sense)]).toEqual([2, UNEXPECTED]);

    const tag = initiator.command(write10(lba + 1, 1), { ...fields, final: false });
    initiator.dataOut(tag, BLOCK);
    const behind = await initiator.outcome(tag);
    if (r2t === "No") expect(behind.status).toBe(0);
    else expect([behind.status, senseOf(behind.sense)]).toEqual([2, UNEXPECTED]);

    // Without data of its own the command is asked for it, whatever was agreed on.
    const asked = initiator.command(write10(lba + 2, 1), fields);
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(asked, BLOCK, {}, pdu);
    expect((await initiator.outcome(asked)).status).toBe(0);

    const blocks = (await initiator.read(lba, 3)).data;
    const written = [immediate === "Yes", r2t === "No", true];
    for (const [index, yes] of written.entries()) {
      const found = blocks.subarray(512 * index, 512 * (index + 1));
      expect(found.equals(yes ? BLOCK : Buffer.alloc(512)), `block ${index}`).toBe(true);
    }
    initiator.close();
  },
);
