/** RFC 7143 4.2.7.1 and 4.2.7.2: names of up to 223 bytes are taken, and two spellings of one name are one initiator. */
import { describe, expect, it } from "vitest";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const PREFIX = "iqn.2026-11.com.example:";

async function logIn(name: string, isid?: number): Promise<{ initiator: ScriptedInitiator; status: number }> {
  const initiator = await ScriptedInitiator.connect(target.port);
  if (isid !== undefined) initiator.isid = isid;
  const { pdu } = await initiator.loginRequest([`InitiatorName=${name}`, `TargetName=${DISK}`]);
  return { initiator, status: (pdu.statusClass << 8) | pdu.statusDetail };
}

describe("an initiator", () => {
  it.each([
    ["223 bytes", `${PREFIX}${"n".repeat(223 - PREFIX.length)}`],
    ["223 bytes in letters of two and three bytes", `${PREFIX}${"é".repeat(50)}${"漢".repeat(33)}`],
  ])("with a name of %s logs in and works", async (_what, name) => {
    expect(Buffer.byteLength(name)).toBe(223);
    const { initiator, status } = await logIn(name);
    expect(status).toBe(0);
    await initiator.run(TEST_UNIT_READY);
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    initiator.close();
  });

  it("with a name of 224 bytes is refused", async () => {
    expect((await logIn(`${PREFIX}${"n".repeat(224 - PREFIX.length)}`)).status).toBe(0x0200);
  });

  it("is the same when it spells its name in capitals: its session is reinstated", async () => {
    const { initiator: old } = await logIn(`${PREFIX}host`);
    const { initiator: fresh, status } = await logIn(`${PREFIX.toUpperCase()}HOST`, old.isid);
    expect(status).toBe(0);
    await old.expectClosed();
    fresh.close();
  });
});
