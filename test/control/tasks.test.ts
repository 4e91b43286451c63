/** What takes longer than an answer may, and what is done by hand: /v1/tasks and the end of a session. */
import { describe, expect, it } from "vitest";
import { type ActionSource, actionRoutes } from "../../src/control/action-routes.ts";
import type { ControlError } from "../../src/control/control-error.ts";
import type { ControlRequest } from "../../src/control/routes.ts";
import { Tasks } from "../../src/control/tasks.ts";
import { fakeService, memoryEvents } from "../support/control.ts";

const CREATION = { kind: "create-volume", volume: "one", total: 100, actor: "uid:7" } as const;

describe("Tasks", () => {
  it("tell how far the work is, and how it ended", () => {
    const tasks = new Tasks(() => ({ tasks_kept: 10 }));
    const [good, bad] = [tasks.begin(CREATION), tasks.begin(CREATION)];
    good.progress(40);
    expect(tasks.get(good.task.id)).toMatchObject({ ...CREATION, state: "running", done: 40 });
    good.end();
    bad.end(new Error("no space"));
    good.end(new Error("too late"));
    expect(tasks.list()).toMatchObject([
      { state: "failed", error: "no space", done: 0 },
      { state: "succeeded", done: 100, ended: expect.any(String) },
    ]);
  });

  it("that are cancelled end when the work has stopped, and say so", () => {
    const tasks = new Tasks(() => ({ tasks_kept: 10 }));
    const running = tasks.begin(CREATION);
    expect(tasks.cancel(running.task.id, "uid:8").state).toBe("running");
    expect(running.signal.aborted).toBe(true);
    running.end(running.signal.reason as Error);
    expect(tasks.get(running.task.id)).toMatchObject({ state: "cancelled", error: "cancelled by uid:8" });
    expect(() => tasks.cancel(running.task.id, "uid:8")).toThrow("has been cancelled");
  });

  it("that have ended make way when there are more than tasks_kept, the oldest first; what runs stays", () => {
    const limits = { tasks_kept: 2 };
    const tasks = new Tasks(() => limits);
    const runs = tasks.begin(CREATION);
    const ended = [1, 2, 3].map(() => tasks.begin(CREATION));
    for (const task of ended) task.end();
    const kept = [ended[2]!, ended[1]!, runs].map(({ task }) => task.id);
    expect(tasks.list().map(({ id }) => id)).toEqual(kept);
    expect(() => tasks.get(ended[0]!.task.id)).toThrow("there is no task");
  });
});

describe("actions", () => {
  const tasks = new Tasks(() => ({ tasks_kept: 10 }));
  const done: unknown[] = [];
  const source: ActionSource = {
    tasks,
    sessions: () => fakeService(memoryEvents()).sessions(),
    kick: (...kicked) => done.push(kicked),
    obstacle: (scope, volumes) => (scope === undefined ? undefined : `not with ${volumes.join(", ")}`),
    audit: async (request, outcome) => {
      // The answer waits until the entry is kept.
      await new Promise((resolve) => setTimeout(resolve, 5));
      done.push([request.path, outcome.error ?? "done"]);
    },
  };
  const routes = actionRoutes(source);
  async function act(path: string, params: Record<string, string>, more: Partial<ControlRequest> = {}): Promise<unknown> {
    const route = routes.find((one) => one.path === path)!;
    const request = { path, params, headers: {}, peer: { pid: 1, uid: 7, gid: 7 }, body: {}, ...more } as ControlRequest;
    done.length = 0;
    try {
      return await route.handle(request);
    } catch (error) {
      return (error as ControlError).type;
    }
  }
  const KICK = "/v1/sessions/:tsih/kick";
  const { tsih } = source.sessions()[0]!;

  it("end a session for the one who asks, with a reason", async () => {
    const headers = { actor: "api-key:ops" };
    expect(await act(KICK, { tsih: String(tsih) }, { headers, body: { reason: "moved" } })).toMatchObject({ status: 202 });
    expect(done).toEqual([
      [tsih, "api-key:ops", "moved"],
      [KICK, "done"],
    ]);
  });

  it.each([
    ["an unknown session", { tsih: "65000" }, {}, "unknown-object"],
    ["a session that is no number", { tsih: " 1" }, {}, "unknown-object"],
    ["a reason of two lines", { tsih: String(tsih) }, { body: { reason: "a\nb" } }, "invalid-object"],
    ["a member that there is not", { tsih: String(tsih) }, { body: { force: true } }, "invalid-object"],
    ["one who may not", { tsih: String(tsih) }, { headers: { scope: "{}" } }, "not-permitted"],
  ])("are refused for %s, and that is in the audit log", async (_what, params, more, type) => {
    expect(await act(KICK, params, more)).toBe(type);
    expect(done).toEqual([[KICK, type]]);
  });

  it("show and cancel tasks", async () => {
    const { task } = tasks.begin(CREATION);
    expect(await act("/v1/tasks", {})).toMatchObject({ value: { tasks: [{ id: task.id }] } });
    expect(await act("/v1/tasks/:id", { id: task.id })).toMatchObject({ value: { task: { state: "running" } } });
    expect(await act("/v1/tasks/:id/cancel", { id: task.id }, { headers: { scope: "{}" } })).toBe("not-permitted");
    expect(await act("/v1/tasks/:id/cancel", { id: task.id })).toMatchObject({ status: 202, value: { task: { id: task.id } } });
    expect(await act("/v1/tasks/:id", { id: "none" })).toBe("unknown-object");
  });
});
