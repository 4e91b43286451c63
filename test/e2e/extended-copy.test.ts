/**
 * EXTENDED COPY as ESXi clones with it (SPC-4 5.17): it asks for the operating parameters, names its units by NAA designators and has the
 * target move the blocks. Between real files, and looked at in these files.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copy, cscd, listLid1, segment } from "../scsi/support/copy-lists.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import type { Outcome, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, read, resultOf, session } from "./scripted-target.ts";

const MIB = 1024 * 1024;
const SIZE = 96 * MIB;
/** The most blocks of one segment descriptor. */
const MOST_BLOCKS = 65535;
/** LUN 0 is the source; the others are destinations of three kinds. */
const SOURCE = 0;
const CACHED = 1;
const DURABLE = 2;
const LONG_BLOCKS = 3;

describe("EXTENDED COPY", () => {
  let lunette: LunetteProcess;
  let initiator: ScriptedInitiator;
  const content = randomBytes(SIZE);
  const file = (lun: number): string => join(lunette.folder, `volume-${lun}.img`);

  beforeAll(async () => {
    lunette = await LunetteProcess.start((place) => {
      const lines = `size = ${SIZE}\ncreate = "thin"\n`;
      const more = ["", "", "write_cache = false\n", "block_size = 4096\n"];
      const volumes = more.map((each, lun) => ({
        name: `volume-${lun}`,
        path: join(place.folder, `volume-${lun}.img`),
        lines: lines + each,
      }));
      return configuration(place, volumes);
    });
    initiator = await session(lunette.ports[0]!, 4);
    await writeFile(file(SOURCE), content, { flag: "r+" });
  }, 60_000);

  afterAll(async () => {
    initiator?.close();
    await lunette?.dispose();
  });

  /** The NAA designator of the Device Identification page: 16 bytes. */
  async function naaOf(lun: number): Promise<Buffer> {
    const inquiry = [0x12, 1, 0x83, 1, 0, 0];
    const { data } = await initiator.run(inquiry, { lun, read: true, expectedDataTransferLength: 256 });
    for (let at = 4; at < data.length; at += 4 + data[at + 3]!) {
      if ((data[at + 1]! & 0x3f) === 0x03) return data.subarray(at + 4, at + 4 + data[at + 3]!);
    }
    throw new Error("no NAA designator");
  }

  async function send(list: Buffer, lun = SOURCE): Promise<Outcome> {
    return initiator.run(copy.lid1(list.length), {
      lun,
      write: true,
      expectedDataTransferLength: list.length,
      data: list,
    });
  }

  const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

  test("tells what it can do before it is used", async () => {
    const { data } = await initiator.run(copy.parameters(), { read: true, expectedDataTransferLength: 512 });
    expect(data.readUInt32BE(0)).toBe(data.length - 4);
    expect([...data.subarray(44)]).toEqual([0x02, 0xe4]);
    expect(data.readUInt32BE(16)).toBeGreaterThanOrEqual(MOST_BLOCKS * 512);
  });

  test.each([
    ["a volume with write cache", CACHED],
    ["a volume without", DURABLE],
    ["a volume of longer blocks", LONG_BLOCKS],
  ])("copies a disk to %s", async (_what, lun) => {
    const cscds = [await naaOf(SOURCE), await naaOf(lun)].map((designator) => cscd({ designator }));
    const destinationBlock = lun === LONG_BLOCKS ? 4096 : 512;
    const blocks = SIZE / 512;
    for (let lba = 0; lba < blocks; ) {
      // A number of blocks that is whole blocks on the other side as well.
      const count = Math.min(MOST_BLOCKS - (MOST_BLOCKS % 8), blocks - lba);
      const to = (lba * 512) / destinationBlock;
      const list = listLid1(cscds, [segment({ source: 0, destination: 1, blocks: count, from: lba, to })]);
      expect(resultOf(await send(list))).toBe("good");
      lba += count;
    }
    expect(hash(await readFile(file(lun)))).toBe(hash(content));
  });

  test("leaves room for others while it runs", async () => {
    const cscds = [await naaOf(SOURCE), await naaOf(DURABLE)].map((designator) => cscd({ designator }));
    const segments = [0, MOST_BLOCKS].map((lba) =>
      segment({ source: 0, destination: 1, blocks: MOST_BLOCKS, from: lba, to: lba }),
    );
    const other = await session(lunette.ports[0]!, 4);
    try {
      const copying = send(listLid1(cscds, segments, { listId: 7 }));
      let over = false;
      void copying.then(() => (over = true));
      let reads = 0;
      while (!over) {
        const { data } = await read(other, 8 * reads, 4096);
        expect(data.equals(content.subarray(reads * 4096, (reads + 1) * 4096))).toBe(true);
        reads += 1;
      }
      expect(resultOf(await copying)).toBe("good");
      // 64 MiB in pieces of 1 MiB, and a turn for everybody between two of them.
      expect(reads).toBeGreaterThan(10);
    } finally {
      other.close();
    }
  });

  test("refuses a unit that this target does not have", async () => {
    const cscds = [await naaOf(SOURCE), Buffer.alloc(16, 0x61)].map((designator) => cscd({ designator }));
    const list = listLid1(cscds, [segment({ source: 0, destination: 1, blocks: 8, from: 0, to: 0 })]);
    expect(resultOf(await send(list))).toBe("10/0d/02");
  });
});
