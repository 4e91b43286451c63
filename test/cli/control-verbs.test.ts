import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { bytes, duration, loginOutcome } from "../../src/cli/human.ts";
import { screenOf } from "../../src/cli/screen.ts";
import { ratesBetween } from "../../src/cli/top-rates.ts";
import type { Screen } from "../../src/cli/verb.ts";
import type { TopSample } from "../../src/control/service.ts";
import { LOGIN_STATUS } from "../../src/wire/pdu/login-response.ts";
import { COUNTERS, type ControlFixture, controlFixture } from "../support/control.ts";

const folder = mkdtempSync(path.join(tmpdir(), "lunette-cli-"));
/** "nogroup" on Debian, "nobody" elsewhere. */
const NOGROUP = 65534;
afterAll(() => rmSync(folder, { recursive: true }));

let control: ControlFixture;
let samples: TopSample[] = [];
function nextSample(): TopSample {
  const next = samples.shift();
  if (next === undefined) throw new Error("no more samples");
  return next;
}
beforeEach(async () => {
  samples = [];
  control = await controlFixture({ service: { top: nextSample } });
});
afterEach(() => control.close());

async function run(args: readonly string[], screen?: Screen): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommandLine(args, { out: (text) => out.push(text), err: (text) => err.push(text), screen });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const ask = (verb: string, ...more: string[]) => run([verb, "--socket", control.path, ...more]);

function aScreen(colours: boolean): Screen & { text: string } {
  const screen = {
    text: "",
    columns: 80,
    rows: 24,
    colours,
    write: (text: string) => {
      screen.text += text;
    },
  };
  return screen;
}

function sample(milliseconds: number, reads: number, commands: number): TopSample {
  const read = { operations: reads, bytes: reads * 4096, errors: 0, latencySeconds: reads * 0.0005 };
  return {
    at: "2026-11-21T10:00:00.000Z",
    milliseconds,
    luns: [{ volume: "vm01", depth: 3, counters: { ...COUNTERS, read } }],
    sessions: [
      {
        tsih: 7,
        initiator: "iqn.h",
        target: "iqn.t",
        depth: 3,
        commands,
        bytesRead: commands * 4096,
        bytesWritten: 0,
        counters: { ...COUNTERS, read },
      },
    ],
  };
}

