/** RFC 7143 4.2.2.1 (the target bounds what is under way): a peer that reads nothing is dropped and disturbs nobody. */
import { describe, expect, it } from "vitest";
import { read10, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("write_stall_ms = 1000");

describe("a peer that asks for much and reads nothing", () => {
  it("is dropped, and another session works all the time", async () => {
    const healthy = await ScriptedInitiator.session(target.port, DISK);
    const deaf = await ScriptedInitiator.session(target.port, DISK);
    deaf.socket.pause();
    const before = await target.process.residentBytes();
    for (let n = 0; n < 100; n++) deaf.command(read10(0, 2048), { read: true, expectedDataTransferLength: 1024 * 1024 });
    for (let n = 0; n < 20; n++) {
      const start = performance.now();
      expect((await healthy.read(0, 8)).status).toBe(0);
      expect(performance.now() - start).toBeLessThan(500);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await target.process.residentBytes()) - before).toBeLessThan(200 * 1024 * 1024);
    deaf.socket.resume();
    await deaf.expectClosed(10_000);
    await healthy.ping();
    healthy.close();
  });
});
