import { describe, expect, test } from "vitest";
import { serviceManager } from "../../src/control/sd-notify.ts";

function record(env: Record<string, string>): { sent: [string, string][]; manager: ReturnType<typeof serviceManager> } {
  const sent: [string, string][] = [];
  const send = (path: Uint8Array, message: Uint8Array): void => {
    sent.push([Buffer.from(path).toString(), Buffer.from(message).toString()]);
  };
  const fail = (error: unknown): never => {
    throw error;
  };
  return { sent, manager: serviceManager(env, 42, send, fail) };
}

describe("the service manager", () => {
  test("is told every state in its words", () => {
    const { sent, manager } = record({ NOTIFY_SOCKET: "/run/notify" });
    manager.ready();
    manager.status("3 sessions\nREADY=1");
    manager.alive();
    manager.stopping();
    expect(sent).toEqual(
      ["READY=1", "STATUS=3 sessions READY=1", "WATCHDOG=1", "STOPPING=1"].map((line) => ["/run/notify", line]),
    );
  });

  test("is reached in the abstract namespace through a leading zero byte", () => {
    const { sent, manager } = record({ NOTIFY_SOCKET: "@lunette" });
    manager.ready();
    expect(sent).toEqual([["\0lunette", "READY=1"]]);
  });

  test.each([{}, { NOTIFY_SOCKET: "" }, { NOTIFY_SOCKET: "vsock:2:1234" }])(
    "is not told anything with %j",
    (env: Record<string, string>) => {
      const { sent, manager } = record({ ...env, WATCHDOG_USEC: "1000000" });
      manager.ready();
      expect(sent).toEqual([]);
      expect(manager.watchdogMs).toBeUndefined();
    },
  );

  test.each([
    [{ WATCHDOG_USEC: "30000000" }, 15_000],
    [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "42" }, 15_000],
    [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "43" }, undefined],
    [{ WATCHDOG_USEC: "soon" }, undefined],
    [{}, undefined],
  ])("asks with %j for a sign of life every %s ms", (env: Record<string, string>, expected) => {
    expect(record({ NOTIFY_SOCKET: "/run/notify", ...env }).manager.watchdogMs).toBe(expected);
  });

  test("that can't be reached does not stop the caller", () => {
    const failures: unknown[] = [];
    const broken = (): never => {
      throw new Error("ECONNREFUSED");
    };
    serviceManager({ NOTIFY_SOCKET: "/run/notify" }, 42, broken, (error) => failures.push(error)).ready();
    expect(failures).toEqual([new Error("ECONNREFUSED")]);
  });
});
