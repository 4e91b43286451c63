/** One operation of the API: what Fastify checks requests with and what the OpenAPI document says, from one description. */
import type { FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import type { ApiBounds } from "./bounds.ts";
import type { RouteRole } from "./caller.ts";
import type { DaemonAnswer, DaemonClient } from "./daemon-client.ts";
import { type JsonSchema, ref } from "./json-schema.ts";
import { PROBLEM_CONTENT_TYPE, PROBLEMS, type ProblemType } from "./problems.ts";

export const JSON_TYPE = "application/json";
/** RFC 7396. */
export const MERGE_PATCH_TYPE = "application/merge-patch+json";

/** What each group of routes works with. */
export interface RouteContext {
  readonly client: DaemonClient;
  readonly bounds: ApiBounds;
}

export interface OperationOptions {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly role: RouteRole;
  readonly params?: Readonly<Record<string, JsonSchema>>;
  readonly query?: JsonSchema;
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  readonly body?: JsonSchema;
  /** A request without a body is one with an empty object. */
  readonly bodyOptional?: true;
  readonly patch?: true;
  /** By status: what it means, and the schema. */
  readonly answers: Readonly<Record<number, Answer>>;
  readonly problems: readonly ProblemType[];
}

export interface Answer {
  readonly what: string;
  readonly schema?: JsonSchema;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, JsonSchema>>;
}

/** What any request with a key can meet. */
const ALWAYS: readonly ProblemType[] = [
  "bad-request",
  "bad-parameter",
  "unauthenticated",
  "not-permitted",
  "request-timeout",
  "headers-too-large",
  "too-many-requests",
  "internal-error",
  "daemon-unintelligible",
  "daemon-unavailable",
  "too-many-connections",
  "api-keys-unusable",
];
const WITH_BODY: readonly ProblemType[] = ["malformed-json", "body-too-large", "wrong-content-type", "invalid-object"];
const PUBLIC: readonly ProblemType[] = ["bad-request", "request-timeout", "headers-too-large", "internal-error"];

export interface Operation {
  readonly schema: FastifySchema;
  readonly config: { readonly role: RouteRole; readonly bodyOptional: boolean };
}

export function operation(options: OperationOptions): Operation {
  const { id, tag, summary, description, role, params, query, headers, body, patch, bodyOptional, answers, problems } = options;
  const all = [...(role === "public" ? PUBLIC : ALWAYS), ...(body === undefined ? [] : WITH_BODY), ...problems];
  const schema = {
    operationId: id,
    tags: [tag],
    summary,
    description: `${description === undefined ? "" : `${description} `}${role === "public" ? "Needs no key." : `Least role: ${role}.`}`,
    ...(role === "public" ? { security: [] } : {}),
    ...(params === undefined ? {} : { params: { type: "object", properties: params, required: Object.keys(params) } }),
    querystring: query ?? { type: "object", properties: {}, additionalProperties: false },
    ...(headers === undefined ? {} : { headers: { type: "object", properties: headers } }),
    ...(body === undefined ? {} : { body }),
    ...(patch === undefined ? {} : { consumes: [MERGE_PATCH_TYPE, JSON_TYPE] }),
    response: { ...answerSchemas(answers), ...problemSchemas(all) },
  };
  return { schema: schema as FastifySchema, config: { role, bodyOptional: bodyOptional === true } };
}

function answerSchemas(answers: Readonly<Record<number, Answer>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { what, schema, type = JSON_TYPE, headers }]) => [
      status,
      {
        description: what,
        ...(headers === undefined ? {} : { headers }),
        ...(schema === undefined ? { type: "null" } : { content: { [type]: { schema } } }),
      },
    ]),
  );
}

/** The document has one answer for each status, which openapi.ts describes. */
function problemSchemas(types: readonly ProblemType[]): Record<string, unknown> {
  const content = { [PROBLEM_CONTENT_TYPE]: { schema: ref("Problem") } };
  return Object.fromEntries(types.map((type) => [PROBLEMS[type]?.status, { description: "A problem.", content }]));
}

export const ETAG_HEADER = { etag: { type: "string", description: "Of the object as it is stored; `status` does not count." } };
export const IF_MATCH: JsonSchema = {
  type: "string",
  maxLength: 256,
  description: "Changes the object only while it has this ETag (412 otherwise); `*`: only when it exists.",
};
export const IF_NONE_MATCH: JsonSchema = {
  type: "string",
  maxLength: 256,
  description: "Reading: 304 while the object has this ETag. Writing: `*` creates only.",
};

export function header(request: FastifyRequest, name: "if-match" | "if-none-match"): string | undefined {
  return request.headers[name];
}

/** The daemon's answer as it is. */
export function pass(reply: FastifyReply, { status, etag, body }: DaemonAnswer): FastifyReply {
  if (etag !== undefined) reply.header("etag", etag);
  return reply.code(status).send(body);
}

/** Whether If-None-Match names the ETag: compared weakly, as RFC 9110 13.1.2 asks. */
export function isNamed(list: string | undefined, etag: string | undefined): boolean {
  if (list === undefined || etag === undefined) return false;
  const plain = (tag: string): string => tag.trim().replace(/^W\//, "");
  return list.trim() === "*" || list.split(",").some((tag) => plain(tag) === plain(etag));
}
