/** The daemon as a service: how it ends, what outlives a kill, who it says it is, and a crowd that never logs in. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { describeWithTools } from "../support/tools.ts";

const TARGET = "iqn.2026-11.com.example.e2e:service";
const KIB = 1024;
const MIB = 1024 * KIB;
const VOLUME_BYTES = 64 * MIB;

function configuration({ folder, port }: Place, volumes: readonly string[], limits = ""): string {
  const volumeText = volumes.map(
    (name) => `[[volume]]\nname = "${name}"\npath = "${folder}/${name}.img"\nsize = ${VOLUME_BYTES}\ncreate = "thin"\n`,
  );
  const lunText = volumes.map((name, lun) => `[[target.lun]]\nlun = ${lun}\nvolume = "${name}"\n`);
  return `${limits}
[[portal_group]]
tag = 1
name = "local"
portals = ["127.0.0.1:${port}"]

${volumeText.join("\n")}
[[target]]
name = "service"
[[target.access]]
igroup = "any"
auth = "none"
${lunText.join("\n")}`;
}

let lunette: LunetteProcess;
afterEach(async () => lunette?.dispose());
const url = (lun: number) => `iscsi://127.0.0.1:${lunette.port}/${TARGET}/${lun}`;

/** qemu-io as a session that stays open: commands go in line by line, and its answers come out as they are made. */
class Session {
  readonly #child: ChildProcessWithoutNullStreams;
  output = "";

  constructor(address: string, cache: "writethrough" | "writeback") {
    this.#child = spawn("stdbuf", ["-oL", "qemu-io", "-f", "raw", "-t", cache, address]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding("latin1").on("data", (text: string) => {
        this.output += text;
      });
    }
    // Killed while commands are still waiting in the pipe.
    this.#child.stdin.on("error", () => {});
  }

  send(...commands: string[]): void {
    this.#child.stdin.write(commands.map((command) => `${command}\n`).join(""));
  }

  count(text: RegExp): number {
    return this.output.match(text)?.length ?? 0;
  }

  /** Waits until `text`, a global expression, has come `times` times. */
  async until(text: RegExp, times = 1, deadlineMs = 10_000): Promise<void> {
    const end = performance.now() + deadlineMs;
    while (this.count(text) < times) {
      if (performance.now() > end) throw new Error(`${text} did not come ${times} times:\n${this.output}`);
      await sleep(10);
    }
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "close");
  }
}

describeWithTools(["qemu-io", "stdbuf"], "ending and coming back", () => {
  test("SIGTERM with a session logged in ends the daemon with 0 within its deadline of 5 s", async () => {
    lunette = await LunetteProcess.start((place) => configuration(place, ["one"]));
    const session = new Session(url(0), "writeback");
    try {
      session.send("write -P 1 0 4k");
      await session.until(/wrote 4096\/4096/g);
      const exit = await lunette.terminate();
      expect(exit, lunette.logText()).toMatchObject({ code: 0, signal: null });
      expect(exit.milliseconds).toBeLessThan(6_000);
    } finally {
      await session.kill();
    }
  });

  const WRITE_BYTES = 4 * KIB;
  const SLOTS = VOLUME_BYTES / WRITE_BYTES;
  const pattern = (index: number) => (index % 255) + 1;
  const write = (index: number) => `write -P ${pattern(index)} ${(index % SLOTS) * WRITE_BYTES} ${WRITE_BYTES}`;

  /** Reads the volume through the target and checks the writes 0 … acknowledged-1, each in a slot of its own. */
  async function expectWritten(acknowledged: number): Promise<void> {
    const copy = `${lunette.folder}/copy.raw`;
    const convert = await runCommand("qemu-img", ["convert", "-f", "raw", "-O", "raw", url(0), copy]);
    expect(convert).toMatchObject({ code: 0 });
    const file = await open(copy);
    try {
      const block = Buffer.alloc(WRITE_BYTES);
      for (let index = 0; index < acknowledged; index++) {
        await file.read(block, 0, WRITE_BYTES, index * WRITE_BYTES);
        expect(block.equals(Buffer.alloc(WRITE_BYTES, pattern(index))), `write ${index} of ${acknowledged}`).toBe(true);
      }
    } finally {
      await file.close();
    }
  }

  test("every FUA write that was acknowledged before SIGKILL is there after a restart with one more volume", async () => {
    lunette = await LunetteProcess.start((place) => configuration(place, ["one"]));
    const session = new Session(url(0), "writethrough");
    let acknowledged: number;
    try {
      for (let index = 0; index < SLOTS; index++) session.send(write(index));
      await session.until(/wrote 4096\/4096 bytes at offset 819200\b/g, 1, 60_000);
      await lunette.kill();
      await sleep(100);
      acknowledged = session.count(/wrote 4096\/4096/g);
    } finally {
      await session.kill();
    }
    expect(acknowledged).toBeLessThan(SLOTS);
    expect(acknowledged).toBeGreaterThan(200);
    await lunette.reconfigure((place) => configuration(place, ["one", "two"]));
    await lunette.run();
    await expectWritten(acknowledged);
  });

  test("every write that was flushed before SIGKILL is there after a restart", async () => {
    lunette = await LunetteProcess.start((place) => configuration(place, ["one"]));
    const session = new Session(url(0), "writeback");
    const PER_FLUSH = 16;
    let flushes: number;
    try {
      for (let index = 0; index < SLOTS; index += PER_FLUSH) {
        // `flush` says nothing when it succeeds; `length` does, after it.
        session.send(...Array.from({ length: PER_FLUSH }, (_, offset) => write(index + offset)), "flush", "length");
      }
      // A rate may say "64 MiB/sec": the answer to `length` is alone on its line.
      const LENGTH = /^(?:qemu-io> )*64 MiB$/gm;
      await session.until(LENGTH, 8, 60_000);
      await lunette.kill();
      await sleep(100);
      flushes = session.count(LENGTH);
    } finally {
      await session.kill();
    }
    expect(flushes).toBeGreaterThanOrEqual(8);
    await lunette.run();
    await expectWritten(flushes * PER_FLUSH);
  });
});

