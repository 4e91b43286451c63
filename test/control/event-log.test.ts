import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { EVENT_KINDS } from "../../src/common/events.ts";
import { DEFAULT_LIMITS, LIMITS, type Limits } from "../../src/common/limits.ts";
import { CONTROL_ERRORS } from "../../src/control/control-error.ts";
import { EventFiles } from "../../src/control/event-files.ts";
import { EventLog } from "../../src/control/event-log.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

let root: string;
let folders = 0;
beforeAll(async () => {
  root = await makeTemporaryFolder("events");
});
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => {
  vi.useRealTimers();
});

function newFolder(): string {
  folders += 1;
  return join(root, String(folders));
}

const opened: EventLog[] = [];
afterEach(async () => {
  for (const log of opened.splice(0)) await log.close();
});

async function open(folder: string | undefined, limits: Partial<Limits> = {}, failures: Error[] = []): Promise<EventLog> {
  const all = { ...DEFAULT_LIMITS, ...limits };
  const files = folder === undefined ? undefined : new EventFiles(folder, all.event_log_bytes);
  const log = new EventLog({ limits: all, files, onFailure: (error) => failures.push(error) });
  await log.open();
  opened.push(log);
  return log;
}

const volumes = (log: EventLog): (string | undefined)[] => log.read(0, 1_000_000).map(({ details }) => details.volume);
const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

describe("the event log", () => {
  it("numbers events, dates them, and takes their severity from the table", async () => {
    const log = await open(undefined);
    log.record("volume-offline", { volume: "a", reason: "no such file", lun: undefined });
    expect(log.read(0, 10)).toEqual([
      {
        sequence: 1,
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        kind: "volume-offline",
        severity: "error",
        details: { volume: "a", reason: "no such file" },
      },
    ]);
    expect([log.oldest, log.next]).toEqual([1, 2]);
  });

  it("keeps events and goes on with their numbers across restarts", async () => {
    const folder = newFolder();
    const first = await open(folder);
    first.record("volume-online", { volume: "a" });
    first.record("volume-online", { volume: "b" });
    await first.close();
    const second = await open(folder);
    expect(volumes(second)).toEqual(["a", "b"]);
    second.record("volume-online", { volume: "c" });
    expect(second.read(3, 1)[0]?.sequence).toBe(3);
    await second.close();
    expect(volumes(await open(folder))).toEqual(["a", "b", "c"]);
  });

  it("loses at most the torn last line, wherever a crash has cut it, and writes on after it", async () => {
    const folder = newFolder();
    const file = join(folder, "events.jsonl");
    const log = await open(folder);
    for (const volume of ["a", "b", "c"]) log.record("volume-online", { volume });
    await log.close();
    const whole = readFileSync(file);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let cut = lastLine; cut < whole.length; cut += 7) {
      writeFileSync(file, whole);
      truncateSync(file, cut);
      const after = await open(folder);
      expect(volumes(after)).toEqual(["a", "b"]);
      after.record("volume-online", { volume: "d" });
      await after.close();
      expect(volumes(await open(folder))).toEqual(["a", "b", "d"]);
    }
  });

  it("passes over damaged lines, whatever they hold", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 5 }), async (lines) => {
        const folder = newFolder();
        const log = await open(folder);
        log.record("volume-online", { volume: "a" });
        await log.close();
        for (const line of lines) appendFileSync(join(folder, "events.jsonl"), `${line}\n`);
        const after = await open(folder);
        after.record("volume-online", { volume: "b" });
        expect(volumes(after)).toEqual(["a", "b"]);
        await after.close();
      }),
      { numRuns: 25 },
    );
  });

  it("is readable by its owner and group only", async () => {
    const folder = newFolder();
    const log = await open(folder);
    log.record("volume-online", { volume: "a" });
    await log.close();
    expect(statSync(join(folder, "events.jsonl")).mode & 0o007).toBe(0);
  });
});

