/** A control socket that writes down every change that it is asked for, and answers what the test says. */
import { runCommandLine } from "../../src/cli/command-line.ts";
import type { Screen } from "../../src/cli/verb.ts";
import type { ControlAnswer, ControlRequest, Method, Route } from "../../src/control/routes.ts";
import { type ControlFixture, controlFixture } from "../support/control.ts";

export interface Asked {
  readonly method: Method;
  /** With the query. */
  readonly path: string;
  readonly body?: unknown;
}

type Answering = (request: ControlRequest) => unknown;

export interface FakeDaemon {
  readonly control: ControlFixture;
  /** What was asked for, GET left out. */
  readonly changes: Asked[];
  /** By method and path without the query: "PATCH /v1/config/volumes/vm01". Throwing refuses. */
  readonly answers: Map<string, Answering>;
  run(args: readonly string[], more?: { readonly screen?: Screen; readonly secrets?: string[] }): Promise<Ran>;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const NOTHING_TOUCHED = {
  generation: 8,
  plan: {
    steps: [{ action: "change", kind: "volume", name: "vm01", fields: [], effect: "an effect" }],
    refusals: [],
    restarts: [],
  },
  sessions: [],
};

export const TOUCHED = {
  session: { initiatorName: "iqn.h", address: "192.0.2.7:5000", targetIqn: "iqn.t", portalGroupTag: 1 },
  outcome: "unit attention",
  why: "the size of a LUN has changed",
  steps: [0],
};

export async function fakeDaemon(): Promise<FakeDaemon> {
  const changes: Asked[] = [];
  const answers = new Map<string, Answering>();
  const handle = (request: ControlRequest): ControlAnswer => {
    const { method, path, query, body } = request;
    if (method !== "GET") {
      const more = query.size === 0 ? "" : `?${query}`;
      changes.push({ method, path: path + more, ...(body === undefined || method === "DELETE" ? {} : { body }) });
    }
    const answer = answers.get(`${method} ${path}`);
    if (answer === undefined && method === "GET") throw new Error(`nobody has said what GET ${path} answers`);
    const value = answer === undefined ? NOTHING_TOUCHED : answer(request);
    const task = typeof value === "object" && value !== null && "task" in value;
    return { kind: "json", value, status: task && method !== "GET" ? 202 : method === "POST" ? 201 : 200 };
  };
  const parameters = ["dry_run", "force", "delete_file", "from", "limit"];
  const route = (method: Method, path: string): Route => ({ method, path, parameters, handle });
  const object = ["/v1/config/:kind/:id", "/v1/config/:kind/:id/:sub/:element"];
  const list = ["/v1/config/:kind", "/v1/config/:kind/:id/:sub"];
  const control = await controlFixture({
    routes: [
      ...list.flatMap((path) => (["GET", "POST", "PATCH"] as const).map((method) => route(method, path))),
      ...object.flatMap((path) => (["GET", "PUT", "PATCH", "DELETE"] as const).map((method) => route(method, path))),
      ...["/v1/tasks", "/v1/tasks/:id", "/v1/audit", "/v1/plan"].map((path) => route("GET", path)),
      ...["/v1/plan", "/v1/reload", "/v1/tasks/:id/cancel", "/v1/sessions/:tsih/kick"].map((path) => route("POST", path)),
    ],
  });
  return {
    control,
    changes,
    answers,
    run: async (args, { screen, secrets } = {}) => {
      const out: string[] = [];
      const err: string[] = [];
      const code = await runCommandLine([...args, "--socket", control.path], {
        out: (text) => out.push(text),
        err: (text) => err.push(text),
        screen,
        secret: secrets === undefined ? undefined : async () => secrets.shift() ?? "",
      });
      return { code, out: out.join("\n"), err: err.join("\n") };
    },
  };
}
