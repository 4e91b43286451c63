/** RFC 7143 6.3.5: a login with TSIH 0 by the same initiator port ends the old session and begins a new one. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const target = useTarget();

describe("session reinstatement", () => {
  it("closes the old connection and lets the new one work", async () => {
    const old = await ScriptedInitiator.session(target.port, DISK);
    const fresh = await ScriptedInitiator.connect(target.port);
    fresh.isid = old.isid;
    await fresh.login(DISK);
    await old.expectClosed();
    await fresh.settle();
    expect((await fresh.read(0, 1)).status).toBe(0);
    fresh.close();
  });

  it("leaves a session of another ISID and one of another target alone", async () => {
    const neighbour = await ScriptedInitiator.session(target.port, DISK);
    const elsewhere = await ScriptedInitiator.connect(target.port);
    const old = await ScriptedInitiator.session(target.port, DISK);
    elsewhere.isid = old.isid;
    await elsewhere.login(OTHER);
    await elsewhere.settle();
    await old.ping();
    await neighbour.ping();
    for (const each of [neighbour, elsewhere, old]) each.close();
  });

  it("ends commands of the old session that wait for data, whose bytes are never written", async () => {
    const old = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    await old.run(write10(500, 0));
    const tag = old.command(write10(500, 1), { write: true, expectedDataTransferLength: 512 });
    const { pdu } = await old.expect(TARGET_OPCODE.r2t);
    const fresh = await ScriptedInitiator.connect(target.port);
    fresh.isid = old.isid;
    await fresh.login(DISK);
    await fresh.settle();
    old.dataOut(tag, Buffer.alloc(512, 0x77), {}, pdu);
    await old.expectClosed();
    expect((await fresh.read(500, 1)).data.equals(Buffer.alloc(512))).toBe(true);
    fresh.close();
  });
});
