/** The sidecar around the application: TLS, certificates that change, what the service manager is told, the end. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSidecar } from "../../src/api/sidecar.ts";
import type { ServiceManager } from "../../src/control/sd-notify.ts";
import { type ControlFixture, controlFixture, recordingLog } from "../support/control.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

let folder: string;
let control: ControlFixture;
let port: number;
let table: Record<string, unknown>;
const statuses: string[] = [];
const told: string[] = [];
const { log, lines } = recordingLog();
let ended: Promise<number>;

const manager: ServiceManager = {
  ready: () => told.push("ready"),
  reloading: () => told.push("reloading"),
  stopping: () => told.push("stopping"),
  status: (text) => statuses.push(text),
  alive: () => {},
  watchdogMs: undefined,
};

function makeCertificate(name: string): void {
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", join(folder, "key.pem")];
  execFileSync("openssl", ["req", "-x509", ...key, "-out", join(folder, "cert.pem"), "-days", "2", ...subject], {
    stdio: "ignore",
  });
}

/** The name in the certificate that a new connection is shown. */
function shownName(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

beforeAll(async () => {
  folder = await makeTemporaryFolder("sidecar");
  makeCertificate("first");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  table = {
    listen: `0.0.0.0:${port}`,
    plain_http: false,
    tls_cert: join(folder, "cert.pem"),
    tls_key: join(folder, "key.pem"),
    volume_folders: [],
    requests_per_second: 50,
  };
  const handle = () => ({ kind: "json", value: table }) as const;
  control = await controlFixture({ routes: [{ method: "GET", path: "/v1/config/api", parameters: [], handle }] });
  const listen = `127.0.0.1:${port}`;
  ended = runSidecar({ socket: control.path, listen, log, manager, consoleFolder: join(folder, "none") });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("the sidecar", () => {
  it("serves HTTPS with the certificate of the daemon's settings, and tells the service manager when", async () => {
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(["ready"]);
    expect(await shownName()).toBe("first");
  });

  it("shows new connections the certificate that the files hold at SIGHUP", async () => {
    makeCertificate("second");
    expect(await shownName()).toBe("first");
    process.emit("SIGHUP");
    await expect.poll(shownName).toBe("second");
    expect(told).toEqual(["ready", "reloading", "ready"]);
  });

  it("keeps the certificate that it has when the files can't be used, and says so", async () => {
    writeFileSync(join(folder, "cert.pem"), "no certificate");
    process.emit("SIGHUP");
    await expect.poll(() => told.length).toBe(5);
    expect(await shownName()).toBe("second");
    expect(lines.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
      "certificates can't be read again: those of before stay",
    ]);
  });

  it("says that it has to be restarted for a setting that counts at the start only", async () => {
    table = { ...table, plain_http: true };
    await expect.poll(() => statuses.at(-1), { timeout: 4000 }).toMatch(/; restart lunette-api for api\.plain_http$/);
    table = { ...table, plain_http: false };
  });

  it("takes a new certificate at SIGHUP although the daemon is away", async () => {
    await control.close();
    makeCertificate("third");
    process.emit("SIGHUP");
    await expect.poll(shownName).toBe("third");
    await expect.poll(() => told.at(-1)).toBe("ready");
  });

  it("ends with 0 at SIGTERM, and answers nobody after that", async () => {
    process.emit("SIGTERM");
    expect(await ended).toBe(0);
    expect(told.at(-1)).toBe("stopping");
    await expect(shownName()).rejects.toThrow();
  });
});