describe("for people", () => {
  test("status shows what is wrong beside what is there", async () => {
    const { code, out, err } = await ask("status");
    expect([code, err]).toEqual([0, ""]);
    expect(out.replace(/since .*/, "since …")).toBe(
      [
        "san1",
        "  state      serving for 1d 2h, since …",
        "  version    1.2.3, process 42, /etc/lunette/lunette.toml",
        "  serves     2 targets, 2 volumes, 1 offline, 1 offline as configured",
        "  hosts      1 session, 2 connections",
        "  logins     4 accepted; not accepted: 2 not admitted (0202h)",
        "  memory     64.0 KiB of 256.0 MiB buffers in use, 3 storage requests outstanding (io_uring)",
        "  metrics    off",
        '  portals 1  "front": 192.0.2.10:3260 (active/optimized)',
        '  offline    volume "gone"',
        '  offline    volume "resting", as configured',
        "  faults     1 connection lost",
      ].join("\n"),
    );
  });

  test.each([
    [
      "targets",
      [
        "TARGET                             PORTALS  ADMITS      LUNS  SESSIONS  PLACE",
        "iqn.2026-11.com.example.san1:vm01  1        esx (chap)     1         1  /etc/lunette/lunette.toml:12",
      ],
    ],
    [
      "luns",
      [
        "VOLUME  STATE       SIZE  KIND           SESSIONS     READ   WRITTEN  ERRORS  RESERVED         NAA                               MAPPED",
        "vm01    online  10.0 GiB  thin buffered         1  3.9 MiB  40.0 KiB       1  Write Exclusive  6024c55cb4f57ee604d5b46634aa5190  iqn.2026-11.com.example.san1:vm01:0",
      ],
    ],
    [
      "sessions",
      [
        "TSIH  INITIATOR                                  ADDRESS           TARGET                             PORTAL           AUTH         DIGESTS  LUNS  DEPTH  READ ms  WRITE ms  COMMANDS     READ   WRITTEN     AGE",
        "   7  iqn.1998-01.com.vmware:esx-a (esx?[31m-a)  192.0.2.20:50001  iqn.2026-11.com.example.san1:vm01  192.0.2.10:3260  chap sha256  header      1      2     0.50     10.00      1022  3.9 MiB  40.0 KiB  1m 15s",
      ],
    ],
    [
      "connections",
      [
        "ADDRESS       PORTAL           GROUP  PHASE  STATE  INITIATOR  TARGET  TSIH  UNSENT  IDLE  AGE",
        "192.0.2.99:1  192.0.2.10:3260      1  login  login  -          -          -     0 B    3s   3s",
      ],
    ],
  ])("%s is a table", async (verb, lines) => {
    const { code, out, err } = await ask(verb);
    expect([code, err]).toEqual([0, ""]);
    expect(out.split("\n")).toEqual(lines);
  });

  test("what an initiator calls itself moves no cursor", async () => {
    control.events.record("login-refused", { initiator: "iqn.\u001b[2J\u0007\u202e", reason: "two\nlines" });
    for (const verb of ["sessions", "events"]) {
      const { out } = await ask(verb);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    expect((await ask("events")).out.split("\n")).toHaveLength(1);
  });

  test("events says when, what and why", async () => {
    control.events.record("login-refused", { initiator: "iqn.h", status: "0x0202", reason: "not in an igroup" });
    control.events.record("volume-resized", { volume: "vm01", from: 2 ** 30, to: 2 ** 31 });
    const { out } = await ask("events");
    expect(out.replaceAll(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm, "NOW").split("\n")).toEqual([
      'NOW  warning  login-refused  initiator=iqn.h  status=0x0202  reason="not in an igroup"',
      'NOW  info     volume-resized  volume=vm01  from="1.0 GiB"  to="2.0 GiB"'.replaceAll('"', ""),
    ]);
    expect((await ask("events", "--last", "1")).out).toContain("volume-resized");
    expect((await ask("events", "--last", "1")).out).not.toContain("login-refused");
  });

  test("events --follow goes on with what happens, and fails when the daemon ends", async () => {
    control.events.record("volume-online", { volume: "a" });
    const out: string[] = [];
    const err: string[] = [];
    const args = ["events", "--follow", "--json", "--socket", control.path];
    const done = runCommandLine(args, { out: (text) => out.push(text), err: (text) => err.push(text) });
    await expect.poll(() => out.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    control.events.record("volume-online", { volume: "b" });
    await expect.poll(() => out.length).toBe(2);
    expect(out.map((line) => JSON.parse(line).details.volume)).toEqual(["a", "b"]);
    const { close } = control;
    await close();
    control = await controlFixture({});
    expect(await done).toBe(1);
    expect(err).toEqual(["the daemon has ended"]);
  });

  test("top measures once where no terminal is", async () => {
    samples = [sample(1000, 100, 100), sample(3000, 2100, 1100)];
    const { code, out, err } = await ask("top", "--interval", "0.1");
    expect([code, err]).toEqual([0, ""]);
    expect(out.split("\n").slice(1)).toEqual([
      "",
      "VOLUME  READ/s  WRITE/s  OTHER/s  READ MB/s  WRITE MB/s  READ ms  WRITE ms  DEPTH  ERRORS/s",
      "vm01      1000        0        0        4.1         0.0     0.50         -      3         0",
      "",
      "INITIATOR  TARGET  TSIH  READ/s  WRITE/s  OTHER/s  READ MB/s  WRITE MB/s  READ ms  WRITE ms  DEPTH  ERRORS/s",
      "iqn.h      iqn.t      7    1000        0        0        2.0         0.0     0.50         -      3         0",
    ]);
  });

  test("top updates in place on a terminal", async () => {
    samples = [sample(1000, 0, 0), sample(2000, 1, 1), sample(3000, 2, 2)];
    const screen = aScreen(false);
    // There is no fourth sample: an error of the daemon ends the verb.
    const { code } = await run(["top", "--socket", control.path, "--interval", "0.1"], screen);
    expect(code).toBe(1);
    expect(screen.text.split("\u001b[H").length - 1).toBe(3);
    expect(screen.text).toContain("vm01");
  });
});

describe("for programs", () => {
  test.each(["status", "targets", "luns", "sessions", "connections"])("%s --json is the daemon's answer", async (verb) => {
    const { code, out } = await ask(verb, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual((await control.ask(`/v1/${verb}`)).json);
  });

  test("top --json gives rates as numbers", async () => {
    samples = [sample(1000, 100, 100), sample(3000, 2100, 1100)];
    const rates = JSON.parse((await ask("top", "--json", "--interval", "0.1")).out);
    expect(rates.luns[0]).toMatchObject({ volume: "vm01", readIops: 1000, readBytesPerSecond: 4_096_000 });
    expect(rates.luns[0].readLatencySeconds).toBeCloseTo(0.0005);
    expect(rates.sessions[0]).toMatchObject({ tsih: 7, iops: 500, readIops: 1000, writeIops: 0, errorsPerSecond: 0 });
    expect(rates.sessions[0].readLatencySeconds).toBeCloseTo(0.0005);
    expect(rates.sessions[0].writeLatencySeconds).toBeUndefined();
  });
});

describe("colours", () => {
  test("are on a terminal only, and not where NO_COLOR asks for none", async () => {
    const sequence = "\u001b[";
    expect((await ask("status")).out).not.toContain(sequence);
    expect((await run(["status", "--socket", control.path], aScreen(true))).out).toContain(sequence);
    expect((await run(["status", "--socket", control.path], aScreen(false))).out).not.toContain(sequence);
  });

  test.each([
    [{}, true],
    [{ NO_COLOR: "1" }, false],
    [{ NO_COLOR: "" }, true],
    [{ TERM: "dumb" }, false],
  ])("in the environment %j: %j", (environment, expected) => {
    const stream = { isTTY: true, columns: 80, rows: 24 } as unknown as Parameters<typeof screenOf>[0];
    expect(screenOf(stream, environment)?.colours).toBe(expected);
    expect(screenOf({ isTTY: undefined } as unknown as typeof stream, environment)).toBeUndefined();
  });
});

describe("where the daemon is", () => {
  test("comes from the configuration file, even one that is not valid otherwise", async () => {
    const file = path.join(folder, "broken.toml");
    writeFileSync(file, `[node]\ncontrol_socket = "${control.path}"\nunknown = 1\n`);
    expect(await run(["status", "--config", file])).toMatchObject({ code: 0, err: "" });
  });

  test("a relative socket is beside its file", async () => {
    const file = path.join(path.dirname(control.path), "relative.toml");
    writeFileSync(file, '[node]\ncontrol_socket = "control.sock"\n');
    expect((await run(["status", "--config", file])).code).toBe(0);
  });

  test("a file that can't be read or is no TOML says what to do", async () => {
    const file = path.join(folder, "no.toml");
    writeFileSync(file, "[node\n");
    for (const config of [file, path.join(folder, "none.toml")]) {
      const { code, err } = await run(["status", "--config", config]);
      expect(code).toBe(1);
      expect(err).toContain(config);
      expect(err).toContain("--socket");
    }
  });
});

describe("a failure says what to do", () => {
  test("no daemon", async () => {
    const { code, out, err } = await run(["luns", "--socket", path.join(folder, "none.sock")]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^lunette luns: no daemon listens on .*none\.sock\. Is it running\? "systemctl status lunette" says/);
  });

  test("permission denied names the group that may, and not that of root", async () => {
    const hidden = mkdtempSync(path.join(tmpdir(), "lunette-hidden-"));
    if (process.geteuid?.() === 0) {
      expect(await deniedAt(hidden)).toContain("Use sudo, or the user that runs Lunette.");
      chownSync(hidden, 0, NOGROUP);
    }
    expect(await deniedAt(hidden)).toMatch(
      /permission denied on .*Members of the group [a-z]\S* may use it: "sudo usermod -aG/,
    );
    rmSync(hidden, { recursive: true });
  });

  async function deniedAt(hidden: string): Promise<string> {
    chmodSync(hidden, 0o000);
    // Root may everything: for a moment this process is nobody.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.("nobody");
    const { err } = await run(["luns", "--socket", path.join(hidden, "control.sock")]).finally(() => {
      if (isRoot) process.seteuid?.(0);
    });
    return err;
  }

  test("something else listens there", async () => {
    const place = path.join(folder, "other.sock");
    const other = createServer((_request, response) => response.writeHead(200 + 218).end("tea"));
    await new Promise<void>((resolve) => other.listen(place, resolve));
    const { code, err } = await run(["luns", "--socket", place]);
    other.close();
    expect(code).toBe(1);
    expect(err).toContain("answered with status 418 and is no Lunette of this version");
  });

  test.each([
    [["top", "--interval", "0"], "--interval: give seconds, 0.1 to 3600"],
    [["top", "--interval", "soon"], "--interval: give seconds, 0.1 to 3600"],
    [["events", "--last", "1001"], "--last: give a whole number, 0 to 1000"],
    [["events", "--folow"], '"--folow" (did you mean "--follow"?)'],
    [["sesions"], '"sesions" (did you mean "sessions"?)'],
  ])("%j is not understood", async (args, message) => {
    const { code, err } = await run([...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe("figures", () => {
  test.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1.5 * 2 ** 40, "1.5 TiB"],
    [2 ** 60, "1024.0 PiB"],
  ])("%d bytes are %s", (count, text) => expect(bytes(count)).toBe(text));

  test.each([
    [0.4, "0s"],
    [59, "59s"],
    [60, "1m"],
    [3_601, "1h"],
    [90_000, "1d 1h"],
  ])("%d seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  test("every status of a login has words, and a number that is none stays as it is", () => {
    for (const status of Object.values(LOGIN_STATUS)) {
      const hex = status.toString(16).padStart(4, "0");
      const said = loginOutcome(status === LOGIN_STATUS.success ? "success" : `0x${hex}`);
      expect(said).toMatch(status === LOGIN_STATUS.success ? /^accepted$/ : new RegExp(`^[a-z ]+ \\(${hex}h\\)$`));
    }
    expect(loginOutcome("0x0399")).toBe("0x0399");
  });

  test("a session or volume that was not there before has no rate yet, and a restarted daemon no negative one", () => {
    const before = { ...sample(1000, 500, 500), luns: [], sessions: [] };
    const rates = ratesBetween(before, sample(2000, 1000, 1000));
    expect([rates.luns[0]?.readIops, rates.sessions[0]?.iops]).toEqual([0, 0]);
    const fallen = ratesBetween(sample(1000, 500, 500), sample(2000, 10, 10));
    expect([fallen.luns[0]?.readIops, fallen.luns[0]?.readLatencySeconds, fallen.sessions[0]?.iops]).toEqual([0, undefined, 0]);
  });
});