describeWithTools(["iscsi-inq"], "identity", () => {
  /** Serial number (80h) and device identification (83h) as iscsi-inq prints them. */
  async function identity(lun: number): Promise<readonly string[]> {
    const pages = [];
    for (const page of [0x80, 0x83]) {
      const result = await runCommand("iscsi-inq", ["-e", "1", "-c", String(page), url(lun)]);
      expect(result).toMatchObject({ code: 0 });
      pages.push(result.output);
    }
    return pages;
  }

  test("serial number and designators are equal after a restart, and differ between two volumes", async () => {
    lunette = await LunetteProcess.start((place) => configuration(place, ["one", "two"]));
    const before = [await identity(0), await identity(1)];
    expect(before[0]?.[0]).toMatch(/Unit Serial Number:\[\S+\]/);
    expect(before[0]?.[1]).toMatch(/NAA/);
    expect(before[0]?.[0]).not.toBe(before[1]?.[0]);
    expect(before[0]?.[1]).not.toBe(before[1]?.[1]);

    expect((await lunette.terminate()).code).toBe(0);
    await lunette.run();
    expect([await identity(0), await identity(1)]).toEqual(before);

    await lunette.kill();
    // Another order, and so other LUNs, is not another volume.
    await lunette.reconfigure((place) => configuration(place, ["two", "one"]));
    await lunette.run();
    const [two, one] = [await identity(0), await identity(1)];
    expect(one[0]).toBe(before[0]?.[0]);
    expect(two[0]).toBe(before[1]?.[0]);
  });
});

describeWithTools(["qemu-io"], "1,000 connections that never log in", () => {
  const CROWD = 1_000;
  const LOGIN_TIME_MS = 6_000;

  function idleConnection(port: number, bytes: Buffer): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        socket.on("error", () => {});
        socket.resume();
        if (bytes.length > 0) socket.write(bytes);
        resolve(socket);
      });
    });
  }

  test("a login and a READ beside them end within a second, memory stays bounded, and the time limit ends them all", async () => {
    lunette = await LunetteProcess.start((place) =>
      configuration(place, ["one"], `[limits]\nlogin_time_ms = ${LOGIN_TIME_MS}\n`),
    );
    const loginAndRead = () => runCommand("qemu-io", ["-f", "raw", "-c", "read -P 0 0 4k", url(0)], { deadlineMs: 10_000 });
    // Once before: code that was never run is slow and takes memory, with or without a crowd.
    expect(await loginAndRead()).toMatchObject({ code: 0 });
    const before = await lunette.residentBytes();

    // A third says nothing, a third sends half a header, a third a login header that announces data which never comes.
    const header = Buffer.alloc(48);
    header.writeUInt8(0x43, 0);
    header.writeUInt8(0x87, 1);
    header.writeUIntBE(8 * KIB, 5, 3);
    const beginnings = [Buffer.alloc(0), header.subarray(0, 24), header];
    const crowd: Socket[] = [];
    try {
      for (let index = 0; index < CROWD; index++) {
        crowd.push(await idleConnection(lunette.port, beginnings[index % beginnings.length] as Buffer));
      }
      const closed = Promise.all(crowd.map((socket) => (socket.closed ? undefined : once(socket, "close"))));
      const during = await loginAndRead();
      expect(during, lunette.logText()).toMatchObject({ code: 0 });
      expect(during.milliseconds).toBeLessThan(1_000);
      expect(crowd.filter((socket) => socket.destroyed)).toHaveLength(0);
      const grown = (await lunette.residentBytes()) - before;
      // login_data_bytes (8 KiB) each, and as much again several times for the socket and its objects.
      expect(grown).toBeLessThan(CROWD * 64 * KIB);

      const late = sleep(LOGIN_TIME_MS + 6_000, "late");
      expect(await Promise.race([closed, late])).not.toBe("late");
    } finally {
      for (const socket of crowd) socket.destroy();
    }
    expect(await loginAndRead()).toMatchObject({ code: 0 });
  });
});
