/** RFC 7143 4.2.2.1: MaxCmdSN - ExpCmdSN + 1 commands may be under way; this target grants at least 128. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { read10, ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("the command window", () => {
  it("is at least 128 wide, and as many commands at once are all answered", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.ping();
    expect(initiator.expCmdSn).toBe(initiator.cmdSn);
    const width = initiator.maxCmdSn - initiator.expCmdSn + 1;
    expect(width).toBeGreaterThanOrEqual(128);
    const tags = new Set(
      Array.from({ length: width }, () => initiator.command(read10(0, 8), { read: true, expectedDataTransferLength: 4096 })),
    );
    while (tags.size > 0) {
      const { pdu, data } = await initiator.expect(TARGET_OPCODE.dataIn);
      expect(pdu).toMatchObject({ hasStatus: true, status: 0 });
      expect(data.length).toBe(4096);
      expect(tags.delete(pdu.initiatorTaskTag)).toBe(true);
    }
    initiator.close();
  });

  it("goes on over the end of the 32-bit circle", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    initiator.cmdSn = 0xfffffff0;
    await initiator.login(DISK);
    for (let n = 0; n < 64; n++) await initiator.run(TEST_UNIT_READY);
    expect(initiator.cmdSn).toBe(0x30);
    expect(initiator.expCmdSn).toBe(0x30);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });
});
