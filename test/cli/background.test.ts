/** What takes long, and the verbs that look at the daemon rather than change objects. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { secretReader } from "../../src/cli/secret-input.ts";
import type { Screen } from "../../src/cli/verb.ts";
import { type FakeDaemon, fakeDaemon, NOTHING_TOUCHED } from "./fake-daemon.ts";

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await fakeDaemon();
});
afterEach(() => daemon.control.close());

const TASK = {
  id: "3",
  kind: "create-volume",
  volume: "vm01",
  state: "running",
  done: 0,
  total: 2 ** 30,
  started: "2026-11-21T10:00:00.000Z",
  actor: "uid:0",
};
const CREATE = ["volume", "create", "vm01", "--size", "1 GiB", "--create", "thick"];

/** The states of the task, one a poll. */
function taskGoes(...states: object[]): void {
  daemon.answers.set("POST /v1/config/volumes", () => ({ ...NOTHING_TOUCHED, task: TASK }));
  daemon.answers.set("GET /v1/tasks/3", () => ({
    task: { ...TASK, ...(states.length > 1 ? states.shift() : states[0]) },
  }));
}

function aScreen(): Screen & { text: string } {
  const screen = {
    text: "",
    columns: 80,
    rows: 24,
    colours: false,
    write: (text: string) => {
      screen.text += text;
    },
  };
  return screen;
}

describe("a creation that takes long", () => {
  test("tells each tenth where no terminal is, and then what was done", async () => {
    taskGoes({ done: 2 ** 28 }, { done: 2 ** 28 + 1 }, { done: 2 ** 29 }, { done: 2 ** 30, state: "succeeded" });
    expect(await daemon.run(CREATE)).toEqual({
      code: 0,
      out: 'created volume "vm01"',
      err: ["0 %", "25 %", "50 %", "100 %"].map((each) => `create-volume "vm01": ${each}`).join("\n"),
    });
  });

  test("shows a bar on a terminal, and wipes it away", async () => {
    taskGoes({ done: 2 ** 29 }, { done: 2 ** 30, state: "succeeded" });
    const screen = aScreen();
    expect(await daemon.run(CREATE, { screen })).toEqual({ code: 0, out: 'created volume "vm01"', err: "" });
    expect(screen.text).toContain('create-volume "vm01" [############------------] 50 %, 512.0 MiB of 1.0 GiB');
    expect(screen.text.endsWith("\r\u001b[K")).toBe(true);
  });

  test.each(["failed", "cancelled"])("that is %s ends with 1 and the reason", async (state) => {
    taskGoes({ state, error: "no space\u0007" });
    const { code, out, err } = await daemon.run(CREATE);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`lunette volume create: ${state}: no space?`);
  });

  test("is not waited for with --background, nor after Ctrl-C, and it is said how to end it", async () => {
    taskGoes({ done: 1 });
    const goesOn =
      'it goes on in the background as task 3: "lunette task show 3" says how far it is, "lunette task cancel 3" ends it';
    expect(await daemon.run([...CREATE, "--background"])).toEqual({ code: 0, out: "", err: goesOn });
    const listening = process.listenerCount("SIGINT");
    const running = daemon.run(CREATE);
    await expect.poll(() => process.listenerCount("SIGINT")).toBe(listening + 1);
    process.emit("SIGINT");
    expect(await running).toMatchObject({ code: 1, err: expect.stringContaining(goesOn) });
    expect(process.listenerCount("SIGINT")).toBe(listening);
  });

  test("gives programs the answer with the task as it ended", async () => {
    taskGoes({ done: 2 ** 30, state: "succeeded" });
    const { out } = await daemon.run([...CREATE, "--json"], { screen: aScreen() });
    expect(JSON.parse(out)).toEqual({ ...NOTHING_TOUCHED, task: { ...TASK, done: 2 ** 30, state: "succeeded" } });
  });
});

describe("tasks", () => {
  test("are listed with how far they are", async () => {
    daemon.answers.set("GET /v1/tasks", () => ({ tasks: [{ ...TASK, done: 2 ** 29 }] }));
    for (const args of [["tasks"], ["task", "list"]]) {
      const { out } = await daemon.run(args);
      expect(out.split("\n")[1]).toMatch(/^3 {5}create-volume "vm01" {2}running {2}50 % {2}.* {2}uid:0 {2}-$/);
    }
    daemon.answers.set("GET /v1/tasks", () => ({ tasks: [] }));
    expect((await daemon.run(["tasks"])).out).toBe("no tasks");
  });

  test("are cancelled", async () => {
    daemon.answers.set("POST /v1/tasks/3/cancel", () => ({ task: TASK }));
    expect(await daemon.run(["task", "cancel", "3"])).toEqual({ code: 0, out: "cancelled task 3", err: "" });
  });
});

