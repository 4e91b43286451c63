/** RFC 7143 11.13.5 (0302h, out of resources) and 6.3: how many may be there at a time, before login and after it. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { ScriptedInitiator } from "../support/scripted-initiator.ts";
import { DISK, OTHER, useTarget } from "./target.ts";

const NAMES = (target: string) => ["InitiatorName=iqn.2026-11.com.example:scripted", `TargetName=${target}`];

const opened: { destroy(): void }[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

async function session(port: number, target = DISK): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.session(port, target);
  opened.push(initiator.socket);
  return initiator;
}

/** A connection that never sends anything, from one of the addresses of the loopback interface. */
async function idle(port: number, localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => {}).resume();
  opened.push(socket);
  await once(socket, "connect");
  return socket;
}

/** The target has closed, without a word, what it does not want; what it wants stays open. */
async function isRefused(socket: Socket): Promise<boolean> {
  await Promise.race([socket.closed ? undefined : once(socket, "close"), sleep(300)]);
  return socket.closed;
}

/** Sessions end at the target a moment after the socket closes here. */
async function soon<T>(attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + 3_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(50);
    }
  }
}

describe("limits.connections", () => {
  const target = useTarget("connections = 3");

  it("closes one more connection at once, and takes another when one has left", async () => {
    const sessions = [await session(target.port), await session(target.port), await session(target.port)];
    expect(await isRefused(await idle(target.port))).toBe(true);
    for (const each of sessions) await each.ping();
    sessions[0]?.close();
    const another = await soon(() => session(target.port));
    expect((await another.read(0, 8)).status).toBe(0);
  });

  it("holds for connections that were all open before the first of them logged in", async () => {
    // The sessions of the case before were closed a moment ago.
    await expect.poll(() => target.process.metric("lunette_connections")).toBe(0);
    const waiting = await Promise.all(Array.from({ length: 8 }, () => ScriptedInitiator.connect(target.port)));
    opened.push(...waiting.map((each) => each.socket));
    // The kernel answers for the target before it has accepted: one accepted after three logins would be closed at once.
    await expect.poll(() => target.process.metric("lunette_connections")).toBe(8);
    const statuses: string[] = [];
    for (const each of waiting) {
      const { pdu } = await each.loginRequest(NAMES(DISK));
      statuses.push(`${pdu.statusClass}/${pdu.statusDetail}`);
    }
    expect(statuses).toEqual([...Array(3).fill("0/0"), ...Array(5).fill("3/2")]);
  });
});

describe("limits.connections_before_login", () => {
  const target = useTarget("connections_before_login = 4");

  it("bounds what has not logged in, from all addresses together, and not what has", async () => {
    const sessions = [];
    for (let n = 0; n < 6; n++) sessions.push(await session(target.port));
    const crowd = [];
    for (let n = 1; n <= 4; n++) crowd.push(await idle(target.port, `127.0.0.${n}`));
    expect(await isRefused(await idle(target.port, "127.0.0.9"))).toBe(true);
    for (const socket of crowd) expect(socket.closed).toBe(false);
    for (const each of sessions) await each.ping();
    crowd[0]?.destroy();
    await soon(() => session(target.port));
  });
});

describe("limits.connections_before_login_per_address", () => {
  const target = useTarget("connections_before_login_per_address = 4");

  it("bounds what one address has open without login, and leaves others alone", async () => {
    for (let n = 0; n < 4; n++) await idle(target.port, "127.0.0.2");
    expect(await isRefused(await idle(target.port, "127.0.0.2"))).toBe(true);
    expect(await isRefused(await idle(target.port, "127.0.0.3"))).toBe(false);
    expect((await (await session(target.port)).read(0, 8)).status).toBe(0);
  });
});

describe("limits.sessions_per_target", () => {
  const target = useTarget("sessions_per_target = 2");

  it("refuses one session more with 0302h, not a session of another target, and not a reinstatement", async () => {
    const first = await session(target.port);
    const second = await session(target.port);
    const third = await ScriptedInitiator.connect(target.port);
    opened.push(third.socket);
    expect((await third.loginRequest(NAMES(DISK))).pdu).toMatchObject({ statusClass: 3, statusDetail: 2 });
    await third.expectClosed();
    await session(target.port, OTHER);

    const again = await ScriptedInitiator.connect(target.port);
    opened.push(again.socket);
    again.isid = first.isid;
    await again.login(DISK);
    await first.expectClosed();
    await second.ping();
    await again.ping();
    second.close();
    await soon(() => session(target.port));
  });
});
