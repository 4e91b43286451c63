/** What can be changed while hosts use it: volumes and targets that go and come, caches, protection, sizes. I/O runs, and every block is verified. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LunStatus } from "../../src/control/service.ts";
import { type Answer, ask } from "../support/control.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { capacity, read, resultOf, testUnitReady, until, write } from "./scripted-target.ts";

const TARGET = "iqn.2026-11.com.example.e2e:disks";
const MiB = 1024 * 1024;
const BLOCKS = 64;
const BYTES = 4096;

interface Wish {
  readonly one?: string;
  readonly size?: string;
  readonly target?: string;
  readonly node?: string;
}

const configuration =
  ({ one = "", size = "16 MiB", target = "" }: Wish) =>
  ({ folder, port }: Place): string =>
    `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${port}"]
[[volume]]
name = "one"
path = "${folder}/one.img"
size = "${size}"
create = "thin"
${one}
[[target]]
name = "disks"
${target}
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "one"
`;

/** A host that writes numbered blocks without pause, and knows which of them it was told are written. */
class Writer {
  readonly results = new Map<string, number>();
  /** By place: what was told to be written last, and what may have been written since. */
  readonly #told = new Map<number, number>();
  readonly #tried = new Map<number, Set<number>>();
  readonly #host: ScriptedInitiator;
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();
  #number = 0;

  constructor(host: ScriptedInitiator) {
    this.#host = host;
    this.#loop = this.#run();
  }

