/** The configured objects through the API, with the generated client: what the daemon is asked, and what comes back. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { COLLECTIONS, SINGLETONS } from "../../src/api/resources.ts";
import { ADMIN, type ApiFixture, apiFixture } from "./support/api-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture();
});
beforeEach(() => api.daemon.reset());
afterAll(() => api.close());

const last = () => api.daemon.asked.at(-1);

describe("a volume", () => {
  const name = "vm09";
  const create = () => api.client.POST("/v1/volumes", { body: { name, size: "1 GiB", create: "thin" } });

  it("is created, read, changed, replaced and deleted, each as one request to the daemon", async () => {
    const made = await create();
    expect(made.response.status).toBe(201);
    expect(made.response.headers.get("location")).toBe("/v1/volumes/vm09");
    expect(made.data?.object).toMatchObject({ id: name, size: "1 GiB", home: "managed" });
    expect(api.daemon.asked).toEqual([
      {
        method: "POST",
        path: "/v1/config/volumes",
        query: {},
        body: { name, size: "1 GiB", create: "thin" },
        ifMatch: undefined,
        ifNoneMatch: undefined,
        caller: ADMIN,
      },
    ]);

    const read = await api.client.GET("/v1/volumes/{id}", { params: { path: { id: name } } });
    expect(read.response.headers.get("etag")).toBe(made.response.headers.get("etag"));
    expect(read.data).toMatchObject({ id: name, create: "thin" });

    const params = { path: { id: name }, header: { "if-match": read.response.headers.get("etag") ?? "" } };
    const changed = await api.client.PATCH("/v1/volumes/{id}", { params, body: { read_only: true, create: null } });
    expect(changed.response.status).toBe(200);
    expect(last()).toMatchObject({
      method: "PATCH",
      body: { read_only: true, create: null },
      ifMatch: params.header["if-match"],
    });
    expect(changed.data?.object).not.toHaveProperty("create");

    const stale = await api.client.PATCH("/v1/volumes/{id}", { params, body: { read_only: false } });
    expect(stale.response.status).toBe(412);
    expect(stale.error).toMatchObject({ type: "urn:lunette:problem:changed-meanwhile", status: 412 });

    const replaced = await api.client.PUT("/v1/volumes/{id}", { params: { path: { id: name } }, body: { path: "/srv/x.img" } });
    expect(replaced.response.status).toBe(200);
    const query = { delete_file: true, dry_run: false };
    const gone = await api.client.DELETE("/v1/volumes/{id}", { params: { path: { id: name }, query } });
    expect(gone.response.status).toBe(200);
    expect(last()).toMatchObject({ method: "DELETE", query: { delete_file: "1" } });
    expect(last()).not.toHaveProperty("body");
    expect((await api.client.GET("/v1/volumes/{id}", { params: { path: { id: name } } })).response.status).toBe(404);
  });

  it("is made at its path by PUT when it is not there, and only then with If-None-Match: *", async () => {
    const params = { path: { id: name }, header: { "if-none-match": "*" } };
    const made = await api.client.PUT("/v1/volumes/{id}", { params, body: { path: "/srv/x.img" } });
    expect([made.response.status, made.response.headers.get("location")]).toEqual([201, "/v1/volumes/vm09"]);
    const again = await api.client.PUT("/v1/volumes/{id}", { params, body: { path: "/srv/x.img" } });
    expect(again.response.status).toBe(412);
  });

  it("answers 304 without a body to If-None-Match with its ETag, and whole to another", async () => {
    await create();
    const ask = (etag: string) => api.app.inject({ url: "/v1/volumes/vm09", headers: { "if-none-match": etag } });
    const etag = String((await ask('"none"')).headers["etag"]);
    for (const match of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const same = await ask(match);
      expect([match, same.statusCode, same.body, same.headers["etag"]]).toEqual([match, 304, "", etag]);
    }
    expect((await ask('"other"')).statusCode).toBe(200);
  });

  it("has what hosts see of it under status, and can be written back as it was read", async () => {
    api.daemon.put("volumes", "vm01", { name: "vm01", path: "/srv/vm01.img" });
    const { data } = await api.client.GET("/v1/volumes/{id}", { params: { path: { id: "vm01" } } });
    expect(data?.status).toMatchObject({ online: true, sizeBytes: 10 * 2 ** 30, depth: 2 });
    expect(data?.status).not.toHaveProperty("path");
    const back = await api.app.inject({ method: "PUT", url: "/v1/volumes/vm01", payload: data as object });
    expect(back.statusCode).toBe(200);
    expect(last()?.body).toMatchObject({ name: "vm01", id: "vm01", home: "managed" });
    expect(last()?.body).not.toHaveProperty("status");
  });

  it("is resized, taken offline and brought back by actions, which are changes of one field", async () => {
    await create();
    const path = { id: name };
    await api.client.POST("/v1/volumes/{id}/resize", { params: { path }, body: { size: "2 GiB", force: true } });
    expect(last()).toMatchObject({
      method: "PATCH",
      path: "/v1/config/volumes/vm09",
      body: { size: "2 GiB" },
      query: { force: "1" },
    });
    await api.client.POST("/v1/volumes/{id}/resize", { params: { path }, body: { size: 4096 } });
    expect(last()).toMatchObject({ body: { size: 4096 }, query: {} });
    for (const online of [false, true]) {
      const url = `/v1/volumes/vm09/${online ? "online" : "offline"}`;
      expect((await api.app.inject({ method: "POST", url, headers: { "if-match": "*" } })).statusCode).toBe(200);
      expect(last()).toMatchObject({ method: "PATCH", path: "/v1/config/volumes/vm09", body: { online }, ifMatch: "*" });
    }
    expect((await api.app.inject({ method: "POST", url: "/v1/volumes/nope/offline" })).statusCode).toBe(404);
  });

  it("changes nothing with dry_run, and the answer has the plan", async () => {
    const answer = await api.client.POST("/v1/volumes", { params: { query: { dry_run: true } }, body: { name } });
    expect(answer.response.status).toBe(200);
    expect(answer.data?.plan).toEqual({ steps: [], refusals: [], restarts: [] });
    expect(last()).toMatchObject({ query: { dry_run: "1" } });
    expect((await api.client.GET("/v1/volumes")).data?.items).toEqual([]);
  });
});

describe("targets and portal groups", () => {
  it("tell how many sessions they have", async () => {
    const iqn = "iqn.2026-11.com.example.san1:vm01";
    api.daemon.put("targets", iqn, { iqn });
    for (const tag of [1, 2]) api.daemon.put("portal-groups", String(tag), { tag });
    expect((await api.client.GET("/v1/targets")).data?.items[0]?.status).toEqual({ sessions: 1 });
    const { data } = await api.client.GET("/v1/portal-groups", { params: { query: { sort: "-status.sessions,tag" } } });
    expect(data?.items.map(({ id, status }) => [id, status?.sessions])).toEqual([
      ["1", 1],
      ["2", 0],
    ]);
  });

  it("keep ids with a slash, a colon or an at sign as one segment each", async () => {
    const id = "iqn.2026-11.com.example:a/b";
    await api.client.PUT("/v1/targets/{id}/luns/{sub}", {
      params: { path: { id, sub: "0@a,b" } },
      body: { lun: 0, volume: "vm01", igroups: ["a", "b"] },
    });
    expect(last()?.path).toBe(`/v1/config/targets/${encodeURIComponent(id)}/luns/0%40a%2Cb`);
    const url = "/v1/volumes/..%2f..%2fnode";
    await api.app.inject({ method: "DELETE", url });
    expect(last()?.path).toBe("/v1/config/volumes/..%2F..%2Fnode");
  });
});

/** One valid body of each kind. */
const BODIES: Readonly<Record<string, object>> = {
  Volume: { name: "v1", path: "/srv/v1.img" },
  Target: { iqn: "iqn.2026-11.com.example:v1", access: [{ igroup: "any", auth: "none" }], lun: [{ lun: 0, volume: "v1" }] },
  TargetAccess: { igroup: "any", auth: "none" },
  TargetLun: { lun: 0, volume: "v1" },
  PortalGroup: { tag: 7, portals: ["192.0.2.1:3260"], redirect: { to: "192.0.2.2" } },
  Portal: { address: "192.0.2.1:3260" },
  AuthGroup: { name: "a1", chap: [{ user: "u", secret: "***" }] },
  AuthGroupChap: { user: "u", secret: "0123456789abc" },
  Igroup: { name: "i1", initiators: ["iqn.1998-01.com.vmware:esx"] },
  Initiator: { initiator: "iqn.1998-01.com.vmware:esx" },
};

