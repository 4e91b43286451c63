/** SBC-3 6.6.3 (Block Limits) and SPC-4 6.16: what one command may move, discard, compare or register; one more is refused whole. */
import { describe, expect, it } from "vitest";
import { type Outcome, read10, ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const LIMITS = [
  "transfer_bytes = 1048576",
  "write_same_bytes = 1048576",
  "unmap_bytes = 1048576",
  "unmap_descriptors = 2",
  "caw_blocks = 4",
  "registrants = 16",
  "atomic_write_bytes = 8192",
];
const target = useTarget(LIMITS.join("\n"));

const MIB = 1024 * 1024;
const MIB_BLOCKS = 2048;
const INVALID_FIELD_IN_CDB = "5/24/00";
const INVALID_FIELD_IN_PARAMETER_LIST = "5/26/00";
const INSUFFICIENT_REGISTRATION_RESOURCES = "5/55/04";

/** "good", or sense key, additional sense code and qualifier (fixed format). */
function resultOf({ status, sense }: Outcome): string {
  if (status === 0) return "good";
  const hex = (at: number) => (sense[at] ?? 0).toString(16).padStart(2, "0");
  return `${(sense[2] ?? 0) & 0xf}/${hex(12)}/${hex(13)}`;
}

function cdb(bytes: number, operation: number, fill: (cdb: Buffer) => void): Buffer {
  const result = Buffer.alloc(bytes);
  result[0] = operation;
  fill(result);
  return result;
}

/** A command with Data-Out, all of it right behind the command. */
async function send(initiator: ScriptedInitiator, command: Buffer, data: Buffer): Promise<string> {
  return resultOf(await initiator.run(command, { write: true, expectedDataTransferLength: data.length, data }));
}

const blockLimits = async (initiator: ScriptedInitiator) =>
  (await initiator.run([0x12, 1, 0xb0, 0, 64, 0], { read: true, expectedDataTransferLength: 64 })).data;

describe("limits.transfer_bytes", () => {
  it("is MAXIMUM TRANSFER LENGTH; as many blocks are read and one more is refused", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=262144"]);
    expect((await blockLimits(initiator)).readUInt32BE(8)).toBe(MIB_BLOCKS);
    expect((await initiator.read(0, MIB_BLOCKS)).data.length).toBe(MIB);
    const more = { read: true, expectedDataTransferLength: MIB + 512 };
    expect(resultOf(await initiator.run(read10(0, MIB_BLOCKS + 1), more))).toBe(INVALID_FIELD_IN_CDB);
    initiator.close();
  });

  it("refuses a longer write without asking for its data", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["ImmediateData=No"]);
    const more = { write: true, expectedDataTransferLength: MIB + 512 };
    expect(resultOf(await initiator.run(write10(0, MIB_BLOCKS + 1), more))).toBe(INVALID_FIELD_IN_CDB);
    initiator.close();
  });
});

describe("limits.write_same_bytes", () => {
  const writeSame = (lba: number, blocks: number) =>
    cdb(16, 0x93, (bytes) => {
      bytes.writeUInt32BE(lba, 6);
      bytes.writeUInt32BE(blocks, 10);
    });

  it("is MAXIMUM WRITE SAME LENGTH; as many blocks are written, and of one more not the first", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=262144"]);
    expect((await blockLimits(initiator)).readBigUInt64BE(36)).toBe(BigInt(MIB_BLOCKS));
    expect(await send(initiator, writeSame(4096, MIB_BLOCKS), Buffer.alloc(512, 0x77))).toBe("good");
    expect((await initiator.read(4096, MIB_BLOCKS)).data.equals(Buffer.alloc(MIB, 0x77))).toBe(true);
    expect(await send(initiator, writeSame(4096, MIB_BLOCKS + 1), Buffer.alloc(512, 0x78))).toBe(INVALID_FIELD_IN_CDB);
    expect((await initiator.read(4096, 1)).data[0]).toBe(0x77);
    initiator.close();
  });
});

