import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createLogger, type LoggerOptions, type RootLogger } from "../../src/common/logger.ts";

function recorder(options: Partial<LoggerOptions> = {}): {
  log: RootLogger;
  text: () => string;
  lines: () => Record<string, unknown>[];
} {
  let text = "";
  const log = createLogger({
    level: "debug",
    format: "json",
    destination: {
      write: (chunk) => {
        text += chunk;
      },
    },
    ...options,
  });
  const lines = (): Record<string, unknown>[] =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, text: () => text, lines };
}

describe("log lines", () => {
  test("carry level, time, message, fields and those of the parents", () => {
    const { log, lines } = recorder();
    log.child({ connection: 7 }).info({ initiator: "iqn.x" }, "login");
    expect(lines()).toEqual([
      { level: "info", time: expect.stringMatching(/^\d{4}-.*Z$/), connection: 7, initiator: "iqn.x", msg: "login" },
    ]);
  });

  test("below the level are not written", () => {
    const { log, text } = recorder({ level: "warn" });
    log.info("no");
    log.warn("yes");
    expect(text()).toContain('"msg":"yes"');
    expect(text()).not.toContain("no");
  });

  test("have another least level from one moment on, those of children made before as well", () => {
    const { log, text } = recorder({ level: "info" });
    const child = log.child({ connection: 7 }).limited("key");
    log.setLevel("debug");
    child.debug("first");
    log.setLevel("warn");
    child.info("second");
    log.info("third");
    expect(text()).toContain("first");
    expect(text()).not.toMatch(/second|third/);
  });

  test("never show secrets, down to the third level", () => {
    const { log, text } = recorder();
    log.info({ secret: "s-one", chap: { secret: "s-two", mutual: { secret: "s-three" } }, CHAP_R: "s-four" }, "x");
    log.child({ mutualSecret: "s-five" }).info("y");
    expect(text()).not.toContain("s-");
    expect(text().match(/\[redacted\]/g)).toHaveLength(5);
  });

  test("are text for people in the pretty format, written at once", () => {
    const { log, text } = recorder({ format: "pretty" });
    log.info({ lun: 3 }, "hello");
    expect(text()).toMatch(/INFO.*hello\n\s+lun: 3\n/);
  });
});

describe("limited log lines", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("pass five times in a window, and the rest is told in one line at its end", () => {
    const { log, lines } = recorder();
    for (let i = 0; i < 12; i++) log.limited("k").warn({ i }, "refused");
    expect(lines()).toHaveLength(5);
    vi.advanceTimersByTime(10_000);
    expect(lines()).toHaveLength(6);
    expect(lines()[5]).toMatchObject({ level: "warn", repeated: 7, msg: '… "refused" repeated 7 times' });
  });

  test("pass again in the next window", () => {
    const { log, lines } = recorder({ limiter: { lines: 1 } });
    log.limited("k").warn("a");
    vi.advanceTimersByTime(10_000);
    log.limited("k").warn("b");
    expect(lines().map((line) => line["msg"])).toEqual(["a", "b"]);
  });

  test("of one key do not hold back another's", () => {
    const { log, lines } = recorder({ limiter: { lines: 1 } });
    log.limited("k").warn("a");
    log.limited("k").warn("a");
    log.limited("l").warn("b");
    expect(lines().map((line) => line["msg"])).toEqual(["a", "b"]);
  });

  test("are counted for all children together", () => {
    const { log, lines } = recorder({ limiter: { lines: 1 } });
    log.child({ c: 1 }).limited("k").warn("a");
    log.child({ c: 2 }).limited("k").warn("a");
    expect(lines()).toHaveLength(1);
  });

  test("are remembered for a bounded number of keys, and one that makes way tells its count", () => {
    const { log, lines } = recorder({ limiter: { lines: 1, keys: 2 } });
    log.limited("old").warn("old");
    log.limited("old").warn("old");
    log.limited("mid").warn("mid");
    log.limited("new").warn("new");
    expect(lines().map((line) => line["msg"])).toEqual(["old", "mid", '… "old" repeated 1 times', "new"]);
    expect(vi.getTimerCount()).toBe(2);
  });

  test("that are still held are told by flush", () => {
    const { log, lines } = recorder({ limiter: { lines: 1 } });
    log.limited("k").warn("a");
    log.limited("k").warn("a");
    log.flush();
    expect(lines()[1]).toMatchObject({ repeated: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
