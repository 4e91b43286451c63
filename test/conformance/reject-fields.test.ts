/** RFC 7143 11.17: a Reject carries the complete header of the PDU it is about, and numbers that have nothing to do with that PDU. */
import { describe, expect, it } from "vitest";
import { BHS_LENGTH } from "../../src/wire/bhs.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { rejected, sendLogout } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

/** An extended CDB segment, and one of a type that nobody has defined. */
const SEGMENTS = Buffer.concat([
  Buffer.from("0011010000000000000000000000000000000000", "hex"),
  Buffer.from("0005090000000000", "hex"),
]);

describe("a Reject", () => {
  it("has the reserved task tag, the usual numbers, and advances StatSN", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn, expStatSn } = initiator;
    sendLogout(initiator, { reason: 99 });
    const { pdu, header } = await rejected(initiator);
    expect(header.readUInt32BE(16)).toBe(0xffffffff);
    expect(pdu).toMatchObject({ statSn: expStatSn, expCmdSn: cmdSn, dataSn: 0 });
    expect((pdu.maxCmdSn - pdu.expCmdSn) | 0).toBeGreaterThan(0);
    await initiator.ping();
    expect(initiator.expStatSn).toBe((expStatSn + 2) >>> 0);
    initiator.close();
  });

  it("carries additional header segments too, without digests", async () => {
    for (const keys of [[], ["HeaderDigest=CRC32C", "DataDigest=CRC32C"]]) {
      const initiator = await ScriptedInitiator.session(target.port, DISK, keys);
      const sent: Buffer[] = [];
      const send = initiator.sendBytes.bind(initiator);
      initiator.sendBytes = (bytes) => {
        sent.push(Buffer.from(bytes));
        send(bytes);
      };
      initiator.command(read10(0, 1), { read: true, expectedDataTransferLength: 512, ahs: SEGMENTS });
      const { pdu, data } = await rejected(initiator);
      expect(pdu.reason).toBe(REJECT_REASON.invalidPduField);
      expect(data.toString("hex")).toBe(sent[0]?.toString("hex", 0, BHS_LENGTH + SEGMENTS.length));
      // The rejected command did not use up its CmdSN: RFC 7143 7.3.
      initiator.cmdSn -= 1;
      expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
      initiator.close();
    }
  });

  it("carries those of Data-Out with a wrong digest as well, and nothing of an earlier header", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["DataDigest=CRC32C", "InitialR2T=Yes"]);
    const earlier = Buffer.from("0011010055555555555555555555555555555555", "hex");
    await initiator.run(read10(0, 1), { read: true, expectedDataTransferLength: 512, ahs: earlier });
    const tag = initiator.command(write10(0, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu: r2t } = await initiator.expect(TARGET_OPCODE.r2t);
    const ahs = Buffer.from("0005090000000000", "hex");
    initiator.dataOut(tag, Buffer.alloc(512), { final: true }, r2t, { ahs, spoilDataDigest: true });
    const { pdu, data } = await rejected(initiator);
    expect(pdu.reason).toBe(REJECT_REASON.dataDigestError);
    expect(data.toString("hex", BHS_LENGTH)).toBe(ahs.toString("hex"));
    initiator.close();
  });

  it("is no longer than what the initiator takes", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=512"]);
    const ahs = Buffer.alloc(1020);
    ahs.writeUInt16BE(1017, 0);
    ahs[2] = 0x3f;
    initiator.command(TEST_UNIT_READY, { ahs });
    const { data } = await rejected(initiator);
    expect(data.length).toBe(512);
    await initiator.ping();
    initiator.close();
  });
});
