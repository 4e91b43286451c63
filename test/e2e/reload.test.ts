/** Reload by SIGHUP: what the files say is in force afterwards, and what they leave alone is not disturbed. */
import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/command.ts";
import { LunetteProcess, type Place } from "../support/lunette-process.ts";
import { ScriptedInitiator, TEST_UNIT_READY } from "../support/scripted-initiator.ts";
import { capacity, read, resultOf, testUnitReady, until, write } from "./scripted-target.ts";

const BASE = "iqn.2026-11.com.example.e2e";
const HOST = "iqn.2026-11.com.example:scripted";
const BLOCK = 512;

interface Wish {
  readonly size?: string;
  readonly members?: readonly string[];
  readonly secondLun?: boolean;
  readonly readOnly?: boolean;
  readonly extraTarget?: boolean;
  readonly secondPortal?: boolean;
  readonly state?: string;
  readonly broken?: string;
}

const configuration =
  (wish: Wish) =>
  ({ folder, ports }: Place): string =>
    `
[[portal_group]]
tag = 1
portals = ["127.0.0.1:${ports[0]}"${wish.secondPortal ? `, "127.0.0.1:${ports[1]}"` : ""}]
access_state = "${wish.state ?? "active/optimized"}"
[[igroup]]
name = "hosts"
initiators = [${(wish.members ?? [HOST]).map((name) => JSON.stringify(name)).join(", ")}]
[[volume]]
name = "one"
path = "${folder}/one.img"
size = "${wish.size ?? "16 MiB"}"
create = "thin"
[[volume]]
name = "two"
path = "${folder}/two.img"
size = "8 MiB"
create = "thin"
[[target]]
name = "disks"
[[target.access]]
igroup = "hosts"
auth = "none"
[[target.lun]]
lun = 0
volume = "one"
read_only = ${wish.readOnly ?? false}
${wish.secondLun ? '[[target.lun]]\nlun = 1\nvolume = "two"' : ""}
[[target]]
name = "steady"
[[target.access]]
igroup = "any"
auth = "none"
[[target.lun]]
lun = 0
volume = "three"
[[volume]]
name = "three"
path = "${folder}/three.img"
size = "8 MiB"
create = "thin"
${wish.extraTarget ? '[[target]]\nname = "extra"\n[[target.access]]\nigroup = "any"\nauth = "none"' : ""}
${wish.broken ?? ""}
`;

