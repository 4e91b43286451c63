/** RFC 7143 7.7: a header that contradicts the layout of its PDU ends the session; others go on. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const longer = (header: Buffer): void => void header.writeUIntBE(0xfffffc, 5, 3);
const segment = (hex: string): Buffer => Buffer.from(hex, "hex");

describe("a format error", () => {
  it.each([
    ["an additional header of no length", { ahs: segment("00000100") }],
    ["an additional header that is longer than its room", { ahs: segment("00ff010000000000") }],
    ["two extended CDBs", { ahs: segment("0005010000000000".repeat(2)) }],
    ["a data segment beyond what was declared", { tamper: longer }],
  ])("(%s) ends the connection and its tasks, and no other", async (_what, options) => {
    const healthy = await ScriptedInitiator.session(target.port, DISK);
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    initiator.command(write10(8900, 1), { write: true, expectedDataTransferLength: 512 });
    await initiator.expect(TARGET_OPCODE.r2t);
    initiator.command(TEST_UNIT_READY, options);
    for (const { pdu } of await initiator.expectClosed()) expect(pdu.opcode).toBe(TARGET_OPCODE.reject);
    await healthy.ping();
    expect((await healthy.read(8900, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    healthy.close();
  });
});
