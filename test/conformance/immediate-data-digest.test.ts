/**
 * RFC 7143 7.3 and 7.8: a command whose immediate data has a wrong digest is rejected and not executed. At recovery level 0 the target
 * escalates to session recovery, so that the host sends its commands again at once.
 */
import { expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { rejected } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

it.each([true, false])(
  "a write with spoiled immediate data (F %s) is rejected without a status, nothing of it is written, and the session ends",
  async (final) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["DataDigest=CRC32C", "InitialR2T=No"]);
    initiator.command(write10(8800, 2), {
      final,
      write: true,
      expectedDataTransferLength: 1024,
      data: Buffer.alloc(512, 0x7e),
      spoilDataDigest: true,
    });
    const { pdu, data } = await rejected(initiator);
    expect(pdu.reason).toBe(REJECT_REASON.dataDigestError);
    expect(data[0]).toBe(TARGET_OPCODE.scsiResponse & 0x1f);
    expect(await initiator.expectClosed()).toEqual([]);
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(8800, 2)).data.equals(Buffer.alloc(1024))).toBe(true);
    other.close();
  },
);
