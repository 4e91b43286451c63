/** RFC 7143 7.7 to 7.9: a wrong header digest ends the connection, a wrong data digest is rejected and its data is not used. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const DIGESTS = ["HeaderDigest=CRC32C", "DataDigest=CRC32C"];

describe("with digests", () => {
  it("data goes both ways", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, DIGESTS);
    expect([initiator.headerDigest, initiator.dataDigest]).toEqual([true, true]);
    const data = Buffer.from(Array.from({ length: 65536 }, (_, index) => (index * 31) & 0xff));
    expect((await initiator.write(1000, data)).status).toBe(0);
    expect((await initiator.read(1000, 128)).data.equals(data)).toBe(true);
    expect((await initiator.ping(Buffer.from("odd"))).toString()).toBe("odd");
    initiator.close();
  });

  it("a wrong header digest ends the connection", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, DIGESTS);
    initiator.command(TEST_UNIT_READY, { spoilHeaderDigest: true });
    const before = await initiator.expectClosed();
    expect(before.filter((each) => each.pdu.opcode === TARGET_OPCODE.scsiResponse)).toEqual([]);
  });

  it("a wrong data digest of a ping is rejected with its reason", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, DIGESTS);
    const { cmdSn, expStatSn } = initiator;
    initiator.send({ ...blankNopOut(), immediate: true, initiatorTaskTag: 5, cmdSn, expStatSn }, Buffer.from("data"), {
      spoilDataDigest: true,
    });
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.dataDigestError);
    initiator.close();
  });

  it("a wrong data digest of a ping beyond a gap in CmdSN is rejected, and the same ping sent again is answered in its turn", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, DIGESTS);
    const { cmdSn, expStatSn } = initiator;
    const ping = { ...blankNopOut(), immediate: false, initiatorTaskTag: 5, cmdSn: cmdSn + 1, expStatSn };
    initiator.send(ping, Buffer.from("data"), { spoilDataDigest: true });
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.dataDigestError);
    initiator.send(ping, Buffer.from("data"));
    initiator.send({ ...ping, initiatorTaskTag: 4, cmdSn }, Buffer.from("data"));
    expect((await initiator.expect(TARGET_OPCODE.nopIn)).pdu.initiatorTaskTag).toBe(4);
    expect((await initiator.expect(TARGET_OPCODE.nopIn)).pdu.initiatorTaskTag).toBe(5);
    initiator.close();
  });

  it("data with a wrong digest never reaches the volume and never gets GOOD", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [...DIGESTS, "InitialR2T=Yes", "ImmediateData=No"]);
    const tag = initiator.command(write10(2000, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    initiator.dataOut(tag, Buffer.alloc(512, 0x55), {}, pdu, { spoilDataDigest: true });
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.dataDigestError);
    const next = await initiator.receive(1_000);
    if (next?.pdu.opcode === TARGET_OPCODE.scsiResponse) expect(next.pdu.status).toBe(2);
    initiator.close();
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(2000, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    other.close();
  });
});
