/** What comes in: JSON bodies of two content types, without guessing, and the parameters of an address, which are text. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ApiBounds } from "./bounds.ts";
import type { JsonSchema } from "./json-schema.ts";
import { JSON_TYPE, MERGE_PATCH_TYPE } from "./operation.ts";
import { Problem } from "./problems.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** A request without a body is one with an empty object. */
    bodyOptional?: boolean;
  }
}

export function addBodies(app: FastifyInstance, { body_bytes }: ApiBounds): void {
  app.removeAllContentTypeParsers();
  for (const type of [JSON_TYPE, MERGE_PATCH_TYPE]) {
    app.addContentTypeParser(
      type,
      { parseAs: "buffer", bodyLimit: body_bytes },
      async (request: FastifyRequest, bytes: Buffer) => {
        if (type === MERGE_PATCH_TYPE && request.method !== "PATCH")
          throw new Problem("wrong-content-type", `a merge patch is for PATCH; send content-type: ${JSON_TYPE}`);
        // What takes no body, as DELETE, may come with the header alone.
        if (bytes.length === 0 && request.routeOptions.schema?.body === undefined) return undefined;
        return parsed(bytes);
      },
    );
  }
  app.addHook("preValidation", async (request) => {
    const { schema, config } = request.routeOptions;
    if (schema?.body === undefined) {
      if (request.body !== undefined && request.body !== null && Object.keys(request.body).length > 0)
        throw new Problem("bad-request", `${request.method} takes no body here`);
      return;
    }
    if (request.body !== undefined && request.body !== null) return;
    if (config.bodyOptional !== true) throw new Problem("malformed-json", "the request has no body");
    request.body = {};
  });
}

function parsed(bytes: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Problem("malformed-json", `the body is no JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Problem("malformed-json", "the body is no JSON object");
  return value;
}

const FLAGS: Readonly<Record<string, boolean>> = { 1: true, true: true, 0: false, false: false };

/** Parameters become what their schema says, where they are that; the others stay text, and are refused by the schema. */
export function coerceQuery(request: FastifyRequest): void {
  const schema = request.routeOptions.schema?.querystring as JsonSchema | undefined;
  const query = request.query as Record<string, unknown>;
  for (const [name, value] of Object.entries(query)) {
    // A parameter that is given twice is a list, and refused as such.
    if (typeof value !== "string" || !Object.hasOwn(schema?.properties ?? {}, name)) continue;
    const type = schema?.properties?.[name]?.type;
    if (type === "boolean" && Object.hasOwn(FLAGS, value)) query[name] = FLAGS[value];
    if (type === "integer" && /^-?\d{1,15}$/.test(value)) query[name] = Number(value);
    if (type === "number" && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)) query[name] = Number(value);
  }
}
