/** Ends that nobody has agreed on: SIGTERM in the middle of writes, and a peer that vanishes with its network. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { runCommand } from "../support/command.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { type ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { describeWithPrivileges } from "../support/tools.ts";
import { configuration, read, session, TARGET, write } from "./scripted-target.ts";

const KIB = 1024;
const THIN = 'size = "64 MiB"\ncreate = "thin"';

/** Undone after each test, the last first. */
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe("SIGTERM under load", () => {
  const WRITE = 16 * KIB;
  const SESSIONS = 4;
  const SLOTS = (64 * KIB * KIB) / WRITE / SESSIONS;
  /** Written once each, so that what is there tells which writes were. */
  const block = (slot: number) => {
    const bytes = Buffer.alloc(WRITE, (slot % 255) + 1);
    bytes.writeUInt32BE(slot, 0);
    return bytes;
  };

  /** Keeps 16 writes under way until the connection ends; the slots whose writes were acknowledged. */
  async function load(initiator: ScriptedInitiator, firstSlot: number, acknowledged: number[]): Promise<void> {
    const slotOf = new Map<number, number>();
    let next = 0;
    const send = () => {
      if (next === SLOTS) return;
      const slot = firstSlot + next++;
      const options = { write: true, expectedDataTransferLength: WRITE, data: block(slot) };
      slotOf.set(initiator.command(write10((slot * WRITE) / 512, WRITE / 512), options), slot);
    };
    for (let n = 0; n < 16; n++) send();
    for (;;) {
      const received = await initiator.receive(15_000);
      if (received === undefined) return;
      const { pdu } = received;
      // An Asynchronous Message asks for a logout, to which this load turns a deaf ear.
      if (pdu.opcode !== TARGET_OPCODE.scsiResponse) continue;
      const slot = slotOf.get(pdu.initiatorTaskTag) as number;
      if (pdu.status === 0) acknowledged.push(slot);
      send();
    }
  }

  test("ends with 0 in time, and every acknowledged write is in the file", async () => {
    const lunette = await LunetteProcess.start((place) =>
      configuration(
        place,
        [{ name: "loaded", path: join(place.folder, "loaded.img"), lines: THIN }],
        "[limits]\nshutdown_ms = 1000",
      ),
    );
    undo.push(() => lunette.dispose());
    const acknowledged: number[] = [];
    const loads = [];
    for (let n = 0; n < SESSIONS; n++) {
      const initiator = await session(lunette.port);
      loads.push(load(initiator, n * SLOTS, acknowledged));
    }
    while (acknowledged.length < 100) await sleep(5);
    const atSignal = acknowledged.length;
    const exit = await lunette.terminate();
    expect(exit, lunette.logText()).toMatchObject({ code: 0, signal: null });
    expect(exit.milliseconds).toBeLessThan(3_000);
    await Promise.all(loads);
    expect(atSignal).toBeLessThan(SLOTS * SESSIONS);

    const file = await open(lunette.volumePath("loaded"));
    const there = Buffer.alloc(WRITE);
    for (const slot of acknowledged) {
      await file.read(there, 0, WRITE, slot * WRITE);
      if (!there.equals(block(slot))) throw new Error(`acknowledged write ${slot} is not in the file`);
    }
    await file.close();
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
  });
});

describeWithPrivileges(["CAP_NET_ADMIN", "CAP_SYS_ADMIN"], ["ip", "qemu-io", "stdbuf"], "a peer whose network vanishes", () => {
  const IP = "ip";
  /** 198.18.0.0/15 is for tests of network equipment (RFC 2544): nobody's network. */
  const HERE = "198.18.77.1";
  const THERE = "198.18.77.2";
  const IDLE_MS = 800;
  const TIMEOUT_MS = 1_000;

  async function ip(...parameters: string[]): Promise<void> {
    const { code, output } = await runCommand(IP, parameters);
    if (code !== 0) throw new Error(`ip ${parameters.join(" ")}: ${output}`);
  }

  let child: ChildProcessWithoutNullStreams;

  test("is dropped after its ping has gone unanswered, and others work all the time", async () => {
    const space = `lunette-${process.pid}`;
    const inside = ["-n", space, "link", "set"];
    await ip("netns", "add", space);
    undo.push(() => ip("netns", "delete", space));
    await ip("link", "add", `lun${process.pid}`, "type", "veth", "peer", "name", "peer0", "netns", space);
    // Its namespace may outlive its name for as long as a connection in it lingers.
    undo.push(() => ip("link", "delete", `lun${process.pid}`));
    await ip("address", "add", `${HERE}/30`, "dev", `lun${process.pid}`);
    await ip("link", "set", `lun${process.pid}`, "up");
    await ip("-n", space, "address", "add", `${THERE}/30`, "dev", "peer0");
    await ip(...inside, "peer0", "up");

    const lunette = await LunetteProcess.start((place) =>
      configuration(
        place,
        [{ name: "disk", path: join(place.folder, "disk.img"), lines: THIN }],
        `[limits]\nnop_idle_ms = ${IDLE_MS}\nnop_timeout_ms = ${TIMEOUT_MS}`,
        `"127.0.0.1:${place.port}", "${HERE}:${place.port}"`,
      ),
    );
    undo.push(() => lunette.dispose());
    const lost = () => lunette.log.find((line) => line.msg === "session lost" && String(line["peer"]).startsWith(THERE));

    child = spawn(IP, [
      "netns",
      "exec",
      space,
      "stdbuf",
      "-oL",
      "qemu-io",
      "-f",
      "raw",
      `iscsi://${HERE}:${lunette.port}/${TARGET}/0`,
    ]);
    undo.push(async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "close");
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("latin1").on("data", (text) => (output += text));
    child.stdin.on("error", () => {});
    child.stdin.write("write -P 1 0 64k\n");
    while (!output.includes("wrote 65536")) await sleep(20);
    // It answers pings: silence alone ends no session.
    await sleep(2 * (IDLE_MS + TIMEOUT_MS));
    expect(lost()).toBeUndefined();

    const healthy = await session(lunette.port);
    for (let n = 0; n < 500; n++) child.stdin.write(`write -P 2 ${(n % 50) + 1}M 1M\n`);
    while (!output.includes("wrote 1048576")) await sleep(5);
    await ip(...inside, "peer0", "down");
    const vanished = performance.now();
    for (let n = 0; lost() === undefined; n++) {
      if (performance.now() - vanished > 10_000) throw new Error(`not dropped after 10 s:\n${lunette.logText()}`);
      const data = Buffer.alloc(4096, n);
      const begun = performance.now();
      expect(await write(healthy, 120_000, data)).toBe("good");
      expect((await read(healthy, 120_000, 4096)).data.equals(data)).toBe(true);
      expect(performance.now() - begun).toBeLessThan(500);
      await sleep(50);
    }
    expect(performance.now() - vanished).toBeGreaterThan(TIMEOUT_MS);
    expect(performance.now() - vanished).toBeLessThan(IDLE_MS + TIMEOUT_MS + 2_000);
    expect(String(lost()?.["reason"])).toContain("nop_timeout_ms");
    // Its unit is free for everybody, and what was acknowledged to it is there.
    expect((await read(healthy, 0, 64 * KIB)).data.equals(Buffer.alloc(64 * KIB, 1))).toBe(true);
    healthy.close();
  });
});
