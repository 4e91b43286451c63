/** What each role may do, typed again from the contract of the API: every route of it is in one of these lists. */
import type { FastifyInstance, RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRole, ROLES } from "../../../src/api/caller.ts";
import { type ApiFixture, apiFixture } from "../support/api-fixture.ts";

/** Where a change takes more than operate: who may reach what, what the process may do, and who may call. */
const ADMIN = /^\/v1\/(portal-groups|auth-groups|node|limits|metrics|api|api-keys|reload|plan)(\/|$)/;
const OPERATE = /^\/v1\/(volumes|targets|igroups|sessions|tasks)(\/|$)/;
const SECRET = /^\/v1\/(api-keys|audit)(\/|$)/;
const PUBLIC = ["/healthz", "/v1/openapi.json"];

const routes: { readonly method: string; readonly url: string; readonly options: RouteOptions }[] = [];
const collect = (app: FastifyInstance): void => {
  app.addHook("onRoute", (options) => {
    for (const method of [options.method].flat()) routes.push({ method, url: options.url, options });
  });
};

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture({ authenticate: collect });
});
afterAll(() => api.close());

function expected(method: string, url: string): string | undefined {
  if (method !== "GET" && method !== "HEAD") return ADMIN.test(url) ? "admin" : OPERATE.test(url) ? "operate" : undefined;
  return PUBLIC.includes(url) ? "public" : SECRET.test(url) ? "admin" : url.startsWith("/v1/") ? "read" : undefined;
}

describe("the least role of a route", () => {
  it("is what the contract says, for each route, and each has one", () => {
    expect(routes.length).toBeGreaterThan(60);
    const wrong = routes
      .map(({ method, url, options }) => ({
        route: `${method} ${url}`,
        has: options.config?.role,
        wants: expected(method, url),
      }))
      .filter(({ has, wants }) => has === undefined || has !== wants);
    expect(wrong).toEqual([]);
  });

  it("is had by the roles above it", () => {
    expect(ROLES.map((role) => ROLES.filter((wanted) => hasRole(role, wanted)))).toEqual([
      ["read"],
      ["read", "operate"],
      ["read", "operate", "admin"],
    ]);
  });
});