describe("a bound", () => {
  it("events_kept: the oldest make way in memory, and reading never gives what is gone", async () => {
    const log = await open(undefined, { events_kept: 100 });
    for (let i = 1; i <= 250; i += 1) log.record("volume-online", { volume: `v${i}` });
    expect([log.oldest, log.next]).toEqual([151, 251]);
    expect(volumes(log)).toHaveLength(100);
    expect(log.read(1, 1)[0]?.sequence).toBe(151);
    expect(log.read(251, 10)).toEqual([]);
  });

  it.each([100, 300])("events_kept: changed to %d while it runs, the newest stay in their places", async (kept) => {
    const log = await open(undefined, { events_kept: 200 });
    for (let i = 1; i <= 250; i += 1) log.record("volume-online", { volume: `v${i}` });
    log.changeLimits({ events_kept: kept, event_log_bytes: DEFAULT_LIMITS.event_log_bytes });
    const before = Math.min(kept, 200);
    expect([log.oldest, log.next, volumes(log).length, volumes(log)[0]]).toEqual([
      251 - before,
      251,
      before,
      `v${251 - before}`,
    ]);
    for (let i = 251; i <= 700; i += 1) log.record("volume-online", { volume: `v${i}` });
    expect([log.oldest, volumes(log).length, volumes(log)[0]]).toEqual([701 - kept, kept, `v${701 - kept}`]);
  });

  it("event_log_bytes: both files together never take more, and the newest events are there after a restart", async () => {
    const folder = newFolder();
    const limit = 64 * 1024;
    const log = await open(folder, { event_log_bytes: limit });
    for (let i = 1; i <= 2000; i += 1) {
      log.record("volume-online", { volume: `v${i}` });
      if (i % 100 === 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(bytesIn(folder)).toBeLessThanOrEqual(limit);
      }
    }
    await log.close();
    expect(readdirSync(folder).sort()).toEqual(["events.1.jsonl", "events.jsonl"]);
    expect(bytesIn(folder)).toBeGreaterThan(limit / 2);
    const after = await open(folder, { event_log_bytes: limit });
    expect(after.next).toBe(2001);
    const kept = volumes(after);
    expect(kept.at(-1)).toBe("v2000");
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `v${2001 - kept.length + i}`));
  });

  it("event_text_bytes: a longer text is cut between characters and says so", async () => {
    const log = await open(undefined);
    const bound = LIMITS.event_text_bytes.value;
    log.record("login-refused", { initiator: "é".repeat(bound), reason: "x".repeat(bound) });
    const { initiator = "", reason } = log.read(1, 1)[0]?.details ?? {};
    expect(Buffer.byteLength(initiator)).toBeLessThanOrEqual(bound);
    expect(initiator).toMatch(/^é+…$/);
    expect(reason).toBe("x".repeat(bound));
  });

  it("of an address that is refused without end, five events pass in ten seconds and the rest are one", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const log = await open(undefined);
    const refuse = (from: string): void => log.record("login-refused", { address: from, initiator: "i", target: "t" });
    for (let i = 0; i < 1000; i += 1) refuse(`192.0.2.9:${1024 + i}`);
    refuse("192.0.2.10:1");
    expect(log.next).toBe(7);
    vi.advanceTimersByTime(10_000);
    expect(log.read(7, 10)).toMatchObject([{ details: { address: "192.0.2.9:2023" }, repeated: 994 }]);
    refuse("192.0.2.9:1");
    expect(log.next).toBe(9);
  });

  it("of an address that is refused at many targets, the first of each passes, up to a bound for who makes up names", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const log = await open(undefined);
    for (let round = 0; round < 100; round += 1)
      for (let target = 0; target < 12; target += 1)
        log.record("login-refused", { address: "192.0.2.9:1", initiator: "i", target: `t${target}` });
    expect(log.read(1, 100).map(({ details }) => details.target)).toEqual(
      Array.from({ length: 12 }, (_, index) => `t${index}`),
    );
    for (let i = 0; i < 1000; i += 1) log.record("login-refused", { address: "192.0.2.9:1", initiator: `i${i}` });
    expect(log.next).toBe(1 + 21);
    vi.advanceTimersByTime(10_000);
    expect(log.read(22, 10)).toMatchObject([{ details: { initiator: "i999" }, repeated: 2178 }]);
  });

  it("events that nobody can cause without end all pass", async () => {
    const log = await open(undefined);
    for (let i = 0; i < 50; i += 1) log.record("login-accepted", { address: "192.0.2.9:1" });
    expect(log.next).toBe(51);
  });
});

describe("a disk that fails", () => {
  it("costs the copies on disk, is told once, and what comes after it is written again", async () => {
    const folder = newFolder();
    const failures: Error[] = [];
    const files = new EventFiles(folder, 1024 * 1024);
    const log = new EventLog({ limits: DEFAULT_LIMITS, files, onFailure: (error) => failures.push(error) });
    await log.open();
    const append = vi.spyOn(files, "append").mockRejectedValue(new Error("ENOSPC"));
    for (const volume of ["a", "b"]) {
      log.record("volume-online", { volume });
      await vi.waitFor(() => expect(log.unwritten).toBe(volume === "a" ? 1 : 2));
    }
    expect(failures.map(({ message }) => message)).toEqual(["ENOSPC"]);
    expect(volumes(log)).toEqual(["a", "b"]);
    append.mockRestore();
    log.record("volume-online", { volume: "c" });
    await log.close();
    const after = await open(folder);
    expect(volumes(after)).toEqual(["c"]);
    expect(after.next).toBe(4);
  });

  it("keeps nobody from serving: a folder that can't be made is told, and events are in memory", async () => {
    const place = join(root, "a-file");
    writeFileSync(place, "");
    const failures: Error[] = [];
    const log = await open(join(place, "events"), {}, failures);
    log.record("volume-online", { volume: "a" });
    await log.close();
    expect(failures).toHaveLength(1);
    expect(volumes(log)).toEqual(["a"]);
  });
});

describe("PROTOCOL.md", () => {
  const text = readFileSync(new URL("../../src/control/PROTOCOL.md", import.meta.url), "utf8");

  it("has every kind of event as the code has it, and no other", () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (info|warning|error) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, kind, severity, description]) => [kind, severity, description])).toEqual(
      Object.entries(EVENT_KINDS).map(([kind, row]) => [kind, row.severity, row.description]),
    );
  });

  it("has every type of error as the code has it, and no other", () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| (.*?) +\|$/gm)];
    expect(rows.map(([, type, status, advice]) => [type, Number(status), advice])).toEqual(
      Object.entries(CONTROL_ERRORS).map(([type, row]) => [type, row.status, row.advice]),
    );
  });
});