describe("session kick", () => {
  test.each([
    ["7", 0],
    ["iqn.1998-01.com.VMware:esx-a", 0],
    ["8", 1],
    ["iqn.1998-01.com.vmware", 1],
  ])("%s ends with %i", async (what, code) => {
    daemon.answers.set("POST /v1/sessions/7/kick", ({ body }) => ({ session: { tsih: 7 }, body }));
    const ran = await daemon.run(["session", "kick", what, "--reason", "maintenance"]);
    expect(ran.code).toBe(code);
    expect(daemon.changes).toEqual(
      code === 0 ? [{ method: "POST", path: "/v1/sessions/7/kick", body: { reason: "maintenance" } }] : [],
    );
    expect(code === 0 ? ran.out : ran.err).toContain(code === 0 ? "session 7 of" : '"lunette sessions" lists them');
  });
});

describe("plan and reload", () => {
  const answer = { plan: NOTHING_TOUCHED.plan, sessions: [], files: [], warnings: [] };

  test("plan of a file sends its text with its full name", async () => {
    const file = path.join(path.dirname(daemon.control.path), "next.toml");
    writeFileSync(file, "[node]\n");
    daemon.answers.set("POST /v1/plan", () => answer);
    expect((await daemon.run(["plan", file])).code).toBe(2);
    expect(daemon.changes).toEqual([{ method: "POST", path: "/v1/plan", body: { file, text: "[node]\n" } }]);
    expect(await daemon.run(["plan", `${file}.none`])).toMatchObject({
      code: 1,
      err: expect.stringContaining("can't be read"),
    });
  });

  test("reload asks for force only when told to", async () => {
    daemon.answers.set("POST /v1/reload", () => answer);
    await daemon.run(["reload"]);
    await daemon.run(["reload", "--force"]);
    expect(daemon.changes.map(({ body }) => body ?? {})).toEqual([{}, { force: true }]);
  });
});

describe("audit", () => {
  const ENTRY = { sequence: 4, at: "2026-11-21T10:00:00.000Z", actor: "uid:0", method: "PATCH", path: "/v1/config/volumes/v" };
  const entries = [
    { ...ENTRY, outcome: "applied", generation: 9 },
    { ...ENTRY, sequence: 5, actor: "api-key:\u001b[2J", outcome: "refused", error: { type: "in-use", message: "m" } },
  ];

  test("says who did what, and what became of it", async () => {
    daemon.answers.set("GET /v1/audit", ({ query }) => ({ entries, next: 6, oldest: 1, asked: String(query) }));
    const lines = (await daemon.run(["audit"])).out.replaceAll(/^\S+ \S+/gm, "NOW").split("\n");
    expect(lines).toEqual([
      "NOW  applied  uid:0  PATCH /v1/config/volumes/v  generation 9",
      "NOW  refused  api-key:?[2J  PATCH /v1/config/volumes/v  in-use: m",
    ]);
    const json = (await daemon.run(["audit", "--json", "--last", "2"])).out.split("\n");
    expect(json.map((line) => JSON.parse(line))).toEqual(entries);
  });

  test("of nothing says so, and a wrong number is not understood", async () => {
    daemon.answers.set("GET /v1/audit", () => ({ entries: [], next: 1, oldest: 1 }));
    expect((await daemon.run(["audit"])).out).toBe("no changes");
    expect((await daemon.run(["audit", "--last", "-1"])).code).toBe(2);
  });
});

describe("secrets from standard input", () => {
  test("are lines of a pipe, one a question, however the bytes come", async () => {
    const input = new PassThrough();
    const prompts: string[] = [];
    const next = secretReader(input, (text) => prompts.push(text));
    const first = next("first: ");
    input.write("one");
    input.write("-secret\r\ntwo-");
    expect(await first).toBe("one-secret");
    const second = next("second: ");
    input.end("secret");
    expect(await second).toBe("two-secret");
    expect(await next("third: ")).toBe("");
    expect(prompts).toEqual([]);
  });

  test("are typed on a terminal without echo, with a prompt and with corrections", async () => {
    const modes: boolean[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY: true as const,
      setRawMode: (mode: boolean) => void modes.push(mode),
    });
    const prompts: string[] = [];
    const next = secretReader(input as never, (text) => prompts.push(text));
    const typed = next("Secret: ");
    input.write("abcx\u007fd\r");
    expect(await typed).toBe("abcd");
    expect([modes, prompts]).toEqual([
      [true, false],
      ["Secret: ", "\n"],
    ]);
  });
});
