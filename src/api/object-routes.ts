/** The configured objects: list, get, create, replace, change, delete, of every row of resources.ts. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { requireRole } from "./caller.ts";
import type { DaemonClient } from "./daemon-client.ts";
import { array, type JsonSchema, object, ref, string } from "./json-schema.ts";
import { type Item, listParameters, type Members, pageOf, scalarMembers } from "./listing.ts";
import { withStatus } from "./live-facts.ts";
import {
  DELETE_FILE,
  DRY_RUN,
  daemonPath,
  FORCE,
  forward,
  ID_BOUND,
  parameters,
  REFUSALS,
  REFUSED_CREATION,
  registerOnline,
  registerResize,
} from "./object-changes.ts";
import { ETAG_HEADER, header, IF_MATCH, IF_NONE_MATCH, isNamed, operation, pass, type RouteContext } from "./operation.ts";
import { COLLECTIONS, SINGLETONS } from "./resources.ts";
import { schemaOf } from "./schemas.ts";

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
