/** RFC 7143 4.2.2.1: requests beyond a gap in CmdSN are kept, and what one session may have kept is bounded (limits.held_bytes). */
import { expect, it } from "vitest";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const MiB = 1024 * 1024;
const PING_BYTES = 256 * 1024;
const target = useTarget('held_bytes = "1 MiB"');

/** Pings whose turn never comes, until the target has had enough of them. */
async function holdPings(initiator: ScriptedInitiator): Promise<number> {
  const { cmdSn, expStatSn } = initiator;
  for (let n = 1; n < 128; n++) {
    const fields = { immediate: false, initiatorTaskTag: n + 100, cmdSn: cmdSn + n, expStatSn };
    if (!initiator.closed) initiator.send({ ...blankNopOut(), ...fields }, Buffer.alloc(PING_BYTES, n));
  }
  await initiator.expectClosed();
  return 127 * PING_BYTES;
}

it("a session that has more held than held_bytes is closed, and says why in the log", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK);
  await holdPings(initiator);
  await expect.poll(() => target.process.log.some((line) => String(line["reason"]).includes("limits.held_bytes"))).toBe(true);
});

it("discovery sessions, which need no credentials, make the target hold nearly nothing", async () => {
  const before = await target.process.residentBytes();
  let sent = 0;
  for (let n = 0; n < 10; n++) {
    const initiator = await ScriptedInitiator.connect(target.port);
    await initiator.login(undefined);
    sent += await holdPings(initiator);
  }
  expect(sent).toBeGreaterThan(300 * MiB);
  expect((await target.process.residentBytes()) - before).toBeLessThan(64 * MiB);
});