describe("reload", () => {
  let lunette: LunetteProcess;
  let host: ScriptedInitiator;
  /** A host of another target, which no change concerns. */
  let steady: ScriptedInitiator;

  beforeAll(async () => {
    lunette = await LunetteProcess.start(configuration({}), { ports: 2 });
    host = await ScriptedInitiator.session(lunette.port, `${BASE}:disks`);
    steady = await ScriptedInitiator.session(lunette.port, `${BASE}:steady`);
  });
  afterAll(async () => {
    host?.close();
    // The steady host was told nothing in all of this, and is still there.
    expect(await testUnitReady(steady)).toBe("good");
    await steady.expectNothing(50);
    steady.close();
    await lunette?.dispose();
  });

  async function reload(wish: Wish): Promise<"applied" | "refused"> {
    const results = (): number => lunette.log.filter(({ msg }) => /^configuration (applied|refused)/.test(msg ?? "")).length;
    const before = results();
    await lunette.reconfigure(configuration(wish));
    lunette.signal("SIGHUP");
    const end = performance.now() + 5_000;
    while (results() === before && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    const last = lunette.log.filter(({ msg }) => /^configuration (applied|refused)/.test(msg ?? "")).at(-1);
    return last?.msg?.includes("applied") ? "applied" : "refused";
  }

  it("of an unchanged file changes nothing", async () => {
    expect(await reload({})).toBe("applied");
    expect(await testUnitReady(host)).toBe("good");
  });

  it("grows a volume: the host is told, and writes at the new end", async () => {
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/2a/09");
    expect(await capacity(host)).toBe(32 * 1024 * 1024);
    expect(await write(host, 65_535, Buffer.alloc(BLOCK, 7))).toBe("good");
    expect((await read(host, 65_535, BLOCK)).data[0]).toBe(7);
    expect((await stat(`${lunette.folder}/one.img`)).size).toBe(32 * 1024 * 1024);
  });

  it("refuses to shrink a mapped volume, and a file with errors, and the old configuration serves on", async () => {
    expect(await reload({ size: "16 MiB" })).toBe("refused");
    expect(await reload({ size: "32 MiB", broken: "[[target]]\nnam = 1" })).toBe("refused");
    expect(lunette.log.filter(({ msg }) => msg?.startsWith("configuration refused")).at(-1)?.["reason"]).toMatch(
      /toml:\d+:\d+/,
    );
    expect(await testUnitReady(host)).toBe("good");
    expect(await capacity(host)).toBe(32 * 1024 * 1024);
    expect((await stat(`${lunette.folder}/one.img`)).size).toBe(32 * 1024 * 1024);
  });

  it("maps a LUN and takes it away: the host is told, and sees it, and then does not", async () => {
    expect(await reload({ size: "32 MiB", secondLun: true })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/3f/0e");
    const luns = await host.run([0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], { read: true, expectedDataTransferLength: 256 });
    expect(luns.data.readUInt32BE(0)).toBe(16);
    expect(await testUnitReady(host, 1)).toBe("6/29/01");
    expect(await write(host, 0, Buffer.alloc(BLOCK, 9), 1)).toBe("good");
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/3f/0e");
    expect(resultOf(await read(host, 0, BLOCK, 1))).toBe("5/25/00");
    expect((await readFile(`${lunette.folder}/two.img`))[0]).toBe(9);
  });

  it("makes a LUN read-only and writable again", async () => {
    expect(await reload({ size: "32 MiB", readOnly: true })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/2a/01");
    expect(await write(host, 0, Buffer.alloc(BLOCK, 1))).toBe("7/27/00");
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/2a/01");
    expect(await write(host, 0, Buffer.alloc(BLOCK, 1))).toBe("good");
  });

  it("changes an access state: hosts are told, and find it in REPORT TARGET PORT GROUPS", async () => {
    expect(await reload({ size: "32 MiB", state: "active/non-optimized" })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/2a/06");
    const cdb = [0xa3, 0x0a, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0];
    const { data } = await host.run(cdb, { read: true, expectedDataTransferLength: 64 });
    expect([data[4]! & 0x0f, data[9]]).toEqual([1, 2]);
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    expect(await testUnitReady(host)).toBe("6/2a/06");
    // Every host that sees a disk through the group is told, the steady one too.
    expect(await testUnitReady(steady)).toBe("6/2a/06");
  });

  it("opens and closes portals, and adds targets, which discovery tells at once", async () => {
    expect(await reload({ size: "32 MiB", secondPortal: true, extraTarget: true })).toBe("applied");
    const discovery = await ScriptedInitiator.session(lunette.ports[1]!, `${BASE}:steady`);
    discovery.close();
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    await expect(ScriptedInitiator.connect(lunette.ports[1]!)).rejects.toThrow();
  });

  it("adds and removes volumes, which leaves their files", async () => {
    const more = `[[volume]]\nname = "four"\npath = "${lunette.folder}/four.img"\nsize = "4 MiB"\ncreate = "thin"\n`;
    expect(await reload({ size: "32 MiB", broken: more })).toBe("applied");
    expect((await stat(`${lunette.folder}/four.img`)).size).toBe(4 * 1024 * 1024);
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    expect((await stat(`${lunette.folder}/four.img`)).size).toBe(4 * 1024 * 1024);
    // Its lock is gone with it.
    await appendFile(`${lunette.folder}/four.img`, Buffer.alloc(BLOCK));
    await writeFile(`${lunette.folder}/four.img`, "");
  });

  it("has a login that was under way by the old rules begin anew, and leaves it alone where access has not changed", async () => {
    const half = async (): Promise<ScriptedInitiator> => {
      const initiator = await ScriptedInitiator.connect(lunette.port);
      const keys = [`InitiatorName=${HOST}`, `TargetName=${BASE}:disks`];
      await initiator.loginRequest(keys, { transit: false });
      return initiator;
    };
    const first = await half();
    expect(await reload({ size: "32 MiB", secondLun: true })).toBe("applied");
    const { pdu } = await first.loginRequest([]);
    expect([pdu.statusClass, pdu.nextStage]).toEqual([0, 3]);
    first.close();
    const second = await half();
    expect(await reload({ size: "32 MiB", extraTarget: true })).toBe("applied");
    await second.expectClosed();
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    for (let attention = 0; attention < 2; attention++) await testUnitReady(host);
    await host.settle();
  });

  it("gives a volume another name: for hosts one disk goes and another comes, with the data of the file", async () => {
    const volumes = (name: string): string =>
      `[[volume]]\nname = "${name}"\npath = "${lunette.folder}/five.img"\nsize = "4 MiB"\ncreate = "thin"\n` +
      `[[target]]\nname = "renamed"\n[[target.access]]\nigroup = "any"\nauth = "none"\n[[target.lun]]\nlun = 0\nvolume = "${name}"\n`;
    expect(await reload({ size: "32 MiB", broken: volumes("old") })).toBe("applied");
    const other = await ScriptedInitiator.session(lunette.port, `${BASE}:renamed`);
    expect(await write(other, 5, Buffer.alloc(BLOCK, 5))).toBe("good");
    expect(await reload({ size: "32 MiB", broken: volumes("new") })).toBe("applied");
    expect(await testUnitReady(other)).toBe("6/29/01");
    expect(await testUnitReady(other)).toBe("good");
    expect((await read(other, 5, BLOCK)).data[0]).toBe(5);
    other.close();
    expect(await reload({ size: "32 MiB" })).toBe("applied");
  });

  it("by the command: what it did, or everything that is wrong and nothing changed", async () => {
    const lunetteCommand = (...words: string[]) =>
      runCommand(process.execPath, ["dist/main.js", ...words, "--socket", `${lunette.folder}/control.sock`]);
    await lunette.reconfigure(configuration({ size: "32 MiB", extraTarget: true }));
    expect((await lunetteCommand("plan")).code).toBe(2);
    const applied = await lunetteCommand("reload");
    expect([applied.code, applied.output]).toEqual([0, expect.stringContaining("add target")]);
    expect((await lunetteCommand("plan")).code).toBe(0);
    await lunette.reconfigure(configuration({ size: "1 MiB" }));
    const refused = await lunetteCommand("reload");
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("shrink")]);
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    const { output } = await lunetteCommand("events", "--json");
    expect(output).toContain("configuration-applied");
    expect(output).toContain("configuration-refused");
  });

  it("ends the session of a host whose access is gone: it sees nothing from then on, is asked to log out, and can't come back", async () => {
    expect(await reload({ size: "32 MiB", members: ["iqn.2026-11.com.example:other"] })).toBe("applied");
    const message = await host.receive();
    expect(message?.pdu.opcode).toBe(0x32);
    expect(resultOf(await host.run(TEST_UNIT_READY))).toBe("5/25/00");
    await host.expectClosed(6_000);
    const again = await ScriptedInitiator.connect(lunette.port);
    await expect(again.login(`${BASE}:disks`)).rejects.toThrow("login failed");
    again.close();
    expect(await reload({ size: "32 MiB" })).toBe("applied");
    host = await ScriptedInitiator.session(lunette.port, `${BASE}:disks`);
    await until(
      () => testUnitReady(host),
      (answer) => answer === "good",
      2_000,
    );
  });
});
