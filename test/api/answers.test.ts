/** What every answer has, whatever was asked: nothing of it is kept by anybody, a HEAD ends, and an id reaches the daemon as it was meant. */
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RoutePaths } from "../../src/control/route-paths.ts";
import { type ApiFixture, apiFixture, http } from "./support/api-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture();
  await api.listen();
});
beforeEach(() => api.daemon.reset());
afterAll(async () => {
  api.app.server.closeAllConnections();
  await api.close();
});

/** The daemon's own idea of a path. */
const daemon = new RoutePaths([
  { method: "GET", path: "/v1/config/targets/:id/luns/:sub", parameters: [], handle: () => ({ kind: "json", value: 1 }) },
]);

describe("an answer", () => {
  it.each(["/healthz", "/v1/openapi.json", "/v1/volumes", "/v1/whoami", "/v1/api-keys", "/v1/volumes/none", "/nothing"])(
    "to GET %s is not to be kept by a browser or a proxy",
    async (path) => {
      expect((await http(api.port(), "GET", path)).headers["cache-control"]).toBe("no-store");
    },
  );

  it("to HEAD of the stream of events is the head of a page, and holds no place of a follower", async () => {
    const head = await http(api.port(), "HEAD", "/v1/events", { headers: { accept: "text/event-stream" } });
    expect([head.status, head.headers["content-type"]]).toEqual([200, "application/json; charset=utf-8"]);
  });

  it("goes to a client of HTTP/1.0 as well, whose connection then ends", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      let all = "";
      const socket = connect(api.port(), "127.0.0.1", () => socket.write("GET /v1/volumes HTTP/1.0\r\n\r\n"));
      socket.on("data", (chunk) => {
        all += chunk.toString();
      });
      socket.on("end", () => resolve(all));
      socket.on("error", reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain('{"items":[]}');
  });

  it("allows no other site to read it", async () => {
    const headers = { origin: "https://elsewhere.example", "access-control-request-method": "DELETE" };
    for (const method of ["GET", "OPTIONS"]) {
      const answer = await http(api.port(), method, "/v1/volumes", { headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    }
  });
});

describe("an id in a path", () => {
  it("reaches the daemon as the one segment that it was, whatever it holds", async () => {
    const id = fc.oneof(
      fc.string({ minLength: 1, maxLength: 30, unit: "binary" }),
      fc.constantFrom("..", ".", "a/b", "../../reload", "%2F", "%00", "a\0b", ":sub", "a?force=1", "a#b", "a//b", "\\", " "),
    );
    await fc.assert(
      fc.asyncProperty(id, id, async (first, second) => {
        api.daemon.asked.length = 0;
        const [one, two] = [first, second].map((text) => encodeURIComponent(text));
        await api.app.inject({ method: "GET", url: `/v1/targets/${one}/luns/${two}` });
        const asked = api.daemon.asked.map(({ path }) => daemon.find(path)?.params);
        // "." and ".." may be taken out of a path by whoever sends it: then something else is asked for, and not here.
        if ([first, second].some((text) => text === "." || text === "..")) return;
        expect(asked).toEqual([{ id: first, sub: second }]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    "/v1/volumes/%2e%2e/api",
    "/v1/volumes/..%2f..%2fapi-keys",
    "/v1//volumes",
    "/v1/volumes//a",
    "/v1/%76olumes%2Fa",
    "//v1/volumes/a",
  ])("does not make another path of it: %s", async (path) => {
    const { status } = await http(api.port(), "GET", path);
    expect(status).toBe(404);
    for (const { path: asked } of api.daemon.asked) expect(asked).toMatch(/^\/v1\/config\/volumes\/[^/]+$/);
  });
});
