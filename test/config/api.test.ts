import { describe, expect, test } from "vitest";
import { errorsOf, FILE, load } from "./in-memory.ts";

const withApi = (lines: string): string => `[node]
base_iqn = "iqn.2026-11.com.example"
[[portal_group]]
tag = 1
portals = ["127.0.0.1:3260"]
[api]
${lines}
`;

describe("[api]", () => {
  test("has a default for every key", () => {
    expect(load(withApi("")).configuration.api).toEqual({
      listen: { host: "127.0.0.1", port: 9870 },
      plainHttp: false,
      tlsCert: undefined,
      tlsKey: undefined,
      clientCa: undefined,
      volumeFolders: [],
      requestsPerSecond: 50,
    });
  });

  test("has paths beside the file, and can be off", () => {
    const text = withApi('listen = "off"\ntls_cert = "c.pem"\ntls_key = "/k.pem"\nvolume_folders = ["luns", "/srv"]');
    expect(load(text).configuration.api).toMatchObject({
      listen: undefined,
      tlsCert: "/etc/lunette/c.pem",
      tlsKey: "/k.pem",
      volumeFolders: ["/etc/lunette/luns", "/srv"],
    });
  });

  test.each([
    ['listen = "0.0.0.0:9870"', "listen", "tls_cert"],
    ['listen = "[::]:9870"', "listen", "tls_cert"],
    ['listen = "127.0.0.1"', "listen", "with a port"],
    ['listen = "::1"', "listen", "with a port"],
    ['tls_cert = "/c.pem"', "tls_cert", "give both"],
    ['tls_key = "/k.pem"', "tls_key", "give both"],
    ['client_ca = "/ca.pem"', "client_ca", "give tls_cert too"],
    ["requests_per_second = 0", "requests_per_second", "from 1 to"],
  ])("refuses %s with advice", (line, key, advice) => {
    const errors = errorsOf(withApi(line));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`${FILE}:7:`);
    expect(errors[0]).toContain(key);
    expect(errors[0]).toContain(advice);
  });

  test.each([
    'listen = "0.0.0.0:9870"\nplain_http = true',
    'listen = "[::]:9870"\ntls_cert = "/c.pem"\ntls_key = "/k.pem"\nclient_ca = "/ca.pem"',
    'listen = "[::1]:9870"',
    'listen = "127.8.9.1:9870"',
  ])("lets %s pass", (lines) => expect(errorsOf(withApi(lines))).toEqual([]));
});
