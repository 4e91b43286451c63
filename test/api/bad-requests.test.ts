/** Requests as strangers write them, over real HTTP: a precise problem document, and the daemon is asked nothing that changes anything. */
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiFixture, apiFixture, http } from "./support/api-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture({ bounds: { body_bytes: 4096, header_bytes: 2048 } });
  await api.listen();
});
beforeEach(() => api.daemon.reset());
afterAll(() => api.close());

const JSON_TYPE = { "content-type": "application/json" };
const PATCH_TYPE = { "content-type": "application/merge-patch+json" };

/** Method, path, headers, body; what it is, and what else the problem says. */
const BAD: readonly [
  string,
  string,
  string,
  Readonly<Record<string, string>>,
  string | Buffer | undefined,
  number,
  string,
  object,
][] = [
  ["malformed JSON", "POST", "/v1/volumes", JSON_TYPE, '{"name":', 400, "malformed-json", {}],
  ["a body that is no object", "POST", "/v1/volumes", JSON_TYPE, "[]", 400, "malformed-json", {}],
  ["a body that is null", "PUT", "/v1/volumes/a", JSON_TYPE, "null", 400, "malformed-json", {}],
  [
    "bytes that are no UTF-8",
    "POST",
    "/v1/volumes",
    JSON_TYPE,
    Buffer.from('{"name":"\xff"}', "latin1"),
    400,
    "malformed-json",
    {},
  ],
  ["no body", "POST", "/v1/volumes", {}, undefined, 400, "malformed-json", {}],
  ["an empty body", "POST", "/v1/volumes", JSON_TYPE, "", 400, "malformed-json", {}],
  [
    "an unknown member",
    "POST",
    "/v1/volumes",
    JSON_TYPE,
    '{"name":"a","sise":1}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/sise", message: "is unknown" }] },
  ],
  [
    "__proto__ as a member",
    "POST",
    "/v1/volumes",
    JSON_TYPE,
    '{"name":"a","__proto__":{"x":1}}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/__proto__", message: "is unknown" }] },
  ],
  [
    "a missing member",
    "POST",
    "/v1/volumes",
    JSON_TYPE,
    "{}",
    422,
    "invalid-object",
    { errors: [{ pointer: "/name", message: "is missing" }] },
  ],
  [
    "a number for a text",
    "POST",
    "/v1/volumes",
    JSON_TYPE,
    '{"name":5}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/name", message: "must be string" }] },
  ],
  [
    "a text for a number",
    "POST",
    "/v1/portal-groups",
    JSON_TYPE,
    '{"tag":"1","portals":["192.0.2.1"]}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/tag", message: "must be integer" }] },
  ],
  [
    "a text for a flag",
    "PATCH",
    "/v1/volumes/a",
    PATCH_TYPE,
    '{"read_only":"true"}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/read_only", message: "must be boolean,null" }] },
  ],
  [
    "a value outside an enumeration",
    "POST",
    "/v1/volumes",
    JSON_TYPE,
    '{"name":"a","io":"fast"}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/io", message: 'must be one of "buffered", "direct"' }] },
  ],
  [
    "a number that is too large",
    "POST",
    "/v1/portal-groups",
    JSON_TYPE,
    '{"tag":65536,"portals":["192.0.2.1"]}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/tag", message: "must be <= 65535" }] },
  ],
  [
    "an empty list",
    "POST",
    "/v1/portal-groups",
    JSON_TYPE,
    '{"tag":1,"portals":[]}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/portals", message: "must NOT have fewer than 1 items" }] },
  ],
  [
    "an error within a table",
    "POST",
    "/v1/targets",
    JSON_TYPE,
    '{"name":"a","access":[{"igroup":"any","auth":"none"},{"igroup":"b","auth":"no"}]}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/access/1/auth", message: 'must be one of "none", "chap", "mutual"' }] },
  ],
  [
    "null for what is required",
    "PATCH",
    "/v1/node",
    PATCH_TYPE,
    '{"base_iqn":null}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/base_iqn", message: "must be string" }] },
  ],
  [
    "a body for an action that has none",
    "POST",
    "/v1/volumes/a/offline",
    JSON_TYPE,
    '{"now":true}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/now", message: "is unknown" }] },
  ],
  [
    "a size that is a fraction",
    "POST",
    "/v1/volumes/a/resize",
    JSON_TYPE,
    '{"size":1024.5}',
    422,
    "invalid-object",
    { errors: [{ pointer: "/size", message: "must be integer,string" }] },
  ],
  [
    "a body with DELETE",
    "DELETE",
    "/v1/volumes/a",
    { ...JSON_TYPE, "content-length": "14" },
    '{"force":true}',
    400,
    "bad-request",
    {},
  ],
  [
    "another content type",
    "POST",
    "/v1/volumes",
    { "content-type": "text/plain" },
    '{"name":"a"}',
    415,
    "wrong-content-type",
    {},
  ],
  ["no content type", "POST", "/v1/volumes", {}, '{"name":"a"}', 415, "wrong-content-type", {}],
  [
    "a form",
    "POST",
    "/v1/volumes",
    { "content-type": "application/x-www-form-urlencoded" },
    "name=a",
    415,
    "wrong-content-type",
    {},
  ],
  ["a merge patch to POST", "POST", "/v1/volumes", PATCH_TYPE, '{"name":"a"}', 415, "wrong-content-type", {}],
  ["a body that is too large", "POST", "/v1/volumes", JSON_TYPE, `{"name":"${"a".repeat(5000)}"}`, 413, "body-too-large", {}],
  [
    "a body that is too large and does not say so",
    "POST",
    "/v1/volumes",
    { ...JSON_TYPE, "transfer-encoding": "chunked" },
    `{"name":"${"a".repeat(5000)}"}`,
    413,
    "body-too-large",
    {},
  ],
  ["an unknown path", "POST", "/v1/volume", JSON_TYPE, '{"name":"a"}', 404, "unknown-path", {}],
  ["a path with a slash at its end", "GET", "/v1/volumes/", {}, undefined, 404, "unknown-path", {}],
  ["a path outside", "GET", "/v1/../../etc/passwd", {}, undefined, 404, "unknown-path", {}],
  ["a path that can't be decoded", "GET", "/v1/volumes/%zz", {}, undefined, 400, "bad-request", {}],
  ["an id that is too long", "GET", `/v1/volumes/${"a".repeat(1100)}`, {}, undefined, 404, "unknown-path", {}],
  [
    "an unknown parameter",
    "DELETE",
    "/v1/volumes/a?forse=1",
    {},
    undefined,
    400,
    "bad-parameter",
    { errors: [{ pointer: "/forse", message: "is unknown" }] },
  ],
  [
    "a parameter that is given twice",
    "DELETE",
    "/v1/volumes/a?force=1&force=0",
    {},
    undefined,
    400,
    "bad-parameter",
    { errors: [{ pointer: "/force", message: "must be boolean" }] },
  ],
  [
    "a flag that is none",
    "DELETE",
    "/v1/volumes/a?dry_run=yes",
    {},
    undefined,
    400,
    "bad-parameter",
    { errors: [{ pointer: "/dry_run", message: "must be boolean" }] },
  ],
  [
    "a limit of nothing",
    "GET",
    "/v1/volumes?limit=0",
    {},
    undefined,
    400,
    "bad-parameter",
    { errors: [{ pointer: "/limit", message: "must be >= 1" }] },
  ],
  ["a member that is no member", "GET", "/v1/volumes?sort=colour", {}, undefined, 400, "bad-parameter", {}],
  ["a cursor that is none", "GET", "/v1/volumes?cursor=x", {}, undefined, 400, "bad-parameter", {}],
  ["a session that is no number", "POST", "/v1/sessions/a/kick", {}, undefined, 400, "bad-parameter", {}],
  ["a session that there is not", "GET", "/v1/sessions/8", {}, undefined, 404, "unknown-object", {}],
  [
    "nobody to explain",
    "GET",
    "/v1/explain",
    {},
    undefined,
    400,
    "bad-parameter",
    { errors: [{ pointer: "/initiator", message: "is missing" }] },
  ],
  ["a body with GET", "GET", "/v1/volumes", { ...JSON_TYPE, "content-length": "2" }, "{}", 400, "bad-request", {}],
  [
    "headers that are too large",
    "GET",
    "/v1/volumes",
    { "x-large": "a".repeat(4096) },
    undefined,
    431,
    "headers-too-large",
    {},
  ],
  ["a representation that there is not", "GET", "/v1/events", { accept: "text/html" }, undefined, 406, "not-acceptable", {}],
];

