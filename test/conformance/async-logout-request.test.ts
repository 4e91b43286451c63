/** RFC 7143 11.9: the Asynchronous Message that asks for a logout: its fields, its number, and that every connection gets its own. */
import { expect, it } from "vitest";
import { BHS_LENGTH } from "../../src/wire/bhs.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { ASYNC_EVENT } from "../../src/wire/pdu/async-message.ts";
import { encodeTargetPdu } from "../../src/wire/pdu/pdu.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { logout } from "./requests.ts";
import { DISK, OTHER, startTarget } from "./target.ts";

it("asks every connection on that connection, with a deadline and nothing in fields that this event does not have", async () => {
  const lunette = await startTarget();
  try {
    const sessions = [
      await ScriptedInitiator.session(lunette.port, DISK),
      await ScriptedInitiator.session(lunette.port, OTHER),
    ];
    const due = sessions.map((each) => each.expStatSn);
    const ended = lunette.terminate();
    for (const [index, initiator] of sessions.entries()) {
      const { pdu, header, data } = await initiator.expect(TARGET_OPCODE.asyncMessage);
      expect(pdu).toMatchObject({ event: ASYNC_EVENT.logoutRequest, vendorCode: 0, parameter1: 0, parameter2: 0 });
      expect(pdu.parameter3).toBeGreaterThan(0);
      expect([pdu.lunHigh, pdu.lunLow, data.length]).toEqual([0, 0, 0]);
      // The task tag of 11.9 is the reserved one; all else is as the codec, which knows no reserved bits, writes it.
      expect(header.readUInt32BE(16)).toBe(0xffffffff);
      const again = Buffer.alloc(BHS_LENGTH);
      encodeTargetPdu(pdu, again, 0);
      expect(header.toString("hex")).toBe(again.toString("hex"));
      expect(pdu.statSn).toBe(due[index]);
      expect((await logout(initiator)).pdu).toMatchObject({ response: 0, statSn: (pdu.statSn + 1) >>> 0 });
      await initiator.expectClosed();
    }
    expect((await ended).code).toBe(0);
  } finally {
    await lunette.dispose();
  }
});
