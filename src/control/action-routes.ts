/** What is done rather than configured: tasks are shown and cancelled, and a session is ended (PROTOCOL.md, "Actions"). */
import { actorOf } from "./audit-log.ts";
import { ControlError } from "./control-error.ts";
import type { ControlRequest, Route } from "./routes.ts";
import type { SessionStatus } from "./service.ts";
import type { Tasks } from "./tasks.ts";

/** A reason for people: one line of it is kept. */
const REASON_MAX_CHARACTERS = 200;

/** Told of each action, done or refused. Resolves once it is kept: the answer waits for that. */
export type ActionAudit = (
  request: ControlRequest,
  outcome: { readonly error?: string; readonly after?: unknown },
) => Promise<void>;

export interface ActionSource {
  readonly tasks: Tasks;
  sessions(): readonly SessionStatus[];
  /** Asks the initiator to log out, and closes its connection if it doesn't. */
  kick(tsih: number, actor: string, reason: string | undefined): void;
  /** Why the one on whose behalf the request comes may not do something that touches these volumes; undefined: it may. */
  obstacle(scope: string | undefined, volumes: readonly string[]): string | undefined;
  readonly audit: ActionAudit;
}

export function actionRoutes(source: ActionSource): readonly Route[] {
  const { tasks, audit } = source;
  const permit = ({ headers }: ControlRequest, volumes: readonly string[]): void => {
    const why = source.obstacle(headers.scope, volumes);
    if (why !== undefined) throw new ControlError("not-permitted", why);
  };
  const action = (path: string, act: (request: ControlRequest) => Readonly<Record<string, unknown>>): Route => ({
    method: "POST",
    path,
    parameters: [],
    handle: async (request) => {
      let value: Readonly<Record<string, unknown>>;
      try {
        value = act(request);
      } catch (error) {
        await audit(request, { error: error instanceof ControlError ? error.type : "internal-error" });
        throw error;
      }
      await audit(request, { after: value });
      return { kind: "json", value, status: 202 };
    },
  });
  const read = (path: string, value: (request: ControlRequest) => unknown): Route => ({
    method: "GET",
    path,
    parameters: [],
    handle: (request) => ({ kind: "json", value: value(request) }),
  });
  return [
    read("/v1/tasks", () => ({ tasks: tasks.list() })),
    read("/v1/tasks/:id", ({ params }) => ({ task: tasks.get(params["id"]!) })),
    action("/v1/tasks/:id/cancel", (request) => {
      noMembers(request, []);
      const { id, volume } = tasks.get(request.params["id"]!);
      permit(request, volume === undefined ? [] : [volume]);
      return { task: tasks.cancel(id, actorOf(request)) };
    }),
    action("/v1/sessions/:tsih/kick", (request) => {
      noMembers(request, ["reason"]);
      const reason = reasonOf(request);
      const tsih = request.params["tsih"]!;
      const session = source.sessions().find((one) => String(one.tsih) === tsih);
      if (session === undefined)
        throw new ControlError("unknown-object", `there is no session ${JSON.stringify(tsih.slice(0, 40))}`);
      permit(
        request,
        session.luns.map(({ volume }) => volume),
      );
      source.kick(session.tsih, actorOf(request), reason);
      return { session };
    }),
  ];
}

function noMembers({ body }: ControlRequest, known: readonly string[]): void {
  const unknown = Object.keys(body ?? {}).find((member) => !known.includes(member));
  if (unknown === undefined) return;
  const right = known.length === 0 ? "it takes none" : `it takes ${known.join(", ")}`;
  const message = `unknown member ${JSON.stringify(unknown.slice(0, 40))}: ${right}`;
  throw new ControlError("invalid-object", message, { errors: [{ message, pointer: `/${unknown.slice(0, 40)}` }] });
}

function reasonOf({ body }: ControlRequest): string | undefined {
  const reason = body?.["reason"];
  if (reason === undefined) return undefined;
  if (typeof reason === "string" && reason.length <= REASON_MAX_CHARACTERS && !/\p{Cc}/u.test(reason)) return reason;
  const message = `reason must be a text of at most ${REASON_MAX_CHARACTERS} characters in one line`;
  throw new ControlError("invalid-object", message, { errors: [{ message, pointer: "/reason" }] });
}
