/** What is asked rather than configured: status, lists of what runs, explain, plan, reload, tasks, audit and API keys. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { requireRole } from "./caller.ts";
import type { DaemonMethod } from "./daemon-client.ts";
import { array, boolean, type JsonSchema, object, ref, string } from "./json-schema.ts";
import { type Item, listParameters, pageOf, scalarMembers } from "./listing.ts";
import { operation, pass, type RouteContext } from "./operation.ts";
import { Problem } from "./problems.ts";
import { schemaOf } from "./schemas.ts";

/** Lists that the daemon gives whole, as `{[member]: […]}`. */
const LISTS = [
  { path: "sessions", member: "sessions", schema: "Session", key: "tsih", id: "listSessions", summary: "List sessions" },
  {
    path: "connections",
    member: "connections",
    schema: "Connection",
    key: "address",
    id: "listConnections",
    summary: "List connections",
  },
  {
    path: "luns",
    member: "luns",
    schema: "LunStatus",
    key: "volume",
    id: "listLuns",
    summary: "List volumes as hosts see them",
  },
  { path: "tasks", member: "tasks", schema: "Task", key: "id", id: "listTasks", summary: "List tasks" },
  { path: "api-keys", member: "items", schema: "ApiKey", key: "name", id: "listApiKeys", summary: "List API keys" },
] as const;

const TSIH: JsonSchema = { type: "string", pattern: "^[0-9]{1,5}$", description: "TSIH of the session." };
const NAME_BOUND = { minLength: 1, maxLength: 1024 };
const FROM: JsonSchema = {
  type: "integer",
  minimum: 0,
  description: "Sequence of the first that is wanted; without it: the newest.",
};
const NO_PARAMETERS = object({});

export function registerQuestions(app: FastifyInstance, context: RouteContext): void {
  for (const list of LISTS) registerList(app, context, list);
  registerStatus(app, context);
  registerSessions(app, context);
  registerTasks(app, context);
  registerPlan(app, context);
  registerAudit(app, context);
  registerKeys(app, context);
  registerCaller(app);
}

function registerList(app: FastifyInstance, { client, bounds }: RouteContext, list: (typeof LISTS)[number]): void {
  const { path, member, schema, key, id, summary } = list;
  const members = scalarMembers(schemaOf(schema), schemaOf);
  app.get(
    `/v1/${path}`,
    operation({
      ...{ id, tag: path, summary, role: requireRole(path, false), query: listParameters(members, bounds) },
      description: "Any scalar member filters by equality.",
      answers: {
        200: {
          what: "One page.",
          schema: object({ items: array(ref(schema)) }, { next: string("`cursor` of the next page.") }),
        },
      },
      problems: [],
    }),
    async (request, reply) => {
      const { body } = await client.ask({ method: "GET", path: `/v1/${path}`, caller: request.caller });
      const items = (body as Readonly<Record<string, readonly Item[]>>)[member] ?? [];
      return reply.send(pageOf(items, request.query as Record<string, unknown>, members, key, bounds));
    },
  );
}

function registerStatus(app: FastifyInstance, context: RouteContext): void {
  const questions = [
    { path: "status", id: "getStatus", schema: "NodeStatus", summary: "How the daemon is" },
    { path: "top", id: "getTop", schema: "TopSample", summary: "Counters for rates" },
  ];
  for (const { path, id, schema, summary } of questions) {
    app.get(
      `/v1/${path}`,
      operation({
        ...{ id, tag: "status", summary, role: "read" },
        answers: { 200: { what: "At this moment.", schema: ref(schema) } },
        problems: [],
      }),
      (request, reply) => hand(request, reply, context, "GET", `/v1/${path}`),
    );
  }
  app.get(
    "/v1/explain",
    operation({
      ...{ id: "explain", tag: "status", summary: "Why an initiator does or does not see its disks", role: "read" },
      query: object(
        { initiator: { ...string("iSCSI name of the initiator."), minLength: 1, maxLength: 512 } },
        {
          address: { ...string("IP address that it comes from."), maxLength: 100 },
          portal_group: {
            type: "integer",
            minimum: 1,
            maximum: 65535,
            description: "Tag of the portal group that it connects to.",
          },
        },
      ),
      answers: { 200: { what: "The steps of its login at every target.", schema: ref("Explanation") } },
      problems: [],
    }),
    (request, reply) => hand(request, reply, context, "GET", "/v1/explain"),
  );
}

