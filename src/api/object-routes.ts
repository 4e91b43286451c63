/** The configured objects: list, get, create, replace, change, delete, of every row of resources.ts. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ApiBounds } from "./bounds.ts";
import { requireRole } from "./caller.ts";
import type { DaemonAnswer, DaemonClient, DaemonMethod } from "./daemon-client.ts";
import { array, type JsonSchema, object, ref, string } from "./json-schema.ts";
import { type Item, listParameters, type Members, pageOf, scalarMembers } from "./listing.ts";
import { withStatus } from "./live-facts.ts";
import { ETAG_HEADER, header, IF_MATCH, IF_NONE_MATCH, isNamed, type Operation, operation, pass } from "./operation.ts";
import type { ProblemType } from "./problems.ts";
import { COLLECTIONS, SINGLETONS } from "./resources.ts";
import { schemaOf } from "./schemas.ts";

export interface RouteContext {
  readonly client: DaemonClient;
  readonly bounds: ApiBounds;
}

interface Paths {
  readonly id?: string;
  readonly sub?: string;
}

/** What one set of routes is about. */
interface Subject {
  /** After /v1: "/targets/:id/luns". */
  readonly path: string;
  readonly collection: string;
  readonly schema: string;
  readonly many: string;
  readonly one: string;
  readonly tag: string;
  readonly params: Readonly<Record<string, JsonSchema>>;
  /** The parameter of one object. */
  readonly own: Readonly<Record<string, JsonSchema>>;
  readonly fields: boolean;
  readonly file: boolean;
  readonly live: boolean;
}

const ID_BOUND = { minLength: 1, maxLength: 1024 };

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
const DELETE_FILE: JsonSchema = {
  type: "boolean",
  default: false,
  description: "Removes the file of the volume as well, when Lunette has created it.",
};

const parameters = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => object({}, properties);

const REFUSALS: readonly ProblemType[] = ["unknown-object", "in-use", "defined-in-file", "change-refused", "changed-meanwhile"];
const REFUSED_CREATION: readonly ProblemType[] = ["already-exists", "path-not-allowed", "store-failed"];

export function registerObjects(app: FastifyInstance, context: RouteContext): void {
  for (const { path, schema, many, one, id, parts, file, online } of COLLECTIONS) {
    const own = { id: { ...string(id), ...ID_BOUND } };
    const tag = path;
    const live = schemaOf(schema).properties?.["status"] !== undefined;
    registerSubject(app, context, {
      ...{ path: `/${path}`, collection: path, schema, many, one, tag, own, live },
      ...{ params: {}, fields: true, file: file === true },
    });
    if (online === true) registerOnline(app, context, path, schema, one, own);
    for (const part of parts) {
      registerSubject(app, context, {
        ...{ path: `/${path}/:id/${part.path}`, collection: path, schema: part.schema, many: part.many, one: part.one, tag },
        ...{
          params: own,
          own: { ...own, sub: { ...string(part.id), ...ID_BOUND } },
          fields: part.fields,
          file: false,
          live: false,
        },
      });
    }
  }
  registerResize(app, context);
  for (const { path, schema, one } of SINGLETONS) registerSingleton(app, context, path, schema, one);
}

function registerSubject(app: FastifyInstance, context: RouteContext, subject: Subject): void {
  const { path, collection, schema, many, one, tag, params, own, fields, file, live } = subject;
  const { client, bounds } = context;
  const members = scalarMembers(schemaOf(schema), schemaOf);
  const isPart = "sub" in own;
  const onePath = `/v1${path}/:${isPart ? "sub" : "id"}`;
  const title = many.endsWith("s") ? many.replace(/s$/, "") : many;
  const changing = requireRole(collection, true);
  const change = ref(`${schema}Answer`);
  const headers = { "if-match": IF_MATCH, "if-none-match": IF_NONE_MATCH };
  const query = { dry_run: DRY_RUN, force: FORCE };
  const changed = { what: "Done; with dry_run, what would be done.", schema: change, headers: ETAG_HEADER };
  const made = { what: "Made.", schema: change, headers: { ...ETAG_HEADER, location: string("Path of the new object.") } };
  const going = { what: "Going on: see the task.", schema: change, headers: { location: string("Path of the task.") } };
  const refusals = [...REFUSALS, ...REFUSED_CREATION];

  app.get(
    `/v1${path}`,
    operation({
      ...{ id: `list${many}`, tag, summary: `List ${spaced(many)}`, role: requireRole(collection, false) },
      description: "Any scalar member filters by equality.",
      params,
      query: listParameters(members, bounds),
      answers: {
        200: {
          what: "One page.",
          schema: object({ items: array(ref(schema)) }, { next: string("`cursor` of the next page.") }),
        },
      },
      problems: isPart ? ["unknown-object"] : [],
    }),
    (request, reply) => list(request, reply, context, collection, live, members),
  );
  app.post(
    `/v1${path}`,
    operation({
      ...{ id: `create${title}`, tag, summary: `Create ${one}`, role: changing, params },
      description: "Naming what is there already, with the fields that it has, changes nothing and succeeds (200).",
      query: parameters(query),
      headers,
      body: ref(`${schema}Create`),
      answers: { 200: changed, 201: made, 202: going },
      problems: refusals,
    }),
    (request, reply) => forward(request, reply, client, "POST"),
  );
  app.get(
    onePath,
    operation({
      ...{ id: `get${title}`, tag, summary: `Get ${one}`, role: requireRole(collection, false), params: own },
      headers: { "if-none-match": IF_NONE_MATCH },
      answers: {
        200: { what: "The object.", schema: ref(schema), headers: ETAG_HEADER },
        304: { what: "It still has the ETag of If-None-Match." },
      },
      problems: ["unknown-object"],
    }),
    (request, reply) => get(request, reply, client, collection, live),
  );
  app.put(
    onePath,
    operation({
      ...{ id: `replace${title}`, tag, summary: `Create or replace ${one}`, role: changing, params: own },
      description: "What the body leaves out has its default afterwards.",
      query: parameters(query),
      headers,
      body: ref(`${schema}Replace`),
      answers: { 200: changed, 201: made, 202: going },
      problems: refusals,
    }),
    (request, reply) => forward(request, reply, client, "PUT"),
  );
  if (fields) {
    app.patch(
      onePath,
      operation({
        ...{ id: `change${title}`, tag, summary: `Change ${one}`, role: changing, params: own, patch: true },
        description: "A merge patch (RFC 7396): null removes a field, so that it has its default. Lists are replaced whole.",
        query: parameters(query),
        headers,
        body: ref(`${schema}Change`),
        answers: { 200: changed, 202: going },
        problems: refusals,
      }),
      (request, reply) => forward(request, reply, client, "PATCH"),
    );
  }
  app.delete(
    onePath,
    operation({
      ...{ id: `delete${title}`, tag, summary: `Delete ${one}`, role: changing, params: own },
      description: "Refused while something uses it; `uses` says what.",
      query: parameters({ dry_run: DRY_RUN, force: FORCE, ...(file ? { delete_file: DELETE_FILE } : {}) }),
      headers: { "if-match": IF_MATCH },
      answers: { 200: changed, 202: going },
      problems: [...REFUSALS, "store-failed"],
    }),
    (request, reply) => forward(request, reply, client, "DELETE"),
  );
}

