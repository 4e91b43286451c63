import { closeSync, openSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { native } from "./addon.ts";

const ENOTSOCK = -88;
const EBADF = -9;
const ENODATA = -61;

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder("peer");
});
afterAll(() => rmSync(folder, { recursive: true }));

const descriptorOf = (handle: Socket | Server): number => (handle as unknown as { _handle: { fd: number } })._handle.fd;

/** The descriptor of a connection's accepting side, while `use` runs. */
async function accepted(where: { path: string } | { port: number; host: string }, use: (fd: number) => void): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(where, resolve));
  const address = server.address();
  const target = typeof address === "string" ? { path: address } : { port: address!.port, host: "127.0.0.1" };
  const arrived = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const client = connect(target);
  const socket = await arrived;
  try {
    use(descriptorOf(socket));
  } finally {
    client.destroy();
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("peerCredentials", () => {
  test("says who has connected a unix socket", async () => {
    await accepted({ path: join(folder, "socket") }, (fd) => {
      expect(native.peerCredentials(fd)).toEqual({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
    });
  });

  test("has nobody to tell for a TCP connection", async () => {
    await accepted({ port: 0, host: "127.0.0.1" }, (fd) => expect(native.peerCredentials(fd)).toBe(ENODATA));
  });

  test("gives the system's error for what is no socket or is not open", () => {
    const fd = openSync("/dev/null", "r");
    expect(native.peerCredentials(fd)).toBe(ENOTSOCK);
    closeSync(fd);
    expect(native.peerCredentials(1_000_000)).toBe(EBADF);
  });

  test.each([[undefined], ["3"], [-1], [1.5], [Number.NaN]])("throws for the descriptor %j", (fd) => {
    expect(() => native.peerCredentials(fd as number)).toThrow("fd must be");
  });
});
