/** The verbs that change objects, against the daemon as its users run it: a configuration made from nothing, under the eyes of a host. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { runCommandLine as RunCommandLine } from "../../src/cli/command-line.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { capacity, read, resultOf, testUnitReady, until, write } from "./scripted-target.ts";

const DIST = new URL("../../dist/", import.meta.url);
const COMMAND = fileURLToPath(new URL("main.js", DIST));
const TARGET = "iqn.2026-11.com.example.e2e:disks";
const MIB = 2 ** 20;

let lunette: LunetteProcess;
let host: ScriptedInitiator;

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command that was built, without the third of a second that a process of its own takes to start. */
let runCommandLine: typeof RunCommandLine;

async function cli(...args: string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = { out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) };
  const status = await runCommandLine([...args, "--socket", join(lunette.folder, "control.sock")], terminal);
  return { status, stdout: out.join("\n"), stderr: err.join("\n") };
}

/** As people run it. */
function cliProcess(args: readonly string[], input = ""): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    encoding: "utf8",
    input,
    env: { ...process.env, SHELL: "/bin/bash" },
  });
  return { status, stdout, stderr };
}

/** What it said, once it has succeeded. */
async function done(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await cli(...args);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

const imageOf = (volume: string): string => join(lunette.folder, "state", "volumes", `${volume}.img`);
const generation = async (): Promise<number> => JSON.parse(await done("volume", "list", "--json")).generation;

beforeAll(async () => {
  ({ runCommandLine } = await import(/* @vite-ignore */ new URL("cli/command-line.js", DIST).href));
  lunette = await LunetteProcess.start(
    // No ping of a host that is silent while commands run: what it receives is what they caused.
    ({ port }) =>
      `[limits]\nnop_idle_ms = 600000\n[[portal_group]]\ntag = 1\nname = "local"\nportals = ["127.0.0.1:${port}"]\n`,
  );
}, 40_000);
afterAll(async () => {
  host?.close();
  await lunette?.dispose();
});

describe("a configuration made by the command line alone", () => {
  it("admits a host to a target with a disk", async () => {
    expect(await done("igroup", "create", "hosts", "--initiator", INITIATOR_NAME)).toBe('created igroup "hosts"');
    expect(await done("volume", "create", "first", "--size", "8 MiB", "--create", "thin")).toBe('created volume "first"');
    expect(await done("target", "create", "disks")).toBe('created target "disks"');
    expect(await done("target", "allow", "disks", "hosts", "--auth", "none")).toBe('admitted igroup "hosts" to target "disks"');
    expect(await done("map", "first", "disks")).toBe('mapped volume "first" as LUN 0 of target "disks"');
    host = await ScriptedInitiator.session(lunette.port, TARGET);
    expect(await testUnitReady(host)).toBe("good");
    expect(await capacity(host)).toBe(8 * MIB);
  });

  it("is so already when it is asked for again, and nothing is counted as a change", async () => {
    const before = await generation();
    expect(await done("igroup", "create", "hosts", "--initiator", INITIATOR_NAME)).toBe(
      'nothing to do: igroup "hosts" is so already',
    );
    expect(await done("map", "first", "disks")).toMatch(/^nothing to do: /);
    expect(await generation()).toBe(before);
  });
});

describe("the life of a volume", () => {
  it("begins with its file, and thick has its space", async () => {
    expect(await done("volume", "create", "data", "--size", "8 MiB", "--create", "thick")).toBe('created volume "data"');
    const { size, blocks } = statSync(imageOf("data"));
    expect([size, blocks * 512]).toEqual([8 * MIB, expect.toSatisfy((bytes: number) => bytes >= 8 * MIB)]);
  });

  it("goes on with a map: what it would do is told before, and the session that sees it is told then", async () => {
    const planned = await done("map", "data", "disks", "--dry-run");
    expect(planned).toContain(`session of ${INITIATOR_NAME}`);
    await host.expectNothing(50);
    expect(await testUnitReady(host)).toBe("good");
    const [said, ...sessions] = (await done("map", "data", "disks")).split("\n");
    expect(said).toBe('mapped volume "data" as LUN 1 of target "disks"');
    expect(sessions).toEqual([expect.stringMatching(new RegExp(`^ {2}session of ${INITIATOR_NAME} .* unit attention`))]);
    expect(await testUnitReady(host)).toBe("6/3f/0e");
    expect(await testUnitReady(host, 1)).toBe("6/29/01");
    expect(await write(host, 0, Buffer.alloc(512, 7), 1)).toBe("good");
  });

  it("grows under the host, which writes at the new end", async () => {
    expect((await done("volume", "resize", "data", "16 MiB")).split("\n")).toEqual([
      'resized volume "data" to 16 MiB',
      expect.stringContaining("unit attention"),
    ]);
    expect(await testUnitReady(host, 1)).toBe("6/2a/09");
    expect(await capacity(host, 1)).toBe(16 * MIB);
    expect(await write(host, (16 * MIB) / 512 - 1, Buffer.alloc(512, 9), 1)).toBe("good");
  });

  it("does not become smaller under the host, unless that is forced", async () => {
    const { status, stdout, stderr } = await cli("volume", "resize", "data", "8 MiB");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^lunette volume resize: [\s\S]*shrink/);
    expect(await capacity(host, 1)).toBe(16 * MIB);
  });

  it("is offline and online again: the host keeps its disk", async () => {
    await done("volume", "offline", "data");
    expect(await testUnitReady(host, 1)).toMatch(/^2\/04\/03|^6\//);
    await until(
      () => testUnitReady(host, 1),
      (answer) => answer === "2/04/03",
      2_000,
    );
    await done("volume", "online", "data");
    await until(
      () => testUnitReady(host, 1),
      (answer) => answer === "good",
      5_000,
    );
    expect((await read(host, 0, 512, 1)).data[0]).toBe(7);
  });

  it("is not deleted while it is mapped, and who uses it is told", async () => {
    const { status, stderr } = await cli("volume", "delete", "data");
    expect(status).toBe(1);
    expect(stderr).toContain("used by ");
    expect(stderr).toContain(TARGET);
    expect(existsSync(imageOf("data"))).toBe(true);
  });

  it("ends with its map: the host is told, and sees it no longer; then it is deleted with its file", async () => {
    expect((await done("unmap", "data", "disks")).split("\n")[0]).toBe('unmapped volume "data", LUN 1 of target "disks"');
    expect(await testUnitReady(host)).toBe("6/3f/0e");
    expect(resultOf(await read(host, 0, 512, 1))).toBe("5/25/00");
    expect(await done("volume", "delete", "data", "--delete-file")).toBe('deleted volume "data" and its file');
    expect(existsSync(imageOf("data"))).toBe(false);
    expect(await done("volume", "list")).not.toContain("data ");
    expect(await testUnitReady(host)).toBe("good");
  });
});

describe("the other verbs", () => {
  it("of what the file defines name its line and change nothing", async () => {
    const before = readFileSync(join(lunette.folder, "lunette.toml"), "utf8");
    const line = before.split("\n").indexOf("[[portal_group]]") + 1;
    const { status, stderr } = await cli("portal", "group", "set", "1", "--name", "other");
    expect(status).toBe(1);
    expect(stderr).toContain(`${join(lunette.folder, "lunette.toml")}:${line}`);
    expect(readFileSync(join(lunette.folder, "lunette.toml"), "utf8")).toBe(before);
  });

  it("read secrets from standard input, and nothing shows them", async () => {
    const secret = "0123456789abcdef";
    const socket = join(lunette.folder, "control.sock");
    await done("auth", "create", "users");
    const added = cliProcess(["auth", "user", "add", "users", "host-a", "--secret", "-", "--socket", socket], `${secret}\n`);
    expect([added.status, added.stderr]).toEqual([0, ""]);
    for (const shown of [
      await done("auth", "show", "users"),
      await done("auth", "show", "users", "--json"),
      await done("audit", "--json"),
    ]) {
      expect(shown).toContain("***");
      expect(shown).not.toContain(secret);
    }
    await done("target", "allow", "disks", "any", "--auth", "chap", "--auth-group", "users");
    expect(await cli("auth", "delete", "users")).toMatchObject({ status: 1, stderr: expect.stringContaining("used by ") });
    await done("target", "deny", "disks", "any");
    await done("auth", "user", "remove", "users", "host-a");
    await done("auth", "delete", "users");
  });

  it("tell who did what, in order", async () => {
    const entries = (await done("audit", "--json", "--last", "4")).split("\n").map((line) => JSON.parse(line));
    expect(entries.map(({ method, outcome }) => `${method} ${outcome}`)).toEqual([
      "DELETE refused",
      "DELETE applied",
      "DELETE applied",
      "DELETE applied",
    ]);
    expect(entries[0].actor).toBe(`uid:${process.getuid?.()}`);
  });

  it("complete names of objects that are there", async () => {
    const words = ["lunette", "map", "--socket", join(lunette.folder, "control.sock"), ""];
    const { stdout } = cliProcess(["--get-yargs-completions", ...words]);
    expect(stdout.trim().split("\n")).toEqual(["first"]);
  });

  it("end a session, which may come back", async () => {
    const { tsih } = JSON.parse(await done("session", "list", "--json")).sessions[0];
    expect(await done("session", "kick", String(tsih))).toContain(`session ${tsih} of ${INITIATOR_NAME}`);
    const message = await host.receive();
    expect(message?.pdu.opcode).toBe(0x32);
    await host.expectClosed(6_000);
    host = await ScriptedInitiator.session(lunette.port, TARGET);
    expect(await testUnitReady(host)).toBe("good");
  });

  it("take a target offline and online again", async () => {
    await done("target", "offline", "disks");
    await host.receive();
    await host.expectClosed(6_000);
    const refused = await ScriptedInitiator.connect(lunette.port);
    await expect(refused.login(TARGET)).rejects.toThrow("login failed");
    refused.close();
    await done("target", "online", "disks");
    host = await ScriptedInitiator.session(lunette.port, TARGET);
  });

  it("leave a state that a restart finds again", async () => {
    const before = await done("volume", "list", "--json");
    host.close();
    await lunette.kill();
    await lunette.run();
    expect(JSON.parse(await done("volume", "list", "--json"))).toEqual(JSON.parse(before));
    host = await ScriptedInitiator.session(lunette.port, TARGET);
    expect(await capacity(host)).toBe(8 * MIB);
  });
});
