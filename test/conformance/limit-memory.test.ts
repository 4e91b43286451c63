/** RFC 7143 4.2.2.1 and SAM-5 5.3.1 (TASK SET FULL): memory is bounded, and what has to wait for it is served all the same. */
import { open } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankNopOut } from "../../src/wire/pdu/nop-out.ts";
import { read10, ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const MIB = 1024 * 1024;
const BLOCKS_PER_MIB = MIB / 512;
const VOLUME_BYTES = 64 * MIB;
const TASK_SET_FULL = 0x28;
const SMALLEST = ["buffer_bytes = 33554432", "connection_buffer_bytes = 16777216"].join("\n");
/** Reads of a mebibyte in one PDU where the initiator takes as much. */
const WIDE = ["MaxRecvDataSegmentLength=262144", "MaxBurstLength=1048576"];
const ON_REQUEST = ["InitialR2T=Yes", "ImmediateData=Yes", "MaxBurstLength=16776192"];

/** Every 512-byte block of the volume begins with its own number, and is different from its neighbours. */
function block(lba: number): Buffer {
  const bytes = Buffer.alloc(512, (lba * 31) & 0xff);
  bytes.writeUInt32BE(lba, 0);
  return bytes;
}

async function fillVolume(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    for (let at = 0; at < VOLUME_BYTES; at += MIB) {
      const blocks = Array.from({ length: BLOCKS_PER_MIB }, (_, index) => block(at / 512 + index));
      await file.write(Buffer.concat(blocks), 0, MIB, at);
    }
  } finally {
    await file.close();
  }
}

/** Asks for `count` mebibytes of the volume at once, one a command, and compares every byte. */
async function readAtOnce(initiator: ScriptedInitiator, count: number): Promise<void> {
  const lbaOf = new Map<number, number>();
  for (let n = 0; n < count; n++) {
    const lba = (n % 64) * BLOCKS_PER_MIB;
    lbaOf.set(initiator.command(read10(lba, BLOCKS_PER_MIB), { read: true, expectedDataTransferLength: MIB }), lba);
  }
  const received = new Map<number, number>();
  while (lbaOf.size > 0) {
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.dataIn, 10_000);
    const lba = lbaOf.get(pdu.initiatorTaskTag);
    if (lba === undefined) throw new Error(`data of task ${pdu.initiatorTaskTag}, which nobody asked for`);
    const before = received.get(pdu.initiatorTaskTag) ?? 0;
    if (pdu.bufferOffset !== before) throw new Error(`offset ${pdu.bufferOffset} where ${before} was due`);
    const blocks = Array.from({ length: data.length / 512 }, (_, index) => block(lba + before / 512 + index));
    if (!data.equals(Buffer.concat(blocks))) throw new Error(`wrong bytes of the MiB at LBA ${lba}, offset ${before}`);
    received.set(pdu.initiatorTaskTag, before + data.length);
    if (!pdu.hasStatus) continue;
    expect([pdu.status, before + data.length]).toEqual([0, MIB]);
    lbaOf.delete(pdu.initiatorTaskTag);
  }
}

describe("limits.connection_buffer_bytes and limits.buffer_bytes", () => {
  const target = useTarget(SMALLEST);
  beforeAll(() => fillVolume(target.process.volumePath("disk")));

  it("a connection that asks for six times its share at once gets every byte", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, WIDE);
    await readAtOnce(initiator, 4);
    const before = await target.process.residentBytes();
    await readAtOnce(initiator, 96);
    expect((await target.process.residentBytes()) - before).toBeLessThan(64 * MIB);
    initiator.close();
  });

  it("four connections that ask for six times the pool at once get every byte", async () => {
    const initiators = await Promise.all(Array.from({ length: 4 }, () => ScriptedInitiator.session(target.port, DISK, WIDE)));
    await Promise.all(initiators.map((each) => readAtOnce(each, 48)));
    for (const each of initiators) each.close();
  });

  it("a write with data right behind it gets TASK SET FULL when the share is taken, and succeeds when it comes again", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    initiator.command(write10(0, 16 * BLOCKS_PER_MIB), { write: true, expectedDataTransferLength: 16 * MIB });
    await initiator.expect(TARGET_OPCODE.r2t);
    const data = Buffer.alloc(4096, 0x51);
    const small = { write: true, expectedDataTransferLength: data.length, data };
    const lba = 40 * BLOCKS_PER_MIB;
    expect((await initiator.run(write10(lba, 8), small)).status).toBe(TASK_SET_FULL);
    await initiator.ping();
    initiator.close();

    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(lba, 1)).data.equals(block(lba))).toBe(true);
    expect((await other.write(lba, data)).status).toBe(0);
    expect((await other.read(lba, 8)).data.equals(data)).toBe(true);
    const restored = Buffer.concat(Array.from({ length: 8 }, (_, index) => block(lba + index)));
    expect((await other.write(lba, restored)).status).toBe(0);
    other.close();
  });

  it("another connection gets TASK SET FULL for such a write when the pool is empty, and readers go on when it is not", async () => {
    const first = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    const second = await ScriptedInitiator.session(target.port, DISK, ON_REQUEST);
    first.command(write10(0, 16 * BLOCKS_PER_MIB), { write: true, expectedDataTransferLength: 16 * MIB });
    await first.expect(TARGET_OPCODE.r2t);
    // The pool is 32 MiB less headers: what the second one lacks it waits for, in front of everybody else.
    second.command(write10(0, 16 * BLOCKS_PER_MIB), { write: true, expectedDataTransferLength: 16 * MIB });
    await second.expectNothing(150);
    const other = await ScriptedInitiator.session(target.port, DISK);
    const data = Buffer.alloc(4096, 0x52);
    expect((await other.write(40 * BLOCKS_PER_MIB, data)).status).toBe(TASK_SET_FULL);
    first.close();
    await second.expect(TARGET_OPCODE.r2t);
    expect((await other.read(40 * BLOCKS_PER_MIB, 1)).data.equals(block(40 * BLOCKS_PER_MIB))).toBe(true);
    second.close();
    other.close();
  });
});

