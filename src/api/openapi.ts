/** The OpenAPI 3.1 document: made from the schemas of the routes, served at /v1/openapi.json, and kept in openapi.json beside this file. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { operation } from "./operation.ts";
import { PROBLEM_CONTENT_TYPE, PROBLEMS, Problem, type ProblemType } from "./problems.ts";

const TAGS = {
  volumes: "What backs LUNs: files and block devices.",
  targets: "What initiators log in to, who may, and the LUNs that they find there.",
  "portal-groups": "Addresses that belong together.",
  "auth-groups": "Credentials for CHAP.",
  igroups: "Initiators, by name and network.",
  settings: "Tables that there is one of.",
  configuration: "The files as a whole: plan, reload, audit.",
  sessions: "Sessions of initiators.",
  connections: "TCP connections to portals.",
  luns: "Volumes as hosts see them.",
  tasks: "What takes longer than a second.",
  events: "What has happened, and what happens.",
  status: "How the daemon is, and why a host does not see its disks.",
  "api-keys": "Who may call.",
} as const;

const INFO = {
  title: "Lunette",
  version: "1",
  description:
    "Management of a Lunette iSCSI target. Every error is a problem document (RFC 9457) with a stable `type`. " +
    "Objects made here are stored by the daemon; those of its hand-written files can be read, and are refused with the place where they stand.",
  license: { name: "Apache-2.0", identifier: "Apache-2.0" },
};

const SCHEMA_PATH = "#/components/schemas/";

type Schemas = Readonly<Record<string, unknown>>;
interface Operation {
  readonly responses: Record<number, unknown>;
  parameters?: Record<string, unknown>[] | undefined;
}
type Operations = Record<string, Operation>;
type Document = Record<string, unknown> & { paths: Record<string, Operations>; components: Record<string, unknown> };

export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: INFO,
      servers: [{ url: "/", description: "This service." }],
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      security: [{ key: [] }, { certificate: [] }],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", bearerFormat: "lnt_<id>_<secret>", description: "An API key." },
          certificate: { type: "mutualTLS", description: "A client certificate, where `api.client_ca` is set." } as never,
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => (json["$id"] as string | undefined) ?? `def-${index}`,
    },
  });
  let text: string | undefined;
  app.get(
    "/v1/openapi.json",
    operation({
      ...{ id: "getOpenApi", tag: "status", summary: "This document", role: "public" },
      answers: { 200: { what: "OpenAPI 3.1.", schema: { type: "object", additionalProperties: true } } },
      problems: [],
    }),
    (_request, reply) => {
      text ??= `${JSON.stringify(openApiOf(app))}\n`;
      return reply.type("application/json").send(text);
    },
  );
}

/** The document as it is served: problems are described once, and schemas that no route refers to are left out. */
export function openApiOf(app: FastifyInstance): Document {
  const { components, ...document } = structuredClone(app.swagger()) as unknown as Document;
  const statuses = new Set<number>();
  for (const operations of Object.values(document.paths)) {
    for (const { responses } of Object.values(operations)) {
      for (const status of Object.keys(responses).map(Number)) {
        if (status < 400) continue;
        responses[status] = { $ref: `#/components/responses/Problem${status}` };
        statuses.add(status);
      }
    }
  }
  const parameters = shareParameters(Object.values(document.paths).flatMap((operations) => Object.values(operations)));
  const responses = Object.fromEntries([...statuses].sort().map((status) => [`Problem${status}`, problemResponse(status)]));
  const schemas = usedSchemas({ ...document.paths, ...responses }, components["schemas"] as Schemas);
  return { ...document, components: { ...components, schemas, parameters, responses } };
}

/** A parameter that several operations have alike is described once. */
function shareParameters(operations: readonly Operation[]): Record<string, unknown> {
  const users = new Map<string, number>();
  const keyOf = (parameter: unknown): string => JSON.stringify(parameter);
  for (const parameter of operations.flatMap(({ parameters = [] }) => parameters))
    users.set(keyOf(parameter), (users.get(keyOf(parameter)) ?? 0) + 1);
  const names = new Map<string, string>();
  const shared: Record<string, unknown> = {};
  for (const operation of operations) {
    operation.parameters = operation.parameters?.map((parameter) => {
      const key = keyOf(parameter);
      if ((users.get(key) ?? 0) < 2) return parameter;
      const plain = `${parameter["in"]}.${parameter["name"]}`;
      const name = names.get(key) ?? (plain in shared ? `${plain}.${names.size}` : plain);
      names.set(key, name);
      shared[name] = parameter;
      return { $ref: `#/components/parameters/${name}` };
    });
  }
  return shared;
}

function problemResponse(status: number): unknown {
  const rows = Object.entries(PROBLEMS).filter(([, row]) => row.status === status);
  const example = new Problem(rows[0]?.[0] as ProblemType, "What is wrong this time.").document();
  return {
    description: rows.map(([type, { title }]) => `\`${type}\`: ${title}.`).join(" "),
    content: { [PROBLEM_CONTENT_TYPE]: { schema: { $ref: `${SCHEMA_PATH}Problem` }, example } },
  };
}

function usedSchemas(from: unknown, schemas: Schemas): Schemas {
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      const name = key === "$ref" && typeof value === "string" ? value.replace(SCHEMA_PATH, "") : undefined;
      if (name === undefined) visit(value);
      else if (!used.has(name)) {
        used.add(name);
        visit(schemas[name]);
      }
    }
  };
  visit(from);
  return Object.fromEntries([...used].sort().flatMap((name) => (name in schemas ? [[name, schemas[name]]] : [])));
}
