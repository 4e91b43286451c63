/** RFC 7143 11.2.2.3: a CDB of more than 16 bytes comes in an additional header segment. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("an extended CDB", () => {
  const cdb = Buffer.alloc(32);
  cdb[0] = 0x7f;
  cdb[7] = 0x18;
  cdb.writeUInt16BE(0x0001, 8);
  const segment = Buffer.alloc(20);
  segment.writeUInt16BE(17, 0);
  segment[2] = 1;

  /** The segment with the last 16 bytes of a CDB of 32. */
  function rest(whole: Buffer): Buffer {
    const ahs = Buffer.from(segment);
    whole.copy(ahs, 4, 16);
    return ahs;
  }

  it("carries READ(32) and WRITE(32): LBA and length lie partly behind the first 16 bytes", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const block = (serviceAction: number): Buffer => {
      const whole = Buffer.from(cdb);
      whole.writeUInt16BE(serviceAction, 8);
      whole.writeBigUInt64BE(0x123n, 12);
      whole.writeUInt32BE(2, 28);
      return whole;
    };
    const data = Buffer.alloc(1024, "thirty-two");
    const write = block(0x000b);
    const options = { write: true, expectedDataTransferLength: 1024, data, ahs: rest(write) };
    expect((await initiator.run(write.subarray(0, 16), options)).status).toBe(0);
    const read = block(0x0009);
    const got = await initiator.run(read.subarray(0, 16), { read: true, expectedDataTransferLength: 1024, ahs: rest(read) });
    expect(got.data.equals(data)).toBe(true);
    expect((await initiator.read(0x123, 2)).data.equals(data)).toBe(true);
    initiator.close();
  });

  it("of which only the first 16 bytes come is an invalid field, not the rest of an earlier command", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const read = Buffer.from(cdb);
    read.writeUInt16BE(0x0009, 8);
    const whole = Buffer.from(read);
    whole.writeUInt32BE(1, 28);
    const options = { read: true, expectedDataTransferLength: 512 };
    expect((await initiator.run(whole.subarray(0, 16), { ...options, ahs: rest(whole) })).status).toBe(0);
    const { status, sense } = await initiator.run(read.subarray(0, 16), options);
    expect([status, (sense[2] ?? 0) & 0x0f, sense[12]]).toEqual([2, 5, 0x24]);
    initiator.close();
  });

  it("of a service action that is not there is an invalid field in the CDB, and the session goes on", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const outcome = await initiator.run(cdb, { ahs: segment });
    expect(outcome.status).toBe(2);
    expect([(outcome.sense[2] ?? 0) & 0x0f, outcome.sense[12]]).toEqual([5, 0x24]);
    await initiator.ping();
    initiator.close();
  });

  it.each([
    ["reaches beyond its room", Buffer.from([0xff, 0xff, 1, 0, 0, 0, 0, 0])],
    ["has an unknown type", Buffer.from([0, 5, 9, 0, 0, 0, 0, 0])],
    ["has no length", Buffer.from([0, 0, 1, 0])],
    ["comes twice", Buffer.concat([segment, segment])],
  ])("in a segment that %s is rejected", async (_what, ahs) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(cdb, { ahs });
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.invalidPduField);
    initiator.close();
  });

  it("of the largest size that the field can say does no harm", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    initiator.command(cdb, { ahs: Buffer.alloc(1020, 0xff) });
    await initiator.receive(1_000);
    initiator.close();
    const other = await ScriptedInitiator.session(target.port, DISK);
    await other.ping();
    other.close();
  });
});