function registerSessions(app: FastifyInstance, context: RouteContext): void {
  const path = (request: FastifyRequest): string => `/v1/sessions/${(request.params as { tsih: string }).tsih}`;
  app.get(
    "/v1/sessions/:tsih",
    operation({
      ...{
        id: "getSession",
        tag: "sessions",
        summary: "Get a session",
        role: requireRole("sessions", false),
        params: { tsih: TSIH },
      },
      answers: { 200: { what: "The session.", schema: ref("Session") } },
      problems: ["unknown-object"],
    }),
    async (request, reply) => {
      const { tsih } = request.params as { tsih: string };
      const { body } = await context.client.ask({ method: "GET", path: "/v1/sessions", caller: request.caller });
      const session = (body as { sessions: readonly Item[] }).sessions.find((each) => each["tsih"] === Number(tsih));
      if (session === undefined) throw new Problem("unknown-object", `there is no session ${tsih}`);
      return reply.send(session);
    },
  );
  app.post(
    "/v1/sessions/:tsih/kick",
    operation({
      ...{
        id: "kickSession",
        tag: "sessions",
        summary: "End a session",
        role: requireRole("sessions", true),
        params: { tsih: TSIH },
      },
      description: "The initiator is asked to log out, and is cut off if it does not.",
      body: object({}, { reason: { ...string("For the event log."), maxLength: 200 } }),
      bodyOptional: true,
      answers: { 202: { what: "It was asked to.", schema: object({ session: ref("Session") }) } },
      problems: ["unknown-object", "outcome-unknown"],
    }),
    (request, reply) => hand(request, reply, context, "POST", `${path(request)}/kick`),
  );
}

function registerTasks(app: FastifyInstance, context: RouteContext): void {
  const params = { id: { ...string("Id of the task."), ...NAME_BOUND } };
  const path = (request: FastifyRequest): string => `/v1/tasks/${encodeURIComponent((request.params as { id: string }).id)}`;
  app.get(
    "/v1/tasks/:id",
    operation({
      ...{ id: "getTask", tag: "tasks", summary: "Get a task", role: requireRole("tasks", false), params },
      answers: { 200: { what: "The task.", schema: ref("Task") } },
      problems: ["unknown-object"],
    }),
    async (request, reply) => {
      const { body } = await context.client.ask({ method: "GET", path: path(request), caller: request.caller });
      return reply.send((body as { task: unknown }).task);
    },
  );
  app.post(
    "/v1/tasks/:id/cancel",
    operation({
      ...{ id: "cancelTask", tag: "tasks", summary: "Cancel a task", role: requireRole("tasks", true), params },
      body: NO_PARAMETERS,
      bodyOptional: true,
      answers: { 202: { what: "It was told to end.", schema: object({ task: ref("Task") }) } },
      problems: ["unknown-object", "change-refused", "outcome-unknown"],
    }),
    (request, reply) => hand(request, reply, context, "POST", `${path(request)}/cancel`),
  );
}

function registerPlan(app: FastifyInstance, context: RouteContext): void {
  app.get(
    "/v1/plan",
    operation({
      ...{ id: "getPlan", tag: "configuration", summary: "What a reload would change", role: "read" },
      answers: { 200: { what: "Nothing has changed.", schema: ref("PlanAnswer") } },
      problems: ["invalid-configuration"],
    }),
    (request, reply) => hand(request, reply, context, "GET", "/v1/plan"),
  );
  app.post(
    "/v1/plan",
    operation({
      // Files that the text names are looked at, so it takes what a reload takes.
      ...{
        id: "planText",
        tag: "configuration",
        summary: "What another configuration file would change",
        role: requireRole("reload", true),
      },
      body: object({
        file: { ...string("Name of the file, for messages and for what the text names relative to it."), maxLength: 4096 },
        text: string("Its contents, TOML."),
      }),
      answers: { 200: { what: "Nothing has changed.", schema: ref("PlanAnswer") } },
      problems: ["invalid-configuration"],
    }),
    (request, reply) => hand(request, reply, context, "POST", "/v1/plan", true),
  );
  app.post(
    "/v1/reload",
    operation({
      ...{ id: "reload", tag: "configuration", summary: "Apply the configuration files", role: requireRole("reload", true) },
      body: object({}, { force: boolean("Lets pass what would lose data.") }),
      bodyOptional: true,
      answers: { 200: { what: "Applied.", schema: ref("PlanAnswer") } },
      problems: ["reload-refused", "invalid-configuration", "too-many-changes", "outcome-unknown"],
    }),
    (request, reply) => hand(request, reply, context, "POST", "/v1/reload"),
  );
}

