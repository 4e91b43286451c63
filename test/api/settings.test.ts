/** What the sidecar starts with, and what it refuses to start with: the message says what to change. */
import { describe, expect, it } from "vitest";
import { type ApiTable, settingsOf, tlsOf } from "../../src/api/settings.ts";

const TABLE: ApiTable = {
  listen: "127.0.0.1:9870",
  plain_http: false,
  tls_cert: undefined,
  tls_key: undefined,
  client_ca: undefined,
  volume_folders: [],
  requests_per_second: 50,
};
const TLS = { tls_cert: "/c.pem", tls_key: "/k.pem" };
const read = (file: string) => Buffer.from(file);
const settings = (table: Partial<ApiTable>, listen?: string) => settingsOf({ ...TABLE, ...table }, listen, read);

describe("the settings of the API", () => {
  it.each(["127.0.0.1:1", "127.255.0.1:1", "[::1]:1"])("let %s be served without TLS", (listen) => {
    expect(settings({ listen }).tls).toBeUndefined();
  });

  it.each(["0.0.0.0:1", "[::]:1", "192.0.2.1:1", "[2001:db8::1]:1"])(
    "let %s be served with TLS or plain_http only",
    (listen) => {
      expect(() => settings({ listen })).toThrow(/api\.tls_cert and api\.tls_key, or api\.plain_http = true/);
      expect(settings({ listen, plain_http: true }).tls).toBeUndefined();
      expect(settings({ listen, ...TLS }).tls).toEqual({ cert: read("/c.pem"), key: read("/k.pem"), ca: undefined });
    },
  );

  it("take --listen instead of the table's address, by the same rules", () => {
    expect(settings({}, "[::1]:8080").address).toEqual({ host: "::1", port: 8080 });
    expect(settings({ listen: "off" }, "127.0.0.1:8080").address.port).toBe(8080);
    expect(() => settings({}, "0.0.0.0:8080")).toThrow("loopback only");
  });

  it.each([
    [{ listen: "off" }, 'api.listen is "off"'],
    [{ listen: "localhost:1" }, "127.0.0.1:9870"],
    [{ listen: "127.0.0.1" }, "with a port"],
    [{ tls_cert: "/c.pem" }, "api.tls_cert is set alone"],
    [{ tls_key: "/k.pem" }, "api.tls_key is set alone"],
    [{ client_ca: "/ca.pem" }, "without TLS"],
  ])("%j is refused: %s", (table, message) => expect(() => settings(table)).toThrow(message));

  it("name a certificate that can't be read", () => {
    expect(() => tlsOf({ ...TABLE, tls_cert: "/nowhere/c.pem", tls_key: "/nowhere/k.pem" })).toThrow(
      "/nowhere/c.pem can't be read",
    );
  });
});
