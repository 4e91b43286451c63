/** The OpenAPI document says what the routes are, a linter finds nothing in it, and the client of the tests is made from it. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApiOf } from "../../src/api/openapi.ts";
import { type ApiFixture, apiFixture } from "./support/api-fixture.ts";

const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const DOCUMENT = at("../../src/api/openapi.json");
const CLIENT = at("generated-client.ts");
const HEADING =
  "// Made by openapi-typescript from src/api/openapi.json: UPDATE_OPENAPI=1 npx vitest run test/api/openapi.test.ts\n";

type Document = { paths: Record<string, Record<string, { operationId: string; security?: unknown[] }>> };

let api: ApiFixture;
let document: Document;
const routes: string[] = [];
beforeAll(async () => {
  api = await apiFixture({
    authenticate: (app) => {
      app.addHook("onRoute", ({ method, url }) => {
        for (const each of [method].flat()) if (each !== "HEAD") routes.push(`${each} ${url}`);
      });
    },
  });
  document = openApiOf(api.app) as unknown as Document;
  if (process.env["UPDATE_OPENAPI"] === undefined) return;
  writeFileSync(DOCUMENT, `${JSON.stringify(document, undefined, 1)}\n`);
  writeFileSync(CLIENT, await clientText());
}, 60_000);
afterAll(() => api.close());

/** Making the client takes seconds: the file says of which document it was made, and what it was then. */
async function clientText(): Promise<string> {
  const { default: openapiTS, astToString } = await import("openapi-typescript");
  const made = await openapiTS(document as unknown as Parameters<typeof openapiTS>[0], {
    alphabetize: true,
    defaultNonNullable: false,
  });
  return sealed(astToString(made));
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const sealed = (text: string): string =>
  `${HEADING}// SHA-256 of the document: ${sha256(JSON.stringify(document))}\n// SHA-256 of what follows: ${sha256(text)}\n${text}`;

describe("the OpenAPI document", () => {
  it("is kept in the repository as it is served", async () => {
    const served = await api.app.inject("/v1/openapi.json");
    expect(served.headers["content-type"]).toContain("application/json");
    expect(served.json()).toEqual(document);
    expect(JSON.parse(readFileSync(DOCUMENT, "utf8")), "UPDATE_OPENAPI=1 rewrites it").toEqual(document);
  });

  it("has every route, and nothing that is none", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
    );
    expect([...described].sort()).toEqual([...routes].sort());
  });

  it("passes the linter without an error or a warning", async () => {
    const config = await createConfig({ extends: ["recommended"] });
    const problems = await lintFromString({ source: JSON.stringify(document), config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it("names each operation once, and the generated client is made from it as it is", async () => {
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const kept = readFileSync(CLIENT, "utf8");
    expect(kept.split("\n").slice(0, 3), "UPDATE_OPENAPI=1 rewrites it").toEqual(
      sealed(kept.split("\n").slice(3).join("\n")).split("\n").slice(0, 3),
    );
  });

  it("lets nobody in without a key but where it says so", () => {
    const open = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).flatMap(({ security }) => (security?.length === 0 ? [path] : [])),
    );
    expect(open.sort()).toEqual(["/healthz", "/v1/openapi.json"]);
  });
});