function registerAudit(app: FastifyInstance, context: RouteContext): void {
  app.get(
    "/v1/audit",
    operation({
      ...{ id: "listAudit", tag: "configuration", summary: "Who has changed what", role: requireRole("audit", false) },
      query: object({}, { from: FROM, limit: { type: "integer", minimum: 1, maximum: context.bounds.page_items } }),
      answers: { 200: { what: "Changes and refused ones, in commit order.", schema: ref("AuditPage") } },
      problems: [],
    }),
    (request, reply) => hand(request, reply, context, "GET", "/v1/audit"),
  );
}

/** So that a client knows what it may try: the console shows its buttons by it. */
function registerCaller(app: FastifyInstance): void {
  app.get(
    "/v1/whoami",
    operation({
      ...{ id: "whoAmI", tag: "api-keys", summary: "Whose key or certificate this is", role: "read" },
      answers: { 200: { what: "The caller.", schema: ref("Caller") } },
      problems: [],
    }),
    (request, reply) => reply.send(request.caller),
  );
}

function registerKeys(app: FastifyInstance, context: RouteContext): void {
  const role = requireRole("api-keys", true);
  const params = { name: { ...string("Name of the key."), ...NAME_BOUND } };
  const path = (request: FastifyRequest): string =>
    `/v1/api-keys/${encodeURIComponent((request.params as { name: string }).name)}`;
  const answers = { 200: { what: "The key, without its secret.", schema: ref("ApiKey") } };
  app.post(
    "/v1/api-keys",
    operation({
      ...{ id: "createApiKey", tag: "api-keys", summary: "Make an API key", role, body: ref("ApiKeyCreate") },
      answers: { 201: { what: "Made. This is the only time that the key is shown.", schema: ref("ApiKeyMade") } },
      problems: ["already-exists", "change-refused", "store-failed", "outcome-unknown"],
    }),
    (request, reply) => hand(request, reply, context, "POST", "/v1/api-keys"),
  );
  app.get(
    "/v1/api-keys/:name",
    operation({
      ...{ id: "getApiKey", tag: "api-keys", summary: "Get an API key", role: requireRole("api-keys", false), params, answers },
      problems: ["unknown-object"],
    }),
    (request, reply) => hand(request, reply, context, "GET", path(request)),
  );
  app.delete(
    "/v1/api-keys/:name",
    operation({
      ...{ id: "revokeApiKey", tag: "api-keys", summary: "Revoke an API key", role, params, answers },
      problems: ["unknown-object", "store-failed", "outcome-unknown"],
    }),
    (request, reply) => hand(request, reply, context, "DELETE", path(request)),
  );
}

/** Asks the daemon the same, and answers as it does. */
async function hand(
  request: FastifyRequest,
  reply: FastifyReply,
  { client }: RouteContext,
  method: DaemonMethod,
  path: string,
  question = false,
): Promise<FastifyReply> {
  const query = Object.entries((request.query ?? {}) as Record<string, unknown>).map(([name, value]) => [name, String(value)]);
  const answer = await client.ask({
    ...{ method, path, query: Object.fromEntries(query), caller: request.caller },
    ...(method === "POST" ? { body: request.body as Record<string, unknown> } : {}),
    ...(question ? { question } : {}),
  });
  return pass(reply, answer);
}
