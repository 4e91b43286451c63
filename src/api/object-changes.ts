/** Changes of configured objects, as they go to the daemon: what their routes have in common, and the actions of volumes and targets. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { requireRole } from "./caller.ts";
import type { DaemonAnswer, DaemonClient, DaemonMethod } from "./daemon-client.ts";
import { type JsonSchema, object, ref, string } from "./json-schema.ts";
import type { Item } from "./listing.ts";
import { ETAG_HEADER, header, IF_MATCH, type Operation, operation, pass, type RouteContext } from "./operation.ts";
import type { ProblemType } from "./problems.ts";
import { schemaOf } from "./schemas.ts";

interface Paths {
  readonly id?: string;
  readonly sub?: string;
}

export const ID_BOUND = { minLength: 1, maxLength: 1024 };

export const DRY_RUN: JsonSchema = {
  type: "boolean",
  default: false,
  description: "Changes nothing; the answer has the plan of the change.",
};
export const FORCE: JsonSchema = {
  type: "boolean",
  default: false,
  description: "Lets pass what would lose data, such as a smaller volume.",
};
export const DELETE_FILE: JsonSchema = {
  type: "boolean",
  default: false,
  description: "Removes the file of the volume as well, when Lunette has created it.",
};

export const parameters = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => object({}, properties);

export const REFUSALS: readonly ProblemType[] = [
  "unknown-object",
  "in-use",
  "defined-in-file",
  "change-refused",
  "changed-meanwhile",
  "too-many-changes",
  "outcome-unknown",
];
export const REFUSED_CREATION: readonly ProblemType[] = ["already-exists", "path-not-allowed", "store-failed"];

// ---- Actions ------------------------------------------------------------------------------------------

function action(options: {
  readonly id: string;
  readonly path: string;
  readonly schema: string;
  readonly summary: string;
  readonly description: string;
  readonly own: Readonly<Record<string, JsonSchema>>;
  readonly body: JsonSchema;
}): Operation {
  const { id, path, schema, summary, description, own, body } = options;
  return operation({
    ...{ id, tag: path, summary, description, role: requireRole(path, true), params: own, body },
    ...(body.required === undefined ? { bodyOptional: true } : {}),
    query: parameters({ dry_run: DRY_RUN }),
    headers: { "if-match": IF_MATCH },
    answers: {
      200: { what: "Done; with dry_run, what would be done.", schema: ref(`${schema}Answer`), headers: ETAG_HEADER },
      202: {
        what: "Going on: see the task.",
        schema: ref(`${schema}Answer`),
        headers: { location: string("Path of the task.") },
      },
    },
    problems: [...REFUSALS, "store-failed"],
  });
}

const NO_FIELDS = object({});

export function registerOnline(
  app: FastifyInstance,
  { client }: RouteContext,
  path: string,
  schema: string,
  one: string,
  own: Readonly<Record<string, JsonSchema>>,
): void {
  const what = {
    offline: [`Take ${one} away from hosts`, "Sets `online` to false; the data stays."],
    online: [`Give ${one} back to hosts`, "Sets `online` to true."],
  } as const;
  for (const [name, [summary, description]] of Object.entries(what)) {
    const id = `set${schema}${name === "online" ? "Online" : "Offline"}`;
    app.post(
      `/v1/${path}/:id/${name}`,
      action({ id, path, schema, summary, description, own, body: NO_FIELDS }),
      (request, reply) => patch(request, reply, client, path, { online: name === "online" }, false),
    );
  }
}

export function registerResize(app: FastifyInstance, { client }: RouteContext): void {
  const size = schemaOf("VolumeCreate").properties?.["size"] as JsonSchema;
  const own = { id: { ...string("Name of the volume."), ...ID_BOUND } };
  app.post(
    "/v1/volumes/:id/resize",
    action({
      ...{ id: "resizeVolume", path: "volumes", schema: "Volume", own },
      summary: "Resize a volume",
      description: "Hosts are told of the new size. A smaller one loses what is behind its end, and takes `force`.",
      body: object({ size }, { force: FORCE }),
    }),
    (request, reply) => {
      const { size: wanted, force } = request.body as { size: string | number; force?: boolean };
      return patch(request, reply, client, "volumes", { size: wanted }, force === true);
    },
  );
}

// ---- To the daemon, and its answer --------------------------------------------------------------------

/** /v1/volumes/vm01 is /v1/config/volumes/vm01 of the daemon; segments are written anew, whatever they held. */
export function daemonPath(request: FastifyRequest): string {
  const { id, sub } = request.params as Paths;
  const pattern = request.routeOptions.url ?? "";
  const path = pattern.replace(":id", () => encodeURIComponent(id ?? "")).replace(":sub", () => encodeURIComponent(sub ?? ""));
  return `/v1/config${path.slice("/v1".length)}`;
}

/** The daemon knows `name=1` and no other value. */
function flags(query: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query as Record<string, unknown>)
      .filter(([, value]) => value === true)
      .map(([name]) => [name, "1"]),
  );
}

export async function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  client: DaemonClient,
  method: DaemonMethod,
): Promise<FastifyReply> {
  // Live facts are not stored: an object that was read may be written back with them.
  const { status: _status, ...body } = (request.body ?? {}) as Record<string, unknown>;
  const answer = await client.ask({
    method,
    path: daemonPath(request),
    query: flags(request.query),
    ...(method === "DELETE" ? {} : { body }),
    ifMatch: header(request, "if-match"),
    ifNoneMatch: header(request, "if-none-match"),
    caller: request.caller,
  });
  return changed(request, reply, answer);
}

async function patch(
  request: FastifyRequest,
  reply: FastifyReply,
  client: DaemonClient,
  collection: string,
  body: Readonly<Record<string, unknown>>,
  force: boolean,
): Promise<FastifyReply> {
  const { id = "" } = request.params as Paths;
  const answer = await client.ask({
    method: "PATCH",
    path: `/v1/config/${collection}/${encodeURIComponent(id)}`,
    query: { ...flags(request.query), ...(force ? { force: "1" } : {}) },
    body,
    ifMatch: header(request, "if-match"),
    caller: request.caller,
  });
  return changed(request, reply, answer);
}

/** What is new, or still goes on, has a Location (RFC 9110 10.2.2). */
function changed(request: FastifyRequest, reply: FastifyReply, answer: DaemonAnswer): FastifyReply {
  const { object: made, task } = answer.body as { object?: Item; task?: { id: string } };
  if (answer.status === 202 && task !== undefined) reply.header("location", `/v1/tasks/${encodeURIComponent(task.id)}`);
  if (answer.status === 201 && made !== undefined) {
    const path = (request.url.split("?")[0] ?? "").replace(/\/$/, "");
    reply.header("location", request.method === "POST" ? `${path}/${encodeURIComponent(String(made["id"]))}` : path);
  }
  return pass(reply, answer);
}
