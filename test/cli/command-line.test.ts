import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { withBase } from "../config/in-memory.ts";

const daemon = vi.hoisted(() => ({ runDaemon: vi.fn() }));
vi.mock("../../src/daemon.ts", () => daemon);

const folder = mkdtempSync(path.join(tmpdir(), "lunette-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text, { mode: 0o600 });
  return full;
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const GOOD = withBase(`[[igroup]]
name = "hosts"
initiators = ["iqn.2026-11.com.example:h"]
[[volume]]
name = "v"
path = "/srv/v.img"
size = "10 GiB"
create = "thin"
[[target]]
name = "t"
[[target.access]]
igroup = "hosts"
auth = "none"
[[target.lun]]
lun = 3
volume = "v"
igroups = ["hosts"]
read_only = true
`);

describe("lunette check", () => {
  test("says what a valid file exports and to whom, and succeeds", async () => {
    const good = file("good.toml", GOOD);
    const { code, out, err } = await run("check", good);
    expect(err).toBe("");
    expect(code).toBe(0);
    for (const line of [
      `${good}: valid`,
      'portals  1 "group-1": 0.0.0.0:3260',
      "metrics  http://127.0.0.1:9860/metrics",
      "target   iqn.2026-11.com.example:t through portal group 1",
      '  admits igroup "hosts" without authentication',
      '  LUN 3 is volume "v" on /srv/v.img, 10 GiB, read-only, for "hosts"',
      "1 target, 1 LUN, 1 volume",
    ]) {
      expect(out.split("\n")).toContain(line);
    }
  });

  test("keeps to one screen however many targets there are", async () => {
    const many = Array.from(
      { length: 100 },
      (_, i) => `[[target]]\nname = "t${i}"\n[[target.access]]\nigroup = "any"\nauth = "none"\n`,
    );
    const { out } = await run("check", file("many.toml", withBase(many.join(""))));
    expect(out.split("\n").length).toBeLessThan(40);
    expect(out).toContain("… and 92 more targets");
  });

  test("says every error at once and what to do, and fails", async () => {
    const bad = file("bad.toml", withBase("[metrics]\nlisten = 1\nport = 2\n"));
    const { code, out, err } = await run("check", bad);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err.split("\n")).toEqual([
      `${bad}:7:10: listen = 1: must be a string in quotes`,
      `${bad}:8:1: unknown key "port" in [metrics]; known keys are listen`,
      `2 errors: nothing was started or changed. Correct the file and run "lunette check ${bad}" again.`,
    ]);
  });

  test("shows warnings and succeeds", async () => {
    const { code, out, err } = await run("check", file("warn.toml", withBase('[[target]]\nname = "t"\n')));
    expect(code).toBe(0);
    expect(err).toContain("warning: ");
    expect(out).toContain("  admits nobody");
  });

  test("fails for a file that does not exist", async () => {
    const { code, err } = await run("check", path.join(folder, "none.toml"));
    expect(code).toBe(1);
    expect(err).toContain("there is no such file");
  });
});

describe("lunette serve", () => {
  beforeEach(() => {
    daemon.runDaemon.mockReset().mockResolvedValue(0);
  });

  test("hands the configuration and its file to the daemon and gives the daemon's exit code", async () => {
    daemon.runDaemon.mockResolvedValue(7);
    const good = file("serve.toml", GOOD);
    expect(await run("serve", "--config", good, "--log-format", "json")).toMatchObject({ code: 7, err: "" });
    expect(daemon.runDaemon).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        configuration: expect.objectContaining({
          targets: [expect.objectContaining({ iqn: "iqn.2026-11.com.example:t" })],
        }),
      }),
      expect.anything(),
      expect.objectContaining({ info: expect.any(Function), limited: expect.any(Function) }),
      { configFile: good, demo: false, levelGiven: false },
    );
  });

  test("never starts the daemon with an invalid file", async () => {
    const { code, err } = await run("serve", "--config", file("bad-serve.toml", "[node]\n"));
    expect(code).toBe(78);
    expect(err).toMatch(/\d errors?: nothing was started/);
    expect(daemon.runDaemon).not.toHaveBeenCalled();
  });
});

describe("the command line", () => {
  test("prints its version", async () => {
    expect(await run("--version")).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  });

  test.each([[["--help"]], [["serve", "--help"]], [["check", "--help"]]])("%j explains with examples", async (args) => {
    const { code, out } = await run(...args);
    expect(code).toBe(0);
    expect(out).toContain("Examples:");
  });

  test("without a command shows the help and fails", async () => {
    expect(await run()).toMatchObject({ code: 2, out: "", err: expect.stringContaining("lunette serve") });
  });

  test.each([
    [["serv"], 'unknown command "serv" (did you mean "serve"?)'],
    [["serve", "--confg", "x"], 'unknown option "--confg" (did you mean "--config"?)'],
    [["serve", "--log-fromat=json"], 'unknown option "--log-fromat" (did you mean "--log-format"?)'],
    [["check", "a", "b"], '"b" is one argument too many for "lunette check [file]"'],
    [["serve", "--config"], "Not enough arguments following: config"],
    [["serve", "--log-level", "loud"], 'Argument: log-level, Given: "loud"'],
  ])("does not understand %j and says what is near", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(message);
    expect(err).toMatch(/Run "lunette (\w+ )?--help"/);
  });
});
