/** What the daemon owes after it was killed or stopped in the middle: sanitize operations (SBC-4 4.11.3) and atomic writes (SBC-4 4.29). */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { LunetteProcess } from "../support/lunette-process.ts";
import type { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, read, resultOf, session, testUnitReady, until, write } from "./scripted-target.ts";

const MIB = 1024 * 1024;
const SANITIZE_IN_PROGRESS = "2/04/1b";
const IMMED = 0x80;

const running: LunetteProcess[] = [];
afterEach(async () => {
  for (const lunette of running.splice(0)) await lunette.dispose();
});

/** At 16 MiB per second the operation takes long enough to be met, and the end does not wait until it is over. */
async function start(megabytes: number): Promise<LunetteProcess> {
  const lunette = await LunetteProcess.start((place) =>
    configuration(
      place,
      [{ name: "disk", path: join(place.folder, "disk.img"), lines: `size = "${megabytes} MiB"\ncreate = "thin"` }],
      "[limits]\nsanitize_bytes_per_second = 16777216\nshutdown_ms = 100\n",
    ),
  );
  running.push(lunette);
  return lunette;
}

async function overwrite(initiator: ScriptedInitiator, pattern: Buffer, count: number): Promise<string> {
  const list = Buffer.concat([Buffer.from([count, 0, pattern.length >> 8, pattern.length & 0xff]), pattern]);
  const cdb = [0x48, IMMED | 0x01, 0, 0, 0, 0, 0, list.length >> 8, list.length & 0xff, 0];
  return resultOf(await initiator.run(cdb, { write: true, expectedDataTransferLength: list.length, data: list }));
}

/** PROGRESS INDICATION of REQUEST SENSE, of 65,536. */
async function progress(initiator: ScriptedInitiator): Promise<number> {
  const { data } = await initiator.run([0x03, 0, 0, 0, 18, 0], { read: true, expectedDataTransferLength: 18 });
  return data.readUInt16BE(16);
}

test.each(["killed", "stopped"])("a sanitize operation goes on when the daemon that was %s is there again", async (how) => {
  const lunette = await start(32);
  const first = await session(lunette.port);
  expect(await write(first, 1000, Buffer.alloc(64 * 512, 0x11))).toBe("good");
  expect(await overwrite(first, Buffer.from("gone"), 1)).toBe("good");
  expect(await testUnitReady(first)).toBe(SANITIZE_IN_PROGRESS);
  await sleep(600);
  const done = await progress(first);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(65_535);
  if (how === "killed") {
    await lunette.kill();
  } else {
    const { code, milliseconds } = await lunette.terminate();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(10_000);
  }
  first.close();

  await lunette.run();
  expect(lunette.log.filter(({ msg }) => msg?.startsWith("a sanitize operation that had not ended goes on"))).toHaveLength(1);
  const second = await session(lunette.port);
  const answers = await until(
    () => testUnitReady(second),
    (answer) => answer === "good",
    20_000,
  );
  expect(answers[0]).toBe(SANITIZE_IN_PROGRESS);
  expect((await read(second, 1000, 64 * 512)).data.toString("latin1")).toBe("gone".repeat((64 * 512) / 4));
  const file = await readFile(lunette.volumePath("disk"));
  expect(file.equals(Buffer.alloc(32 * MIB, "gone"))).toBe(true);
  second.close();
});

test("an atomic write is there whole or not at all, whenever the daemon was killed", async () => {
  const lunette = await start(8);
  const BLOCKS = 2048;
  let current = 0;
  for (let round = 1; round <= 8; round += 1) {
    const initiator = await session(lunette.port);
    const cdb = Buffer.alloc(16);
    cdb[0] = 0x9c;
    cdb.writeUInt16BE(BLOCKS, 12);
    const data = Buffer.alloc(BLOCKS * 512, round);
    const tag = initiator.command(cdb, {
      write: true,
      expectedDataTransferLength: data.length,
      data: data.subarray(0, 262_144),
    });
    await Promise.race([answerR2ts(initiator, data, tag), sleep(round * 6)]);
    await lunette.kill();
    initiator.close();
    await lunette.run();
    const next = await session(lunette.port);
    const { data: found } = await read(next, 0, data.length);
    expect([current, round]).toContain(found[0]);
    expect(found.equals(Buffer.alloc(data.length, found[0]))).toBe(true);
    current = found[0]!;
    next.close();
  }
}, 60_000);

/** Sends what the target asks for until it asks no more. */
async function answerR2ts(initiator: ScriptedInitiator, data: Buffer, tag: number): Promise<void> {
  for (;;) {
    const received = await initiator.receive(2_000);
    if (received === undefined || received.pdu.opcode !== 0x31) return;
    const { bufferOffset, desiredDataTransferLength } = received.pdu;
    const end = bufferOffset + desiredDataTransferLength;
    initiator.dataOut(tag, data.subarray(bufferOffset, end), { final: true }, received.pdu);
  }
}
