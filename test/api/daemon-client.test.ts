/** A daemon that goes away in the middle: what was certainly not done is told apart from what may have been. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createSocketServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_API_BOUNDS } from "../../src/api/bounds.ts";
import { type DaemonRequest, SocketClient } from "../../src/api/daemon-client.ts";
import type { Problem } from "../../src/api/problems.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

let path: string;
let client: SocketClient;
const servers: { close(): unknown }[] = [];
beforeEach(async () => {
  path = join(await makeTemporaryFolder("daemon-client"), "control.sock");
  client = new SocketClient(path, DEFAULT_API_BOUNDS);
});
afterEach(() => {
  client.close();
  for (const server of servers.splice(0)) server.close();
});

/** What the daemon does with a connection once it has a request. */
async function daemon(answer: (socket: Socket) => void): Promise<void> {
  const server = createSocketServer((socket) => socket.once("data", () => answer(socket)));
  servers.push(server.listen(path));
  await once(server, "listening");
}

const READ: DaemonRequest = { method: "GET", path: "/v1/status", caller: null };
const AUTHENTICATE: DaemonRequest = { ...READ, method: "POST", path: "/v1/api-keys/authenticate", body: {}, question: true };
const CHANGE: DaemonRequest = { ...READ, method: "PATCH", path: "/v1/config/volumes/a", body: { size: 4096 } };

const outcome = (request: DaemonRequest): Promise<unknown> =>
  client.ask(request).then(
    ({ status }) => status,
    ({ type, status, message }: Problem) => [status, type, message.includes("may have been made")],
  );

describe("a daemon that", () => {
  it("is not there has done nothing", async () => {
    for (const request of [READ, CHANGE]) expect(await outcome(request)).toEqual([503, "daemon-unavailable", false]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["ends before it answers", (socket) => void socket.destroy()],
    ["ends in its answer", (socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")],
  ])("%s may have made the change, and a question is asked again", async (_what, answer) => {
    await daemon(answer);
    for (const request of [READ, AUTHENTICATE]) expect(await outcome(request)).toEqual([503, "daemon-unavailable", false]);
    expect(await outcome(CHANGE)).toEqual([504, "outcome-unknown", true]);
  });

  it("answers with what can't be read may have made the change", async () => {
    await daemon((socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{?"));
    expect(await outcome(READ)).toEqual([502, "daemon-unintelligible", false]);
    expect(await outcome(CHANGE)).toEqual([502, "daemon-unintelligible", true]);
  });

  it("refuses has made no change, and says so itself", async () => {
    const body = '{"error":{"type":"in-use","message":"used"}}';
    await daemon(
      (socket) => void socket.end(`HTTP/1.1 409 x\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`),
    );
    expect(await outcome(CHANGE)).toEqual([409, "in-use", false]);
  });

  it("closes idle connections never meets a change on one of them", async () => {
    const server: Server = createServer({ keepAliveTimeout: 1 }, (_request, response) => response.end("{}"));
    servers.push(server.listen(path));
    await once(server, "listening");
    const connections: Socket[] = [];
    server.on("connection", (socket) => connections.push(socket));
    for (let time = 0; time < 5; time += 1) expect(await outcome(CHANGE)).toBe(200);
    expect(connections).toHaveLength(5);
  });
});
