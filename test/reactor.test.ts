/** A session that the target ends. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../src/common/limits.ts";
import type { Session } from "../src/iscsi/session.ts";
import { Reactor } from "../src/reactor.ts";
import { LocalCoordinator } from "../src/scsi/coordinator.ts";
import { recordingLog } from "./support/control.ts";

let reactor: Reactor;
beforeEach(() => {
  const nobody = {} as never;
  const limits = { ...DEFAULT_LIMITS, buffer_bytes: 32 * 1024 * 1024 };
  reactor = new Reactor({
    limits,
    log: recordingLog().log,
    coordinator: new LocalCoordinator(),
    policy: nobody,
    directory: nobody,
  });
});
afterEach(() => reactor.close());

function session(state: string) {
  const asked: number[] = [];
  const connection = { state, phase: { shutDown: (seconds: number) => asked.push(seconds) }, close: () => {} };
  return { asked, session: { connection } as unknown as Session };
}

it("is asked to log out once, however often somebody ends it", () => {
  const { asked, session: one } = session("full-feature");
  reactor.endSession(one, 0, "ended by hand");
  reactor.endSession(one, 0, "the configuration has changed");
  expect(asked).toEqual([0]);
});

it("is not asked any more when its connection is gone", () => {
  const { asked, session: one } = session("closed");
  reactor.endSession(one, 0, "ended by hand");
  expect(asked).toEqual([]);
});
