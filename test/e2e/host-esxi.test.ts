/**
 * What an ESXi host asks of a datastore's disk, in its order: discovery of the disk, reservations, the VAAI primitives, thin provisioning, and its
 * error handling. Each step has the answer that the host needs in order to go on. A second host plays its cluster's other member.
 */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { blankTaskManagementRequest, TASK_MANAGEMENT_FUNCTION } from "../../src/wire/pdu/task-management-request.ts";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { type Outcome, type ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { describeWithPrivileges } from "../support/tools.ts";
import { configuration, read, resultOf, SPACE_ALLOCATION_FAILED, session, testUnitReady, write } from "./scripted-target.ts";

const BLOCK = 512;
const MIB_BLOCKS = 2048;
const LINES = 'size = "64 MiB"\ncreate = "thin"';

const hex = (bytes: Buffer): string => bytes.toString("hex");
const ask = (host: ScriptedInitiator, cdb: readonly number[], bytes: number, lun = 0): Promise<Outcome> =>
  host.run(cdb, { lun, read: true, expectedDataTransferLength: bytes });
const tell = (host: ScriptedInitiator, cdb: readonly number[] | Buffer, data: Buffer, lun = 0): Promise<Outcome> =>
  host.run(cdb, { lun, write: true, expectedDataTransferLength: data.length, data });
const vpd = async (host: ScriptedInitiator, page: number, lun = 0): Promise<Buffer> => {
  const outcome = await ask(host, [0x12, 1, page, 0, 255, 0], 255, lun);
  expect([page, resultOf(outcome)]).toEqual([page, "good"]);
  expect(outcome.data[1]).toBe(page);
  return outcome.data;
};

/** Writes as much as fits into one burst at a time. */
async function fill(host: ScriptedInitiator, lba: number, data: Buffer): Promise<void> {
  for (let at = 0; at < data.length; at += 128 * BLOCK) {
    expect(await write(host, lba + at / BLOCK, data.subarray(at, at + 128 * BLOCK))).toBe("good");
  }
}

/** The NAA designator of the logical unit: what ESXi calls the disk by. */
async function naaOf(host: ScriptedInitiator, lun: number): Promise<Buffer> {
  const page = await vpd(host, 0x83, lun);
  for (let at = 4; at < page.length; at += 4 + page[at + 3]!) {
    if ((page[at + 1]! & 0x3f) === 0x03) return page.subarray(at + 4, at + 4 + page[at + 3]!);
  }
  throw new Error("there is no NAA designator of the logical unit");
}

const cdb16 = (opcode: number, flags: number, lba: number, blocks: number): Buffer => {
  const cdb = Buffer.alloc(16);
  cdb[0] = opcode;
  cdb[1] = flags;
  cdb.writeBigUInt64BE(BigInt(lba), 2);
  cdb.writeUInt32BE(blocks, 10);
  return cdb;
};

/** COMPARE AND WRITE of one block (ATS). */
const compareAndWrite = (lba: number): Buffer => {
  const cdb = cdb16(0x89, 0, lba, 0);
  cdb[13] = 1;
  return cdb;
};

describe("an ESXi host", () => {
  let lunette: LunetteProcess;
  let host: ScriptedInitiator;
  let other: ScriptedInitiator;

  beforeAll(async () => {
    lunette = await LunetteProcess.start((place) =>
      configuration(place, [
        { name: "datastore", path: `${place.folder}/datastore.img`, lines: LINES },
        { name: "clones", path: `${place.folder}/clones.img`, lines: LINES },
      ]),
    );
    host = await session(lunette.port, 2);
    other = await session(lunette.port, 2);
  });
  afterAll(async () => {
    host?.close();
    other?.close();
    await lunette?.dispose();
  });

  it("finds the disks: REPORT LUNS, INQUIRY, and the pages 00h, 80h, 83h, 86h, B0h, B1h, B2h", async () => {
    const luns = await ask(host, [0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], 256);
    expect(hex(luns.data)).toBe(`${"0000001000000000"}${"0000000000000000"}${"0001000000000000"}`);
    expect((await ask(host, [0x12, 0, 0, 0, 96, 0], 96)).data[0]).toBe(0x00);
    const pages = await vpd(host, 0x00);
    for (const page of [0x00, 0x80, 0x83, 0x86, 0xb0, 0xb1, 0xb2]) {
      expect(pages.subarray(4)).toContain(page);
      await vpd(host, page);
    }
    expect(hex(await naaOf(host, 0))).toMatch(/^6[0-9a-f]{31}$/);
    expect(hex(await naaOf(host, 0))).toBe(hex(await naaOf(other, 0)));
    expect(hex(await naaOf(host, 0))).not.toBe(hex(await naaOf(host, 1)));
  });

  it("learns what VAAI it may use: limits in B0h, provisioning in B2h, and 3PC and TPGS in INQUIRY", async () => {
    const limits = await vpd(host, 0xb0);
    expect(limits[5]).toBeGreaterThanOrEqual(1); // COMPARE AND WRITE
    expect(limits.readUInt32BE(20)).toBeGreaterThan(0); // UNMAP LBA count
    expect(limits.readUInt32BE(24)).toBeGreaterThan(0); // UNMAP descriptors
    expect(limits.readBigUInt64BE(36)).toBeGreaterThanOrEqual(BigInt(MIB_BLOCKS)); // WRITE SAME
    const provisioning = await vpd(host, 0xb2);
    expect(provisioning[5]! & 0xe0).toBe(0xe0); // LBPU, LBPWS, LBPWS10
    expect(provisioning[6]! & 0x07).toBe(2); // thin
    const inquiry = (await ask(host, [0x12, 0, 0, 0, 96, 0], 96)).data;
    expect(inquiry[5]! & 0x08).toBe(0x08); // 3PC
    expect(inquiry[5]! & 0x30).not.toBe(0); // TPGS
    const { data } = await ask(host, [0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0], 32);
    expect(data[14]! & 0xc0).toBe(0xc0); // LBPME, LBPRZ
  });

  it("reserves the disk with RESERVE(6), keeps the other host out, and lets it in again with RELEASE(6)", async () => {
    expect(resultOf(await host.run([0x16, 0, 0, 0, 0, 0]))).toBe("good");
    expect(resultOf(await read(other, 0, BLOCK))).toBe("status 24");
    expect(await write(other, 0, Buffer.alloc(BLOCK, 9))).toBe("status 24");
    expect(resultOf(await other.run([0x17, 0, 0, 0, 0, 0]))).toBe("good"); // not its own: nothing happens
    expect(resultOf(await read(other, 0, BLOCK))).toBe("status 24");
    expect(resultOf(await host.run([0x17, 0, 0, 0, 0, 0]))).toBe("good");
    expect(resultOf(await read(other, 0, BLOCK))).toBe("good");
  });

  it("locks with COMPARE AND WRITE: one of two hosts wins, the loser hears where the block differs", async () => {
    const free = Buffer.alloc(BLOCK);
    const mine = Buffer.alloc(BLOCK, 0x11);
    const theirs = Buffer.alloc(BLOCK, 0x22);
    const [first, second] = await Promise.all([
      tell(host, compareAndWrite(64), Buffer.concat([free, mine])),
      tell(other, compareAndWrite(64), Buffer.concat([free, theirs])),
    ]);
    expect([resultOf(first), resultOf(second)].sort()).toEqual(["14/1d/00", "good"]);
    const loser = resultOf(first) === "good" ? second : first;
    expect(loser.sense[0]! & 0x80).toBe(0x80);
    expect(loser.sense.readUInt32BE(3)).toBe(0); // INFORMATION: the first byte differs
    const expected = Buffer.from((await read(host, 64, BLOCK)).data);
    expected[300]! ^= 1;
    const missed = await tell(host, compareAndWrite(64), Buffer.concat([expected, free]));
    expect([resultOf(missed), missed.sense.readUInt32BE(3)]).toEqual(["14/1d/00", 300]);
  });

  it("zeroes blocks with WRITE SAME(16), with and without UNMAP", async () => {
    expect(await write(host, 128, Buffer.alloc(64 * BLOCK, 0x33))).toBe("good");
    expect(resultOf(await tell(host, cdb16(0x93, 0, 128, 32), Buffer.alloc(BLOCK)))).toBe("good");
    expect(resultOf(await tell(host, cdb16(0x93, 0x08, 160, 32), Buffer.alloc(BLOCK)))).toBe("good");
    expect((await read(host, 128, 64 * BLOCK)).data.equals(Buffer.alloc(64 * BLOCK))).toBe(true);
  });

  it("gives blocks back with UNMAP, and GET LBA STATUS says so", async () => {
    await fill(host, MIB_BLOCKS, Buffer.alloc(256 * BLOCK, 0x44));
    const list = Buffer.alloc(24);
    list.writeUInt16BE(22, 0);
    list.writeUInt16BE(16, 2);
    list.writeBigUInt64BE(BigInt(MIB_BLOCKS), 8);
    list.writeUInt32BE(256, 16);
    expect(resultOf(await tell(host, [0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0], list))).toBe("good");
    const cdb = Buffer.from([0x9e, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0]);
    cdb.writeBigUInt64BE(BigInt(MIB_BLOCKS), 2);
    const { data } = await ask(host, [...cdb], 24);
    expect([data.readUInt32BE(16) >= 256, data[20]]).toEqual([true, 1]);
    expect((await read(host, MIB_BLOCKS, 256 * BLOCK)).data.equals(Buffer.alloc(256 * BLOCK))).toBe(true);
  });

  it("clones with EXTENDED COPY from one disk to another, as far as the operating parameters allow", async () => {
    const { data: parameters } = await ask(host, [0x84, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0], 512);
    expect(parameters.readUInt32BE(0)).toBe(parameters.length - 4);
    expect(parameters.readUInt16BE(8)).toBeGreaterThanOrEqual(2); // CSCD descriptors
    expect(parameters.readUInt16BE(10)).toBeGreaterThanOrEqual(1); // segment descriptors
    expect([...parameters.subarray(44, 44 + parameters[43]!)]).toEqual(expect.arrayContaining([0x02, 0xe4]));
    const content = Buffer.alloc(256 * BLOCK);
    for (let at = 0; at < content.length; at += 4) content.writeUInt32BE(at, at);
    await fill(host, 4096, content);

    const cscd = async (lun: number): Promise<Buffer> => {
      const naa = await naaOf(host, lun);
      const out = Buffer.alloc(32);
      out[0] = 0xe4;
      out[4] = 0x01; // binary
      out[5] = 0x03; // NAA of the logical unit
      out[7] = naa.length;
      naa.copy(out, 8);
      out.writeUIntBE(BLOCK, 29, 3);
      return out;
    };
    const segment = Buffer.alloc(28);
    segment[0] = 0x02;
    segment[1] = 0x02; // DC
    segment.writeUInt16BE(24, 2);
    segment.writeUInt16BE(0, 4);
    segment.writeUInt16BE(1, 6);
    segment.writeUInt16BE(256, 10);
    segment.writeBigUInt64BE(4096n, 12);
    segment.writeBigUInt64BE(512n, 20);
    const descriptors = [await cscd(0), await cscd(1)];
    const head = Buffer.alloc(16);
    head[0] = 1; // LIST IDENTIFIER
    head.writeUInt16BE(64, 2);
    head.writeUInt32BE(28, 8);
    const list = Buffer.concat([head, ...descriptors, segment]);
    expect(resultOf(await tell(host, [0x83, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, list.length, 0, 0], list))).toBe("good");
    expect((await read(host, 512, content.length, 1)).data.equals(content)).toBe(true);

    // A disk that this host does not see is not reached, and nothing is written.
    list[16 + 32 + 10]! ^= 0xff;
    const unseen = await tell(host, [0x83, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, list.length, 0, 0], list);
    expect(resultOf(unseen)).toMatch(/^10\//);
  });

  it("aborts a task and resets the disk in time, and goes on after the unit attention", async () => {
    const function_ = async (code: number, tag = RESERVED_TAG, cmdSn = 0): Promise<number> => {
      host.send({
        ...blankTaskManagementRequest(),
        ...lunFields(0),
        immediate: true,
        function: code as never,
        initiatorTaskTag: host.nextTag(),
        referencedTaskTag: tag,
        refCmdSn: cmdSn,
        cmdSn: host.cmdSn,
        expStatSn: host.expStatSn,
      });
      return (await host.expect(TARGET_OPCODE.taskManagementResponse, 1_000)).pdu.response;
    };
    const { cmdSn } = host;
    // A write whose data never comes.
    const tag = host.command(write10(8192, 4096), { write: true, expectedDataTransferLength: 4096 * BLOCK, final: true });
    await host.expect(TARGET_OPCODE.r2t);
    expect(await function_(TASK_MANAGEMENT_FUNCTION.abortTask, tag, cmdSn)).toBe(0);
    expect(await function_(TASK_MANAGEMENT_FUNCTION.logicalUnitReset)).toBe(0);
    expect(await testUnitReady(host)).toBe("6/29/03");
    expect(await testUnitReady(host)).toBe("good");
    expect(await testUnitReady(other)).toBe("6/29/03");
  });

  it("takes a LUN that isn't there for a permanent loss: 05h/25h/00h", async () => {
    expect(resultOf(await read(host, 0, BLOCK, 7))).toBe("5/25/00");
  });
});

describeWithPrivileges(["CAP_SYS_ADMIN"], ["mount", "umount"], "an ESXi host on thin storage that is full", () => {
  it("hears 07h/27h/07h, and writes again once there is space", async () => {
    const folder = await makeTemporaryFolder("esxi");
    const mounted = await runCommand("mount", ["-t", "tmpfs", "-o", "size=4m", "none", folder]);
    expect(mounted.code).toBe(0);
    let lunette: LunetteProcess | undefined;
    try {
      const lines = `${LINES}\nspace_warning_percent = 0`;
      lunette = await LunetteProcess.start((place) =>
        configuration(place, [{ name: "full", path: `${folder}/full.img`, lines }]),
      );
      const host = await session(lunette.port);
      let result = "good";
      for (let lba = 0; result === "good" && lba < 8 * MIB_BLOCKS; lba += 128)
        result = await write(host, lba, Buffer.alloc(128 * BLOCK, 1));
      expect(result).toBe(SPACE_ALLOCATION_FAILED);
      expect((await runCommand("mount", ["-o", "remount,size=16m", folder])).code).toBe(0);
      expect(await write(host, 6 * MIB_BLOCKS, Buffer.alloc(128 * BLOCK, 1))).toBe("good");
      host.close();
    } finally {
      await lunette?.dispose();
      await runCommand("umount", [folder]);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