describe("limits.unmap_descriptors and limits.unmap_bytes", () => {
  function unmapList(...ranges: readonly (readonly [lba: number, blocks: number])[]): Buffer {
    const list = Buffer.alloc(8 + 16 * ranges.length);
    list.writeUInt16BE(list.length - 2, 0);
    list.writeUInt16BE(list.length - 8, 2);
    for (const [index, [lba, blocks]] of ranges.entries()) {
      list.writeBigUInt64BE(BigInt(lba), 8 + 16 * index);
      list.writeUInt32BE(blocks, 16 + 16 * index);
    }
    return list;
  }
  const unmap = (initiator: ScriptedInitiator, list: Buffer) =>
    send(
      initiator,
      cdb(10, 0x42, (bytes) => bytes.writeUInt16BE(list.length, 7)),
      list,
    );

  it("are MAXIMUM UNMAP DESCRIPTOR COUNT and LBA COUNT; a list beyond either unmaps nothing at all", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=262144"]);
    const page = await blockLimits(initiator);
    expect([page.readUInt32BE(20), page.readUInt32BE(24)]).toEqual([MIB_BLOCKS, 2]);
    const data = Buffer.alloc(8 * 512, 0x99);
    const lbas = [16_384, 16_392, 16_400];
    for (const lba of lbas) expect((await initiator.write(lba, data)).status).toBe(0);

    const three = unmapList([16_384, 8], [16_392, 8], [16_400, 8]);
    expect(await unmap(initiator, three)).toBe(INVALID_FIELD_IN_PARAMETER_LIST);
    const tooMany = unmapList([16_384, 8], [20_000, MIB_BLOCKS - 7]);
    expect(await unmap(initiator, tooMany)).toBe(INVALID_FIELD_IN_PARAMETER_LIST);
    for (const lba of lbas) expect((await initiator.read(lba, 8)).data.equals(data)).toBe(true);

    expect(await unmap(initiator, unmapList([16_384, 8], [16_400, MIB_BLOCKS - 8]))).toBe("good");
    expect((await initiator.read(16_384, 8)).data.equals(Buffer.alloc(4096))).toBe(true);
    expect((await initiator.read(16_392, 8)).data.equals(data)).toBe(true);
    expect((await initiator.read(16_400, 8)).data.equals(Buffer.alloc(4096))).toBe(true);
    initiator.close();
  });
});

describe("limits.atomic_write_bytes", () => {
  it("is MAXIMUM ATOMIC TRANSFER LENGTH; as many blocks are written, and of one more none", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect((await blockLimits(initiator)).readUInt32BE(44)).toBe(16);
    const writeAtomic = (blocks: number, fill: number) =>
      send(
        initiator,
        cdb(16, 0x9c, (bytes) => {
          bytes.writeUInt32BE(40_000, 6);
          bytes.writeUInt16BE(blocks, 12);
        }),
        Buffer.alloc(512 * blocks, fill),
      );
    expect(await writeAtomic(16, 0x55)).toBe("good");
    expect(await writeAtomic(17, 0x66)).toBe(INVALID_FIELD_IN_CDB);
    const { data } = await initiator.read(40_000, 17);
    expect(data.equals(Buffer.concat([Buffer.alloc(8192, 0x55), Buffer.alloc(512)]))).toBe(true);
    initiator.close();
  });
});

describe("limits.caw_blocks", () => {
  const compareAndWrite = (lba: number, blocks: number) =>
    cdb(16, 0x89, (bytes) => {
      bytes.writeUInt32BE(lba, 6);
      bytes[13] = blocks;
    });

  it("is MAXIMUM COMPARE AND WRITE LENGTH; as many blocks are swapped, and of one more none", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect((await blockLimits(initiator))[5]).toBe(4);
    const swap = (from: number, to: number, blocks: number) =>
      send(
        initiator,
        compareAndWrite(30_000, blocks),
        Buffer.concat([Buffer.alloc(512 * blocks, from), Buffer.alloc(512 * blocks, to)]),
      );
    expect(await swap(0, 0x33, 4)).toBe("good");
    expect(await swap(0, 0x44, 5)).toBe(INVALID_FIELD_IN_CDB);
    const { data } = await initiator.read(30_000, 5);
    expect(data.equals(Buffer.concat([Buffer.alloc(2048, 0x33), Buffer.alloc(512)]))).toBe(true);
    initiator.close();
  });
});

describe("limits.registrants", () => {
  /** PERSISTENT RESERVE OUT, REGISTER. */
  const register = (initiator: ScriptedInitiator, from: number, to: number) => {
    const list = Buffer.alloc(24);
    list.writeBigUInt64BE(BigInt(from), 0);
    list.writeBigUInt64BE(BigInt(to), 8);
    return send(
      initiator,
      cdb(10, 0x5f, (bytes) => bytes.writeUInt32BE(24, 5)),
      list,
    );
  };

  it("refuses one registrant more, lets those that are there change their key, and has room when one leaves", async () => {
    const initiators: ScriptedInitiator[] = [];
    for (let n = 1; n <= 17; n++) initiators.push(await ScriptedInitiator.session(target.port, OTHER));
    const [first, last] = [initiators[0] as ScriptedInitiator, initiators[16] as ScriptedInitiator];
    for (const [index, initiator] of initiators.slice(0, 16).entries())
      expect(await register(initiator, 0, index + 1)).toBe("good");
    expect(await register(last, 0, 17)).toBe(INSUFFICIENT_REGISTRATION_RESOURCES);
    expect(await register(first, 1, 100)).toBe("good");
    expect(await register(first, 100, 0)).toBe("good");
    expect(await register(last, 0, 17)).toBe("good");
    for (const each of initiators) each.close();
  });
});