describe("a request with", () => {
  it.each(BAD)("%s is refused", async (_what, method, path, headers, body, status, type, more) => {
    const answer = await http(api.port(), method, path, { headers, ...(body === undefined ? {} : { body }) });
    expect(answer.json).toMatchObject({ type: `urn:lunette:problem:${type}`, status, ...more });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    for (const text of ["title", "detail", "advice"]) expect(answer.json[text]).toMatch(/\w/);
    expect(api.daemon.changes).toEqual([]);
  });

  it.each([
    ["PUT", "/v1/sessions", "GET, HEAD"],
    ["DELETE", "/v1/volumes", "GET, HEAD, POST"],
    ["POST", "/v1/volumes/a", "GET, HEAD, PUT, PATCH, DELETE"],
    ["PATCH", "/v1/igroups/a/initiators/b", "GET, HEAD, PUT, DELETE"],
    ["GET", "/v1/reload", "POST"],
    ["OPTIONS", "/v1/volumes", "GET, HEAD, POST"],
    ["PROPFIND", "/v1/volumes", "GET, HEAD, POST"],
  ])("the method %s at %s names those that there are", async (method, path, allow) => {
    const answer = await http(api.port(), method, path);
    expect([answer.status, answer.json.type, answer.headers["allow"]]).toEqual([
      405,
      "urn:lunette:problem:wrong-method",
      allow,
    ]);
  });

  it.each(["nonsense\r\n\r\n", "GET /v1/volumes HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nhost: a\r\nx y: z\r\n\r\n"])(
    "%j instead of HTTP gets a problem document, and the connection ends",
    async (bytes) => {
      const text = await raw(bytes);
      expect(text).toMatch(/^HTTP\/1\.1 400 /);
      expect(api.daemon.asked).toEqual([]);
    },
  );

  it("more errors than are told says how many", async () => {
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`x${index}`, 1])));
    const { json } = await http(api.port(), "POST", "/v1/volumes", { headers: JSON_TYPE, body });
    expect(json.errors).toHaveLength(50);
    expect(json.detail).toContain("81 errors");
  });
});

describe("every answer", () => {
  it.each(["/v1/volumes", "/nope", "/v1/openapi.json", "/healthz", "/%zz"])(
    "of %s forbids framing, sniffing and what lies elsewhere",
    async (path) => {
      const { headers } = await http(api.port(), "GET", path);
      expect(headers).toMatchObject({
        "content-security-policy": expect.stringMatching(/default-src 'self'.*frame-ancestors 'none'/),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
      });
    },
  );
});

function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(api.port(), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}
