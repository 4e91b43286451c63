/** Opening volumes, and the end of that. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DEFAULT_LIMITS } from "../src/common/limits.ts";
import type { Logger } from "../src/common/logger.ts";
import type { Reactor } from "../src/reactor.ts";
import { LocalCoordinator } from "../src/scsi/coordinator.ts";
import { Volumes } from "../src/volumes.ts";
import { MemoryStore } from "./scsi/support/memory-store.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Volumes", () => {
  test("stopped while they are being opened leave no timer that would keep the process from its end", async () => {
    const reactor = { units: new Map() } as unknown as Reactor;
    const store = new MemoryStore();
    const log = {} as Logger;
    const volumes = new Volumes({
      reactor,
      coordinator: new LocalCoordinator(store),
      limits: DEFAULT_LIMITS,
      log,
      stateDir: "/nowhere",
      store,
      nodeUuid: "00112233-4455-6677-8899-aabbccddeeff",
    });
    const opening = volumes.open([], []);
    await volumes.stop();
    await opening;
    expect(vi.getTimerCount()).toBe(0);
  });
});
