/** RFC 7143 6.2: a key that was answered Reject keeps the value that it had, and the login goes on. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("a key that is answered Reject", () => {
  it("leaves its default in force", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const offers = ["HeaderDigest=x-none", "InitialR2T=maybe", "MaxBurstLength=511", "MaxOutstandingR2T=0"];
    const answers = await initiator.login(DISK, [...offers, "ImmediateData=No"]);
    for (const offer of offers) expect(answers).toContain(`${offer.split("=")[0]}=Reject`);
    await initiator.settle();
    // The defaults: no digest, R2Ts wanted, bursts of 256 KiB, one R2T at a time.
    const tag = initiator.command(write10(9100, 1024), { write: true, expectedDataTransferLength: 524_288 });
    for (const bufferOffset of [0, 262_144]) {
      const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
      expect(pdu).toMatchObject({ bufferOffset, desiredDataTransferLength: 262_144 });
      await initiator.expectNothing(50);
      initiator.dataOut(tag, Buffer.alloc(262_144), {}, pdu);
    }
    expect((await initiator.outcome(tag)).status).toBe(0);
    initiator.close();
  });
});