function registerSingleton(app: FastifyInstance, { client }: RouteContext, path: string, schema: string, one: string): void {
  const role = requireRole(path, true);
  const url = `/v1/${path}`;
  const write = {
    tag: "settings",
    role,
    query: parameters({ dry_run: DRY_RUN, force: FORCE }),
    headers: { "if-match": IF_MATCH },
    answers: { 200: { what: "Done.", schema: ref(`${schema}Answer`), headers: ETAG_HEADER } },
    problems: [...REFUSALS, "store-failed"] as const,
  };
  app.get(
    url,
    operation({
      ...{ id: `get${schema}`, tag: "settings", summary: `Get ${one}`, role: requireRole(path, false) },
      headers: { "if-none-match": IF_NONE_MATCH },
      answers: {
        200: { what: "The settings.", schema: ref(schema), headers: ETAG_HEADER },
        304: { what: "They still have the ETag of If-None-Match." },
      },
      problems: [],
    }),
    (request, reply) => get(request, reply, client, path, false),
  );
  app.put(
    url,
    operation({ ...write, id: `replace${schema}`, summary: `Replace ${one}`, body: ref(`${schema}Replace`) }),
    (request, reply) => forward(request, reply, client, "PUT"),
  );
  app.patch(
    url,
    operation({
      ...{ ...write, id: `change${schema}`, summary: `Change ${one}`, body: ref(`${schema}Change`), patch: true },
      description: "A merge patch (RFC 7396): null removes a field, so that it has its default.",
    }),
    (request, reply) => forward(request, reply, client, "PATCH"),
  );
}

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

function registerOnline(
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

function registerResize(app: FastifyInstance, { client }: RouteContext): void {
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

/** /v1/volumes/vm01 is /v1/config/volumes/vm01 of the daemon; segments are written anew, whatever they held. */
function daemonPath(request: FastifyRequest): string {
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

async function forward(
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

async function list(
  request: FastifyRequest,
  reply: FastifyReply,
  { client, bounds }: RouteContext,
  collection: string,
  live: boolean,
  members: Members,
): Promise<FastifyReply> {
  const { body } = await client.ask({ method: "GET", path: daemonPath(request), caller: request.caller });
  const { items } = body as { items: readonly Item[] };
  const query = request.query as Record<string, unknown>;
  const told = live ? await withStatus(collection, items, client, request.caller) : items;
  return reply.send(pageOf(told, query, members, "id", bounds));
}

async function get(
  request: FastifyRequest,
  reply: FastifyReply,
  client: DaemonClient,
  collection: string,
  live: boolean,
): Promise<FastifyReply> {
  const answer = await client.ask({ method: "GET", path: daemonPath(request), caller: request.caller });
  if (isNamed(header(request, "if-none-match"), answer.etag)) return reply.header("etag", answer.etag).code(304).send();
  const item = answer.body as Item;
  const [told = item] = live ? await withStatus(collection, [item], client, request.caller) : [item];
  return pass(reply, { ...answer, body: told });
}

/** "PortalGroups" is "portal groups"; CHAP and LUNs are abbreviations. */
const spaced = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .replace("luns", "LUN maps")
    .replace("chap", "CHAP users")
    .replace(/access$/, "access entries");