describe("a command window that was narrowed while memory was short", () => {
  const target = useTarget([SMALLEST, "command_window = 16"].join("\n"));

  it("is open after the last answer: an initiator that used all of it need not wait for a ping", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, WIDE);
    const width = initiator.maxCmdSn - initiator.cmdSn + 1;
    expect(width).toBe(16);
    const tags = new Set<number>();
    for (let n = 0; n < width; n++) {
      // Each takes the whole share, so that it is short whenever one of them is answered.
      tags.add(initiator.command(read10(0, 16 * BLOCKS_PER_MIB), { read: true, expectedDataTransferLength: 16 * MIB }));
    }
    while (tags.size > 0) {
      const { pdu } = await initiator.expect(TARGET_OPCODE.dataIn, 10_000);
      if (pdu.hasStatus) tags.delete(pdu.initiatorTaskTag);
    }
    expect(initiator.maxCmdSn).toBeGreaterThanOrEqual(initiator.cmdSn);
    expect((await initiator.read(0, 8)).status).toBe(0);
    initiator.close();
  });
});

describe("limits.socket_write_bytes", () => {
  const target = useTarget("socket_write_bytes = 65536");
  beforeAll(() => fillVolume(target.process.volumePath("disk")));

  it("at its smallest lets every byte of reads through that are far larger", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, WIDE);
    await readAtOnce(initiator, 64);
    initiator.close();
  });

  it("a peer that pings and reads nothing is not read either, and gets every answer when it does", async () => {
    const PINGS = 400;
    const initiator = await ScriptedInitiator.session(target.port, DISK, WIDE);
    await initiator.ping(Buffer.alloc(256 * 1024));
    const before = await target.process.residentBytes();
    initiator.socket.pause();
    const { cmdSn, expStatSn } = initiator;
    for (let n = 0; n < PINGS; n++) {
      const data = Buffer.alloc(256 * 1024, n);
      initiator.send({ ...blankNopOut(), immediate: true, initiatorTaskTag: 1000 + n, cmdSn, expStatSn }, data);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    // 100 MiB of pings: what the kernel's buffers don't hold has to wait on this side.
    expect(initiator.socket.writableLength).toBeGreaterThan(50 * MIB);
    expect((await target.process.residentBytes()) - before).toBeLessThan(40 * MIB);
    initiator.socket.resume();
    for (let n = 0; n < PINGS; n++) {
      const { pdu, data } = await initiator.expect(TARGET_OPCODE.nopIn, 5_000);
      expect(pdu.initiatorTaskTag).toBe(1000 + n);
      expect(data.equals(Buffer.alloc(256 * 1024, n))).toBe(true);
    }
    initiator.close();
  });
});

describe("limits.ring_entries", () => {
  const target = useTarget("ring_entries = 64");
  beforeAll(() => fillVolume(target.process.volumePath("disk")));

  it("bounds requests in flight and not commands: eight times as many all complete", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, WIDE);
    // Four requests to the backend a command: a mebibyte in leases of 256 KiB.
    await readAtOnce(initiator, 128);
    initiator.close();
  });
});
