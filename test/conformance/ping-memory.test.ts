/** RFC 7143 11.19: the answer to a ping carries at most what its initiator takes, and keeps no more than that in memory. */
import { expect, it } from "vitest";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { useTarget } from "./target.ts";

const MiB = 1024 * 1024;
const target = useTarget('socket_write_bytes = "256 KiB"');

/** Resolves to false when the peer took something, to true when it has taken nothing for a while. */
function stuck(initiator: ScriptedInitiator): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), 2_500);
    initiator.socket.once("drain", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

it("large pings of a peer that takes small answers and reads none of them cost the answers' size", async () => {
  const before = await target.process.residentBytes();
  const initiator = await ScriptedInitiator.connect(target.port);
  await initiator.login(undefined, ["MaxRecvDataSegmentLength=512"]);
  initiator.socket.pause();
  const data = Buffer.alloc(256 * 1024, 1);
  for (let n = 0; n < 30_000; n++) {
    const { cmdSn, expStatSn } = initiator;
    initiator.send({ ...blankNopOut(), immediate: true, initiatorTaskTag: n + 100, cmdSn, expStatSn }, data);
    if (initiator.socket.writableLength > 4 * MiB && (await stuck(initiator))) break;
  }
  expect((await target.process.residentBytes()) - before).toBeLessThan(64 * MiB);
  initiator.close();
}, 60_000);