  /** The number of writes that have ended so. */
  count(result: string): number {
    return this.results.get(result) ?? 0;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const number = ++this.#number;
      const place = number % BLOCKS;
      const tried = this.#tried.get(place) ?? new Set();
      this.#tried.set(place, tried.add(number));
      const result = await write(this.#host, place * (BYTES / 512), stamped(number));
      this.results.set(result, this.count(result) + 1);
      if (result === "good") {
        this.#told.set(place, number);
        tried.clear();
      } else {
        // It was refused, so nothing of it may be there.
        tried.delete(number);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }

  async more(result: string, by = 20): Promise<void> {
    const before = this.count(result);
    await expect.poll(() => this.count(result), { timeout: 5_000, interval: 10 }).toBeGreaterThanOrEqual(before + by);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  /** Every block has what its last acknowledged write put there. */
  async verify(host: ScriptedInitiator): Promise<void> {
    for (const [place, number] of this.#told) {
      const { data } = await read(host, place * (BYTES / 512), BYTES);
      expect({ place, there: data.equals(stamped(number)) }).toEqual({ place, there: true });
    }
  }
}

function stamped(number: number): Buffer {
  const block = Buffer.alloc(BYTES, number % 251);
  block.writeUInt32BE(number, 0);
  return block;
}

describe("while hosts use it", () => {
  let lunette: LunetteProcess;
  let host: ScriptedInitiator;
  let other: ScriptedInitiator;
  let writer: Writer;
  const socket = (): string => join(lunette.folder, "control.sock");

  beforeAll(async () => {
    lunette = await LunetteProcess.start(configuration({}), { ports: 2 });
  });
  afterAll(async () => {
    await lunette?.dispose();
  });
  beforeEach(async () => {
    expect((await reload({})).status).toBe(200);
    host = await ScriptedInitiator.session(lunette.port, TARGET, ["MaxRecvDataSegmentLength=262144"]);
    other = await ScriptedInitiator.session(lunette.port, TARGET, ["MaxRecvDataSegmentLength=262144"]);
    writer = new Writer(host);
    await writer.more("good");
  });
  afterEach(async () => {
    await writer.stop().catch(() => {});
    host.close();
    other.close();
  });

  async function reload(wish: Wish, body: object = {}): Promise<{ status: number; body: { error?: { message: string } } }> {
    await lunette.reconfigure(configuration(wish));
    return reloadNow(body);
  }
  async function reloadNow(body: object = {}): Promise<{ status: number; body: { error?: { message: string } } }> {
    const { status, json } = await post("/v1/reload", body);
    return { status, body: json as { error?: { message: string } } };
  }
  const get = async <T>(path: string): Promise<T> => (await ask(socket(), path)).json as T;
  const post = (path: string, body: object): Promise<Answer> =>
    ask(socket(), path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const modePage = async (initiator: ScriptedInitiator): Promise<Buffer> =>
    (await initiator.run([0x1a, 0x08, 0x08, 0, 0xff, 0], { read: true, expectedDataTransferLength: 255 })).data;
  const writeCached = async (initiator: ScriptedInitiator): Promise<boolean> => ((await modePage(initiator))[6]! & 0x04) !== 0;

  it("a volume goes offline and comes back: hosts are told, the file is free meanwhile, and nothing that was told to be written is lost", async () => {
    expect((await reload({ one: "online = false" })).status).toBe(200);
    await writer.more("2/04/03", 3);
    expect(await testUnitReady(other)).toBe("2/04/03");
    const [lun] = (await get<{ luns: LunStatus[] }>("/v1/luns")).luns;
    expect(lun).toMatchObject({ online: false, offline: "offline, as configured (online = false)" });
    // Nobody has it locked any more, and it is not tried again.
    await promisify(execFile)("flock", ["-n", join(lunette.folder, "one.img"), "true"]);
    expect((await reload({})).status).toBe(200);
    expect(
      await until(
        () => testUnitReady(other),
        (answer) => answer === "good",
        5_000,
      ),
    ).toContain("6/2a/09");
    await writer.more("good");
    await writer.stop();
    expect([...writer.results.keys()].sort()).toEqual(["2/04/03", "6/2a/09", "good"]);
    await writer.verify(other);
  });

  it("a target goes offline: its sessions are asked to log out and end, logins are to come again, and discovery goes on", async () => {
    await writer.stop();
    expect((await reload({ target: "online = false" })).status).toBe(200);
    const last = (await other.expectClosed(6_000)).map(({ pdu }) => pdu);
    expect(last).toMatchObject([{ opcode: 0x32, event: 1 }]);
    const late = await ScriptedInitiator.connect(lunette.port);
    const { pdu } = await late.loginRequest([`InitiatorName=iqn.2026-11.com.example:late`, `TargetName=${TARGET}`]);
    expect([pdu.statusClass, pdu.statusDetail]).toEqual([3, 1]);
    late.close();
    const { targets } = await get<{ targets: { verdict: object }[] }>("/v1/explain?initiator=iqn.2026-11.com.example:late");
    expect(targets[0]?.verdict).toMatchObject({ step: "target", status: "0301h", place: { line: expect.any(Number) } });
    expect((await reload({})).status).toBe(200);
    const again = await ScriptedInitiator.session(lunette.port, TARGET, ["MaxRecvDataSegmentLength=262144"]);
    await writer.verify(again);
    again.close();
  });

  it("the write cache goes off and on: hosts are told each time, and read what is so", async () => {
    expect(await writeCached(other)).toBe(true);
    expect((await reload({ one: "write_cache = false" })).status).toBe(200);
    expect(await testUnitReady(other)).toBe("6/2a/01");
    expect(await writeCached(other)).toBe(false);
    const changeable = await other.run([0x1a, 0x08, 0x48, 0, 0xff, 0], { read: true, expectedDataTransferLength: 255 });
    expect(changeable.data[6]! & 0x04).toBe(0);
    expect((await reload({})).status).toBe(200);
    expect(await testUnitReady(other)).toBe("6/2a/01");
    expect(await writeCached(other)).toBe(true);
    await writer.more("good");
    await writer.stop();
    expect([...writer.results.keys()].sort()).toEqual(["6/2a/01", "good"]);
    await writer.verify(other);
  });

  it("a volume becomes read-only: writes in flight end, later ones are refused, and it can be written again", async () => {
    expect((await reload({ one: "read_only = true" })).status).toBe(200);
    await writer.more("7/27/00", 3);
    expect(await testUnitReady(other)).toBe("6/2a/01");
    // It gives no storage back any more.
    expect(await testUnitReady(other)).toBe("6/2a/09");
    expect((await modePage(other))[2]! & 0x80).toBe(0x80);
    const links = await promisify(execFile)("sh", [
      "-c",
      `grep -h flags $(for f in /proc/${lunette.pid}/fd/*; do [ "$(readlink $f)" = "${lunette.folder}/one.img" ] && echo /proc/${lunette.pid}/fdinfo/\${f##*/}; done)`,
    ]);
    // The last digit of the flags is the access mode: 0, O_RDONLY.
    expect(links.stdout.trim()).toMatch(/0$/);
    expect((await reload({})).status).toBe(200);
    await writer.more("good");
    await writer.stop();
    for (const result of writer.results.keys()) expect(["good", "status 8", "6/2a/01", "6/2a/09", "7/27/00"]).toContain(result);
    expect([await testUnitReady(other), await testUnitReady(other)]).toEqual(["6/2a/01", "6/2a/09"]);
    await writer.verify(other);
  });

  it("a volume is opened for direct I/O and back: hosts get BUSY at most", async () => {
    const wishes = [{ one: 'io = "direct"\nblock_size = 512' }, {}];
    for (const wish of wishes) {
      const { status, body } = await reload(wish);
      // A filesystem without direct I/O for blocks of this size is found before anything is touched.
      if (status !== 200) expect(body.error?.message).toMatch(/direct I\/O/);
      await writer.more("good");
    }
    await writer.stop();
    for (const result of writer.results.keys()) expect(["good", "status 8"]).toContain(result);
    await writer.verify(other);
  });

  it("a volume shrinks when that is forced, and only then", async () => {
    const refused = await reload({ size: "8 MiB" });
    expect(refused.status).toBe(409);
    expect(refused.body.error?.message).toMatch(/force/);
    expect(await capacity(other)).toBe(16 * MiB);
    expect((await reloadNow({ force: true })).status).toBe(200);
    expect(await testUnitReady(other)).toBe("6/2a/09");
    expect(await capacity(other)).toBe(8 * MiB);
    expect(resultOf(await read(other, 8 * 2048, 512))).toBe("5/21/00");
    expect((await stat(join(lunette.folder, "one.img"))).size).toBe(8 * MiB);
    await writer.more("good");
    await writer.stop();
    await writer.verify(other);
    // What comes back when it grows again is not what was there.
    expect((await reload({})).status).toBe(200);
  });

  it("a session is ended by hand: it is asked to log out, closed, and the event says who wanted it and why", async () => {
    const path = `/v1/sessions/${other.tsih}/kick`;
    const answer = await post(path, { reason: "maintenance" });
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ session: { tsih: other.tsih } });
    const last = (await other.expectClosed(6_000)).map(({ pdu }) => pdu);
    expect(last).toMatchObject([{ opcode: 0x32, event: 1 }]);
    const { events } = await get<{ events: { kind: string; details: object }[] }>("/v1/events");
    expect(events.findLast(({ kind }) => kind === "session-ended")?.details).toMatchObject({
      session: other.tsih,
      reason: "maintenance",
      actor: `uid:${process.getuid?.()}`,
    });
    expect((await post(path, {})).status).toBe(404);
    other = await ScriptedInitiator.session(lunette.port, TARGET, ["MaxRecvDataSegmentLength=262144"]);
    await writer.stop();
    await writer.verify(other);
  });

  it("the log says more, and the metrics are elsewhere, or nowhere when the new address is taken", async () => {
    const somebody = createServer().listen(0, "127.0.0.1");
    await once(somebody, "listening");
    const { port: taken } = somebody.address() as AddressInfo;
    const file = join(lunette.folder, "lunette.toml");
    await lunette.reconfigure(configuration({}));
    const before = await readFile(file, "utf8");
    const port = lunette.ports[1];
    const listen = /listen = "127\.0\.0\.1:\d+"/;
    await writeFile(
      file,
      before.replace(listen, `listen = "127.0.0.1:${taken}"`).replace("[node]", '[node]\nlog_level = "debug"'),
    );
    const refused = await reloadNow();
    expect([refused.status, refused.body.error?.message]).toEqual([
      409,
      expect.stringMatching(/metrics endpoint .* can't listen/),
    ]);
    somebody.close();
    expect(await lunette.metricsText()).toContain("lunette_");
    await writeFile(
      file,
      before.replace(listen, `listen = "127.0.0.1:${port}"`).replace("[node]", '[node]\nlog_level = "warn"'),
    );
    expect((await reloadNow()).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain("lunette_");
    await expect(lunette.metricsText()).rejects.toThrow();
    const lines = lunette.log.filter(({ level }) => String(level) === "info").length;
    const late = await ScriptedInitiator.session(lunette.port, TARGET);
    late.close();
    await writer.more("good");
    expect(lunette.log.filter(({ level }) => String(level) === "info").length).toBe(lines);
    await writer.stop();
    await writer.verify(other);
  });
});
