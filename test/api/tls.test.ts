/** The API over TLS, as a stranger meets it: an old version is refused, and who never says anything is not kept. */
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildApi } from "../../src/api/app.ts";
import { recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { describeWithTools } from "../support/tools.ts";
import { Authority, type Signed } from "./auth/certificates.ts";
import { FakeDaemon } from "./support/fake-daemon.ts";

describeWithTools(["openssl"], "the API over TLS", () => {
  let folder: string;
  let server: Signed;
  let app: FastifyInstance;
  let port: number;
  const { log } = recordingLog();
  beforeAll(async () => {
    folder = await makeTemporaryFolder("tls");
    writeFileSync(join(folder, "index.html"), "<!doctype html>");
    server = new Authority(folder, "ours").sign("server");
    app = await buildApi({
      client: new FakeDaemon(),
      log,
      authenticate: () => {},
      bounds: { request_ms: 100 },
      tls: { cert: server.cert, key: server.key },
      consoleFolder: folder,
    });
    await app.listen({ host: "127.0.0.1", port: 0 });
    port = (app.server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    app.server.closeAllConnections();
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it("ends a connection that begins no handshake", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.resume();
    await once(socket, "close");
  });

  it("ends a connection that speaks something else", async () => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n"));
    socket.resume();
    await once(socket, "close");
  });

  it.each([
    ["TLSv1.3", "TLSv1.3"],
    ["TLSv1.2", "TLSv1.2"],
    ["TLSv1.1", "refused"],
  ] as const)("with %s is %s", async (version, spoken) => {
    const options = { host: "127.0.0.1", port, rejectUnauthorized: false, ciphers: "DEFAULT:@SECLEVEL=0" };
    const socket = connectTls({ ...options, minVersion: version, maxVersion: version });
    const outcome = await Promise.race([
      once(socket, "secureConnect").then(() => socket.getProtocol()),
      once(socket, "error").then(
        () => "refused",
        () => "refused",
      ),
    ]).catch(() => "refused");
    expect(outcome).toBe(spoken);
    socket.destroy();
  });

  it("lets a browser keep a file of the console, and ask each time whether there is another", async () => {
    const first = await app.inject("/");
    expect([first.statusCode, first.headers["cache-control"]]).toEqual([200, "no-cache"]);
    const again = await app.inject({ url: "/", headers: { "if-none-match": String(first.headers["etag"]) } });
    expect(again.statusCode).toBe(304);
  });
});