describe("every collection", () => {
  const all = COLLECTIONS.flatMap(({ path, schema, parts }) => [
    { url: `/v1/${path}`, schema, fields: true },
    ...parts.map((part) => ({ url: `/v1/${path}/x/${part.path}`, schema: part.schema, fields: part.fields })),
  ]);
  it.each(all)("$url has list, create, get, replace, change and delete", async ({ url, schema, fields }) => {
    const body = BODIES[schema] as object;
    const made = await api.app.inject({ method: "POST", url, payload: body });
    expect([made.statusCode, made.json().object]).toMatchObject([201, body]);
    const location = String(made.headers["location"]);
    expect(location.startsWith(`${url}/`)).toBe(true);
    expect((await api.app.inject(url)).json().items).toHaveLength(1);
    expect((await api.app.inject(location)).json()).toMatchObject(body);
    const twice = await api.app.inject({ method: "POST", url, payload: body });
    expect([twice.statusCode, twice.json().type]).toEqual([409, "urn:lunette:problem:already-exists"]);
    expect((await api.app.inject({ method: "PUT", url: location, payload: body })).statusCode).toBe(200);
    const patch = {
      method: "PATCH",
      url: location,
      payload: "{}",
      headers: { "content-type": "application/merge-patch+json" },
    } as const;
    expect((await api.app.inject(patch)).statusCode).toBe(fields ? 200 : 405);
    expect((await api.app.inject({ method: "DELETE", url: location })).statusCode).toBe(200);
    expect((await api.app.inject(location)).statusCode).toBe(404);
  });

  it.each(SINGLETONS)("/v1/$path can be read, replaced and changed, and is never deleted", async ({ path }) => {
    const url = `/v1/${path}`;
    const body = path === "node" ? { base_iqn: "iqn.2026-11.com.example" } : {};
    expect((await api.app.inject({ method: "PUT", url, payload: body })).statusCode).toBe(201);
    expect((await api.app.inject({ method: "PATCH", url, payload: {} })).statusCode).toBe(200);
    expect((await api.app.inject(url)).json()).toMatchObject(body);
    const deleted = await api.app.inject({ method: "DELETE", url });
    expect([deleted.statusCode, deleted.headers["allow"]]).toEqual([405, "GET, HEAD, PUT, PATCH"]);
  });
});

describe("what the daemon refuses", () => {
  it("is a problem document with its type, its advice and what it says of the case", async () => {
    const uses = [{ kind: "target", name: "vm01", place: "/etc/lunette/lunette.toml:9:1" }];
    api.daemon.failNext("in-use" as never, { uses });
    const { response, error } = await api.client.DELETE("/v1/volumes/{id}", { params: { path: { id: "vm01" } } });
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(error).toMatchObject({ type: "urn:lunette:problem:in-use", status: 409, detail: "as the test wants it", uses });
    expect(error?.advice).not.toBe("");
  });

  it("says 503 with Retry-After while the daemon is away, and works again by itself", async () => {
    api.daemon.leave();
    for (const url of ["/v1/volumes", "/v1/status", "/v1/events"]) {
      const answer = await api.app.inject(url);
      expect([answer.statusCode, answer.json().type]).toEqual([503, "urn:lunette:problem:daemon-unavailable"]);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    }
    expect((await api.app.inject("/healthz")).json()).toEqual({ daemon: "unavailable" });
    api.daemon.comeBack();
    expect((await api.app.inject("/v1/volumes")).statusCode).toBe(200);
    expect((await api.app.inject("/healthz")).json()).toEqual({ daemon: "available" });
  });
});
