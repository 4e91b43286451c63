/** limits.write_stall_ms is about a peer that reads nothing: one that reads slowly, and all the time, is served. */
import { expect, it } from "vitest";
import { read10, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const ANSWER_BYTES = 16 * 1024 * 1024;
/** Read every 50 ms: 1.3 MB/s. The kernel lets a sender go on only when a third of its buffer (4 MiB on loopback) is free: after about 1 s. */
const READ_BYTES = 64 * 1024;

const target = useTarget("write_stall_ms = 3000");

it("a host that takes longer than write_stall_ms for one large answer, and reads all the time, gets it", async () => {
  const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=262144"]);
  initiator.socket.removeAllListeners("data");
  initiator.socket.pause();
  initiator.command(read10(0, ANSWER_BYTES / 512), { read: true, expectedDataTransferLength: ANSWER_BYTES });
  const began = performance.now();
  let bytes = 0;
  while (bytes < ANSWER_BYTES && !initiator.closed && performance.now() - began < 40_000) {
    bytes += (initiator.socket.read(READ_BYTES) ?? initiator.socket.read())?.length ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(bytes).toBeGreaterThanOrEqual(ANSWER_BYTES);
  expect(performance.now() - began).toBeGreaterThan(3_000);
  initiator.close();
}, 60_000);
