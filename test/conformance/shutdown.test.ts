/** RFC 7143 11.9.1 (event 1): at its end the target asks the initiators to log out. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankLogoutRequest } from "../../src/wire/pdu/logout-request.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, startTarget } from "./target.ts";

describe("at SIGTERM", () => {
  it("every session is asked to log out, may do so, and the daemon exits with 0", async () => {
    const lunette = await startTarget();
    try {
      const initiator = await ScriptedInitiator.session(lunette.port, DISK);
      const ended = lunette.terminate();
      const { pdu } = await initiator.expect(TARGET_OPCODE.asyncMessage);
      expect(pdu.event).toBe(1);
      const { cmdSn, expStatSn } = initiator;
      initiator.send({ ...blankLogoutRequest(), immediate: true, reason: 0, initiatorTaskTag: 9, cmdSn, expStatSn });
      expect((await initiator.expect(TARGET_OPCODE.logoutResponse)).pdu.response).toBe(0);
      await initiator.expectClosed();
      expect(await ended).toMatchObject({ code: 0 });
    } finally {
      await lunette.dispose();
    }
  });

  it("a session that does not log out is closed within the deadline", async () => {
    const lunette = await startTarget("shutdown_ms = 1000");
    try {
      const initiator = await ScriptedInitiator.session(lunette.port, DISK);
      const ended = await lunette.terminate();
      expect(ended.code).toBe(0);
      expect(ended.milliseconds).toBeLessThan(4_000);
      await initiator.expectClosed();
    } finally {
      await lunette.dispose();
    }
  });
});
