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

  it("of a command that is not there gets invalid operation code, and the session goes on", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const outcome = await initiator.run(cdb, { ahs: segment });
    expect(outcome.status).toBe(2);
    expect([(outcome.sense[2] ?? 0) & 0x0f, outcome.sense[12]]).toEqual([5, 0x20]);
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
