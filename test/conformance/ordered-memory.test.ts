/**
 * SAM-5 8.6 with little memory: commands that wait behind an ordered one never keep the memory that those before it need. The pool
 * holds 32 MiB, a command up to 8 MiB.
 */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { TASK_ATTRIBUTE } from "../../src/wire/pdu/scsi-command.ts";
import { type Received, read10, ScriptedInitiator, TEST_UNIT_READY, write10 } from "../support/scripted-initiator.ts";
import { sendNopOut } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const MiB = 1024 * 1024;
const target = useTarget(
  ["buffer_bytes = '32 MiB'", "connection_buffer_bytes = '16 MiB'", "transfer_bytes = '8 MiB'", "write_stall_ms = 60000"].join(
    "\n",
  ),
);
const { ordered } = TASK_ATTRIBUTE;
const BLOCKS = (4 * MiB) / 512;

const session = (): Promise<ScriptedInitiator> =>
  ScriptedInitiator.session(target.port, DISK, [
    "InitialR2T=Yes",
    "ImmediateData=Yes",
    "MaxBurstLength=16776192",
    "FirstBurstLength=262144",
    "MaxRecvDataSegmentLength=262144",
  ]);

/** COMPARE AND WRITE of as many blocks as it takes; its data is 2 × blocks. */
function compareAndWrite(lba: number, blocks: number): Buffer {
  const cdb = Buffer.alloc(16);
  cdb[0] = 0x89;
  cdb.writeUInt32BE(lba, 6);
  cdb[13] = blocks;
  return cdb;
}

/** Notes every status by tag and answers R2Ts with zeroes, but those of `held`, until the condition holds. */
async function listen(
  initiator: ScriptedInitiator,
  statuses: Map<number, number>,
  until: (last: Received | undefined) => boolean,
  held?: number,
): Promise<void> {
  for (let last: Received | undefined; !until(last); ) {
    last = await initiator.receive(15_000);
    if (last === undefined) throw new Error("commands do not end");
    const { pdu } = last;
    if (pdu.opcode === TARGET_OPCODE.r2t && pdu.initiatorTaskTag !== held) sendZeroes(initiator, pdu);
    else if (pdu.opcode === TARGET_OPCODE.scsiResponse || (pdu.opcode === TARGET_OPCODE.dataIn && pdu.hasStatus)) {
      statuses.set(pdu.initiatorTaskTag, pdu.status);
    }
  }
}

function sendZeroes(initiator: ScriptedInitiator, r2t: R2t): void {
  const { initiatorTaskTag, targetTransferTag } = r2t;
  const end = r2t.bufferOffset + r2t.desiredDataTransferLength;
  for (let bufferOffset = r2t.bufferOffset, dataSn = 0; bufferOffset < end; dataSn += 1) {
    const length = Math.min(256 * 1024, end - bufferOffset);
    const fields = { targetTransferTag, dataSn, bufferOffset, final: bufferOffset + length === end };
    initiator.dataOut(initiatorTaskTag, Buffer.alloc(length), fields);
    bufferOffset += length;
  }
}

describe("commands behind an ordered one", () => {
  it("leave the memory to older writes, reads and COMPARE AND WRITE: all of them end, from every session", async () => {
    const sessions = [await session(), await session(), await session()];
    const [first, ...others] = sessions as [ScriptedInitiator, ...ScriptedInitiator[]];
    // The oldest waits for its data, and an ordered command for the oldest.
    const held = first.command(write10(0, BLOCKS), { write: true, expectedDataTransferLength: 4 * MiB });
    const { pdu: r2t } = await first.expect(TARGET_OPCODE.r2t);
    const early = first.command(TEST_UNIT_READY, { attribute: ordered });
    await first.ping();
    // What is to end before the second ordered commands: dormant as well, so that it asks for its memory last.
    const tags = new Map(sessions.map((each) => [each, [] as number[]]));
    for (const each of sessions) {
      const mine = tags.get(each)!;
      for (let n = 0; n < 4; n += 1) {
        mine.push(each.command(write10(n * BLOCKS, BLOCKS), { write: true, expectedDataTransferLength: 4 * MiB }));
        mine.push(each.command(read10(n * BLOCKS, BLOCKS), { read: true, expectedDataTransferLength: 4 * MiB }));
        const blocks = 60;
        mine.push(each.command(compareAndWrite(0, blocks), { write: true, expectedDataTransferLength: 2 * blocks * 512 }));
      }
    }
    // Ordered commands, and behind them as much immediate data as the sessions can send, each beginning a write of 4 MiB.
    for (const each of sessions) {
      const mine = tags.get(each)!;
      mine.push(each.command(write10(0, BLOCKS), { write: true, expectedDataTransferLength: 4 * MiB, attribute: ordered }));
      for (let n = 0; n < 12; n += 1) {
        const data = Buffer.alloc(256 * 1024);
        mine.push(each.command(write10(n, BLOCKS), { write: true, expectedDataTransferLength: 4 * MiB, data }));
        mine.push(each.command(write10(n, 1), { write: true, expectedDataTransferLength: 512, data: Buffer.alloc(512) }));
        mine.push(each.command(read10(n, BLOCKS), { read: true, expectedDataTransferLength: 4 * MiB }));
      }
    }
    tags.get(first)!.push(held, early);
    const statuses = new Map(sessions.map((each) => [each, new Map<number, number>()]));
    // Everything has been taken, or refused, before the oldest gets its data.
    for (const each of sessions) {
      sendNopOut(each, { initiatorTaskTag: 0x7777 });
      await listen(each, statuses.get(each)!, (last) => last?.pdu.opcode === TARGET_OPCODE.nopIn, held);
    }
    sendZeroes(first, r2t);
    await Promise.all(
      sessions.map((each) => {
        const mine = statuses.get(each)!;
        return listen(each, mine, () => mine.size === tags.get(each)!.length);
      }),
    );
    // GOOD; BUSY and TASK SET FULL, which hosts repeat; MISCOMPARE of what another write has changed does not come: all data is zero.
    for (const status of [...statuses.values()].flatMap((each) => [...each.values()]))
      expect([0x00, 0x08, 0x28]).toContain(status);
    expect(statuses.get(first)!.get(held)).toBe(0);
    for (const each of [first, ...others]) {
      expect((await each.read(0, 1)).status).toBe(0);
      each.close();
    }
  });
});
