/** Storage that fails under the daemon (SBC-3 4.7.3.6, 4.18, SPC-4 5.14): full, shorter, longer, absent, somebody else's, broken. */
import { open, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { describeWithPrivileges } from "../support/tools.ts";
import {
  CAPACITY_CHANGED,
  capacity,
  configuration,
  MEDIUM_ERROR,
  NOT_READY,
  read,
  resultOf,
  SPACE_ALLOCATION_FAILED,
  session,
  testUnitReady,
  until,
  write,
} from "./scripted-target.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const PIECE = 64 * KIB;
const PIECE_BLOCKS = PIECE / 512;
/** Without warnings of space, which come at any time; they have a test of their own. */
const THIN = 'size = "64 MiB"\ncreate = "thin"\nspace_warning_percent = 0';
/** Sizes are looked at every 2 s, and offline volumes tried again every 10 s. */
const SIZE_CHECK_DEADLINE_MS = 8_000;
const RETRY_DEADLINE_MS = 20_000;

/** Undone after each test, the last first. */
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function start(...parameters: Parameters<typeof LunetteProcess.start>): Promise<LunetteProcess> {
  const lunette = await LunetteProcess.start(...parameters);
  undo.push(() => lunette.dispose());
  return lunette;
}

async function temporaryFolder(): Promise<string> {
  const folder = await makeTemporaryFolder("storage");
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function must(command: string, ...parameters: string[]): Promise<string> {
  const { code, output } = await runCommand(command, parameters);
  if (code !== 0) throw new Error(`${command} ${parameters.join(" ")}: ${output}`);
  return output.trim();
}

/** Every piece is different, and so is each of its blocks. */
function piece(index: number): Buffer {
  const bytes = Buffer.alloc(PIECE, (index % 255) + 1);
  for (let at = 0; at < PIECE; at += 512) bytes.writeUInt32BE(index * PIECE_BLOCKS + at / 512, at);
  return bytes;
}

describeWithPrivileges(["CAP_SYS_ADMIN"], ["mount", "umount", "mkfs.ext4"], "a filesystem that fills up", () => {
  async function tmpfs(folder: string): Promise<void> {
    await must("mount", "-t", "tmpfs", "-o", "size=12m", "none", folder);
    undo.push(() => must("umount", folder));
  }

  test("before it is full, hosts are warned once: unit attention 38h/07h, and the log says what is left", async () => {
    const folder = await temporaryFolder();
    await tmpfs(folder);
    const lines = 'size = "64 MiB"\ncreate = "thin"\nspace_warning_percent = 10';
    const lunette = await start((place) => configuration(place, [{ name: "thin", path: join(folder, "thin.img"), lines }]));
    const initiator = await session(lunette.port);
    // 12 MiB less 7 leave 5, and 10 % of 64 MiB are 7 threshold sets of 1 MiB.
    const answers: string[] = [];
    for (let index = 0; index < 112; index++) answers.push(await write(initiator, index * PIECE_BLOCKS, piece(index)));
    if (!answers.includes("6/38/07"))
      await until(
        () => testUnitReady(initiator),
        (answer) => answer === "6/38/07",
        SIZE_CHECK_DEADLINE_MS,
      );
    expect(answers.filter((answer) => answer !== "good").length).toBeLessThanOrEqual(1);
    expect(lunette.log.filter(({ msg }) => msg?.includes("space threshold"))).toMatchObject([
      { volume: "thin", resource: "available" },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await testUnitReady(initiator)).toBe("good");
    initiator.close();
  });

  async function ext4(folder: string): Promise<void> {
    const image = join(await temporaryFolder(), "ext4.img");
    await writeFile(image, "");
    await truncate(image, 16 * MIB);
    await must("mkfs.ext4", "-q", "-O", "^has_journal", image);
    await must("mount", "-o", "loop", image, folder);
    undo.push(() => must("umount", folder));
  }

  test.each([
    ["tmpfs", "buffered", tmpfs],
    ["ext4", "buffered", ext4],
    ["ext4", "direct", ext4],
  ])(
    "%s (io = %s): DATA PROTECT 27h/07h, other volumes go on, and with space again the same write succeeds",
    async (_kind, io, mount) => {
      const folder = await temporaryFolder();
      await mount(folder);
      const ballast = join(folder, "ballast");
      await writeFile(ballast, Buffer.alloc(4 * MIB, 1));
      const lunette = await start((place) =>
        configuration(place, [
          { name: "thin", path: join(folder, "thin.img"), lines: `${THIN}\nio = "${io}"` },
          { name: "other", path: join(place.folder, "other.img"), lines: THIN },
        ]),
      );
      const initiator = await session(lunette.port, 2);
      let failedAt = 0;
      let result = "good";
      for (; result === "good" && failedAt < 512; failedAt++)
        result = await write(initiator, failedAt * PIECE_BLOCKS, piece(failedAt));
      failedAt--;
      expect(result).toBe(SPACE_ALLOCATION_FAILED);
      expect(failedAt).toBeGreaterThan(16);
      // Full is full: again, and not only the first time.
      expect(await write(initiator, failedAt * PIECE_BLOCKS, piece(failedAt))).toBe(SPACE_ALLOCATION_FAILED);

      expect(await write(initiator, 0, piece(7), 1)).toBe("good");
      expect((await read(initiator, 0, PIECE, 1)).data.equals(piece(7))).toBe(true);
      // What was written stays readable and can be written again: its blocks are there.
      for (let index = 0; index < failedAt; index++) {
        expect((await read(initiator, index * PIECE_BLOCKS, PIECE)).data.equals(piece(index)), `piece ${index}`).toBe(true);
      }
      expect(await write(initiator, 0, piece(0))).toBe("good");

      await rm(ballast);
      // ext4 may give freed blocks out again a moment later.
      await until(
        () => write(initiator, failedAt * PIECE_BLOCKS, piece(failedAt)),
        (answer) => answer === "good",
        10_000,
      );
      expect((await read(initiator, failedAt * PIECE_BLOCKS, PIECE)).data.equals(piece(failedAt))).toBe(true);
      expect((await read(initiator, 0, PIECE)).data.equals(piece(0))).toBe(true);
      initiator.close();
    },
  );

  test("an unmap of what is there makes space, too", async () => {
    const folder = await temporaryFolder();
    await tmpfs(folder);
    const lunette = await start((place) =>
      configuration(place, [{ name: "thin", path: join(folder, "thin.img"), lines: THIN }]),
    );
    const initiator = await session(lunette.port);
    let index = 0;
    while ((await write(initiator, index * PIECE_BLOCKS, piece(index))) === "good") index++;
    expect(await write(initiator, index * PIECE_BLOCKS, piece(index))).toBe(SPACE_ALLOCATION_FAILED);
    const list = Buffer.alloc(24);
    list.writeUInt16BE(22, 0);
    list.writeUInt16BE(16, 2);
    list.writeUInt32BE(4 * PIECE_BLOCKS, 16);
    const unmap = Buffer.from([0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0]);
    expect(resultOf(await initiator.run(unmap, { write: true, expectedDataTransferLength: 24, data: list }))).toBe("good");
    expect(await write(initiator, index * PIECE_BLOCKS, piece(index))).toBe("good");
    expect((await read(initiator, 0, PIECE)).data.equals(Buffer.alloc(PIECE))).toBe(true);
    initiator.close();
  });
});

describeWithPrivileges(["CAP_SYS_ADMIN"], ["losetup"], "a block device whose medium is broken", () => {
  test("MEDIUM ERROR where it is, with the data around it intact, and another volume goes on", async () => {
    const folder = await temporaryFolder();
    const image = join(folder, "medium.img");
    await writeFile(image, Buffer.concat(Array.from({ length: 128 }, (_, index) => piece(index))));
    const device = await must("losetup", "--find", "--show", image);
    undo.push(() => must("losetup", "--detach", device));
    const lunette = await start((place) =>
      configuration(place, [
        { name: "device", path: device, lines: 'io = "direct"' },
        { name: "other", path: join(place.folder, "other.img"), lines: THIN },
      ]),
    );
    const initiator = await session(lunette.port, 2);
    expect(await capacity(initiator)).toBe(128 * PIECE);
    expect((await read(initiator, 100 * PIECE_BLOCKS, PIECE)).data.equals(piece(100))).toBe(true);

    // The device keeps its size; what lies behind the end of the image can't be read any more (EIO).
    await truncate(image, 64 * PIECE);
    const broken = await read(initiator, 100 * PIECE_BLOCKS, PIECE);
    expect(resultOf(broken)).toMatch(MEDIUM_ERROR);
    expect(broken.dataIns).toEqual([]);
    // INFORMATION (VALID is bit 7): everything before this block counts as transferred.
    expect([broken.sense.readUInt8(0) & 0x80, broken.sense.readUInt32BE(3)]).toEqual([0x80, 100 * PIECE_BLOCKS]);
    expect((await read(initiator, 63 * PIECE_BLOCKS, PIECE)).data.equals(piece(63))).toBe(true);
    expect(resultOf(await read(initiator, 63 * PIECE_BLOCKS, 2 * PIECE))).toMatch(MEDIUM_ERROR);
    expect(await write(initiator, 0, piece(3), 1)).toBe("good");
    expect((await read(initiator, 0, PIECE, 1)).data.equals(piece(3))).toBe(true);
    expect(await testUnitReady(initiator)).toBe("good");
    initiator.close();
  });
});

describe("a file that somebody else changes", () => {
  test.each(["buffered", "direct"])(
    "shorter (io = %s): never data that is not there; 2Ah/09h, and the new capacity",
    async (io) => {
      const lunette = await start((place) =>
        configuration(place, [
          { name: "shrinks", path: join(place.folder, "shrinks.img"), lines: `${THIN}\nio = "${io}"` },
          { name: "other", path: join(place.folder, "other.img"), lines: THIN },
        ]),
      );
      const initiator = await session(lunette.port, 2);
      const end = 40 * MIB;
      const behind = end / 512;
      expect(await write(initiator, behind, piece(1))).toBe("good");
      expect(await write(initiator, behind - PIECE_BLOCKS, piece(2))).toBe("good");
      await truncate(lunette.volumePath("shrinks"), end);

      const answers = await until(
        async () => resultOf(await read(initiator, behind, PIECE)),
        (answer) => answer === "5/21/00",
        SIZE_CHECK_DEADLINE_MS,
      );
      // Until the daemon has noticed, the medium fails; then the host is told once; then the address is out of range.
      expect(new Set(answers.slice(0, -2).map((answer) => MEDIUM_ERROR.test(answer)))).not.toContain(false);
      expect(answers.at(-2)).toBe(CAPACITY_CHANGED);
      expect(await capacity(initiator)).toBe(end);
      expect((await read(initiator, behind - PIECE_BLOCKS, PIECE)).data.equals(piece(2))).toBe(true);
      expect(await write(initiator, 0, piece(3), 1)).toBe("good");
      initiator.close();
    },
  );

  test("longer: 2Ah/09h, and the new blocks can be used", async () => {
    const lunette = await start((place) =>
      configuration(place, [{ name: "grows", path: join(place.folder, "grows.img"), lines: THIN }]),
    );
    const initiator = await session(lunette.port);
    expect(await capacity(initiator)).toBe(64 * MIB);
    await truncate(lunette.volumePath("grows"), 96 * MIB);
    await until(
      () => testUnitReady(initiator),
      (answer) => answer === CAPACITY_CHANGED,
      SIZE_CHECK_DEADLINE_MS,
    );
    expect(await testUnitReady(initiator)).toBe("good");
    expect(await capacity(initiator)).toBe(96 * MIB);
    const last = (96 * MIB - PIECE) / 512;
    expect(await write(initiator, last, piece(9))).toBe("good");
    expect((await read(initiator, last, PIECE)).data.equals(piece(9))).toBe(true);
    initiator.close();
  });
});

describe("a volume that can't be opened", () => {
  test("for want of its file is offline, shows itself all the same, and comes online when the file is there", async () => {
    const lunette = await start((place) =>
      configuration(place, [
        { name: "late", path: join(place.folder, "late.img") },
        { name: "other", path: join(place.folder, "other.img"), lines: THIN },
      ]),
    );
    const initiator = await session(lunette.port, 2);
    expect(await testUnitReady(initiator)).toMatch(NOT_READY);
    expect(resultOf(await read(initiator, 0, 512))).toMatch(NOT_READY);
    expect(await write(initiator, 0, piece(1))).toMatch(NOT_READY);
    const inquiry = await initiator.run([0x12, 0, 0, 0, 96, 0], { read: true, expectedDataTransferLength: 96 });
    expect([resultOf(inquiry), inquiry.data[0]]).toEqual(["good", 0]);
    const luns = await initiator.run([0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], { read: true, expectedDataTransferLength: 256 });
    expect(luns.data.readUInt32BE(0)).toBe(16);
    expect(await write(initiator, 0, piece(2), 1)).toBe("good");
    const said = lunette.log.find((line) => line["volume"] === "late" && line["reason"] !== undefined);
    expect(said?.["reason"]).toMatch(/late\.img.*does not exist/);

    const file = await open(lunette.volumePath("late"), "w");
    await file.truncate(8 * MIB);
    await file.write(piece(5), 0, PIECE, 0);
    await file.close();
    const answers = await until(
      () => testUnitReady(initiator),
      (answer) => answer === "good",
      RETRY_DEADLINE_MS,
    );
    expect(answers.at(-2)).toBe(CAPACITY_CHANGED);
    expect(await capacity(initiator)).toBe(8 * MIB);
    expect((await read(initiator, 0, PIECE)).data.equals(piece(5))).toBe(true);
    initiator.close();
  });

  test("because another daemon has it says who that is, and comes online when the other one ends", async () => {
    const folder = await temporaryFolder();
    const volumes = [{ name: "shared", path: join(folder, "shared.img"), lines: THIN }];
    const first = await start((place) => configuration(place, volumes));
    const holder = await session(first.port);
    expect(await write(holder, 0, piece(1))).toBe("good");

    const second = await start((place) => configuration(place, volumes));
    const waiting = await session(second.port);
    expect(await testUnitReady(waiting)).toMatch(NOT_READY);
    expect(await write(waiting, 0, piece(2))).toMatch(NOT_READY);
    const said = second.log.find((line) => line["volume"] === "shared" && line["reason"] !== undefined);
    expect(said?.["reason"]).toContain(`process ${first.pid} (`);
    expect((await read(holder, 0, PIECE)).data.equals(piece(1))).toBe(true);

    expect((await first.terminate()).code).toBe(0);
    await until(
      () => testUnitReady(waiting),
      (answer) => answer === "good",
      RETRY_DEADLINE_MS,
    );
    expect((await read(waiting, 0, PIECE)).data.equals(piece(1))).toBe(true);
    waiting.close();
  });
});
