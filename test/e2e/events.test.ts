/** The event log of a daemon: each thing that hosts and storage do to it is told once, with what is known and why. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EventKind, LunetteEvent } from "../../src/common/events.ts";
import type { EventPage } from "../../src/control/routes.ts";
import { logout } from "../conformance/requests.ts";
import { ask } from "../support/control.ts";
import { LunetteProcess } from "../support/lunette-process.ts";
import { INITIATOR_NAME, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { configuration, resultOf, session, TARGET } from "./scripted-target.ts";

const CHAP = "iqn.2026-11.com.example.e2e:chap";
const CONNECTIONS_BEFORE_LOGIN = 3;

let lunette: LunetteProcess;
let seen = 0;

beforeAll(async () => {
  lunette = await LunetteProcess.start((place) => {
    const volumes = [
      { name: "vm01", path: join(place.folder, "vm01.img"), lines: 'size = "8 MiB"\ncreate = "thin"' },
      { name: "late", path: join(place.folder, "late.img") },
    ];
    const limits = `[limits]\nlogin_time_ms = 500\nconnections_before_login_per_address = ${CONNECTIONS_BEFORE_LOGIN}\n`;
    return `${configuration(place, volumes, limits)}
[[auth_group]]
name = "hosts"
[[auth_group.chap]]
user = "host"
secret = "a secret of enough bytes"
[[target]]
name = "chap"
[[target.access]]
igroup = "any"
auth = "chap"
auth_group = "hosts"
`;
  });
}, 40_000);
afterAll(() => lunette?.dispose());

async function events(): Promise<readonly LunetteEvent[]> {
  return ((await ask(join(lunette.folder, "control.sock"), `/v1/events?from=${seen}`)).json as EventPage).events;
}

/** The next event of a kind, of this volume if one is given, once; what is older does not count. */
async function next(kind: EventKind, timeout = 5_000, volume?: string): Promise<LunetteEvent> {
  let found: LunetteEvent | undefined;
  await expect
    .poll(
      async () => {
        const all = await events();
        found = all.find((event) => event.kind === kind && (volume === undefined || event.details.volume === volume));
        return found?.kind ?? all.map((event) => event.kind);
      },
      { timeout, interval: 50 },
    )
    .toBe(kind);
  seen = (found as LunetteEvent).sequence + 1;
  return found as LunetteEvent;
}

function reserve(initiator: ScriptedInitiator, action: number, key: bigint, victim: bigint, type = 0): Promise<string> {
  const data = Buffer.alloc(24);
  data.writeBigUInt64BE(key, 0);
  data.writeBigUInt64BE(victim, 8);
  const options = { write: true, expectedDataTransferLength: data.length, data };
  return initiator.run([0x5f, action, type, 0, 0, 0, 0, 0, data.length, 0], options).then(resultOf);
}

describe("events tell", () => {
  it("a volume that is offline once, and when it is online", async () => {
    const offline = await next("volume-offline");
    expect(offline).toMatchObject({ severity: "error", details: { volume: "late" } });
    expect(offline.details.reason).toContain("late.img: does not exist");
    writeFileSync(join(lunette.folder, "late.img"), Buffer.alloc(1024 * 1024));
    // Volumes are opened side by side: the other one may be online before or after this one is told as offline.
    const online = await next("volume-online", 15_000, "late");
    expect(online.details).toEqual({ volume: "late", to: 1024 * 1024 });
  }, 20_000);

  it("a volume that has another size", async () => {
    truncateSync(join(lunette.folder, "vm01.img"), 16 * 1024 * 1024);
    expect((await next("volume-resized")).details).toMatchObject({ volume: "vm01", from: 8 * 2 ** 20, to: 16 * 2 ** 20 });
  });

  it("a login, and its end by logout or without", async () => {
    const where = {
      initiator: INITIATOR_NAME,
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      target: TARGET,
      portal: `127.0.0.1:${lunette.port}`,
      portalGroup: 1,
      session: expect.any(Number),
    };
    const first = await session(lunette.port);
    const accepted = await next("login-accepted");
    expect(accepted.details).toEqual(where);
    await logout(first);
    const ended = await next("session-ended");
    expect(ended.details).toEqual({ ...where, reason: "logout" });
    expect(ended.details.session).toBe(accepted.details.session);
    (await session(lunette.port)).socket.resetAndDestroy();
    expect((await next("session-lost")).details).toEqual({ ...where, reason: "connection lost: ECONNRESET" });
  });

  it("nothing of a discovery", async () => {
    const before = (await events()).length;
    const initiator = await ScriptedInitiator.connect(lunette.port);
    await initiator.login(undefined);
    await logout(initiator);
    expect((await events()).slice(before)).toEqual([]);
  });

  it("a login that fails at its secret, with the status and why", async () => {
    const initiator = await ScriptedInitiator.connect(lunette.port);
    const keys = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${CHAP}`, "AuthMethod=CHAP"];
    const stage = { currentStage: 0, nextStage: 0, transit: false };
    await initiator.loginRequest(keys, stage);
    await initiator.loginRequest(["CHAP_A=7"], stage);
    await initiator.loginRequest(["CHAP_N=host", `CHAP_R=0x${"00".repeat(32)}`], { ...stage, transit: true, nextStage: 1 });
    const { details } = await next("login-refused");
    expect(details).toMatchObject({ initiator: INITIATOR_NAME, target: CHAP, status: "0x0201" });
    expect(JSON.stringify(await events())).not.toContain("a secret of enough bytes");
  });

  it("connections that are refused for a limit, and a login that takes too long", async () => {
    const held = [];
    for (let i = 0; i <= CONNECTIONS_BEFORE_LOGIN; i += 1) held.push(await ScriptedInitiator.connect(lunette.port));
    expect((await next("connection-refused")).details.reason).toContain("limits.connections_before_login_per_address");
    expect((await next("login-refused")).details.reason).toContain("limits.login_time_ms");
    for (const initiator of held) initiator.close();
  });

  it("who has preempted whom", async () => {
    const victim = await session(lunette.port);
    const winner = await session(lunette.port);
    expect(await reserve(victim, 0x00, 0n, 1n)).toBe("good");
    expect(await reserve(winner, 0x00, 0n, 2n)).toBe("good");
    expect(await reserve(victim, 0x01, 1n, 0n, 5)).toBe("good");
    expect(await reserve(winner, 0x04, 2n, 1n, 5)).toBe("good");
    const port = ({ isid }: ScriptedInitiator): string => `${INITIATOR_NAME},i,0x${isid.toString(16).padStart(12, "0")}`;
    expect((await next("reservation-preempted")).details).toEqual({
      initiator: INITIATOR_NAME,
      target: TARGET,
      volume: "vm01",
      from: port(victim),
      to: port(winner),
    });
    victim.close();
    winner.close();
  });

  it("a host that changes how a portal group stands", async () => {
    const host = await session(lunette.port, 2);
    const set = async (state: number): Promise<string> => {
      const data = Buffer.from([0, 0, 0, 0, state, 0, 0, 1]);
      const cdb = [0xa4, 0x0a, 0, 0, 0, 0, 0, 0, 0, data.length, 0, 0];
      return resultOf(await host.run(cdb, { lun: 1, write: true, expectedDataTransferLength: data.length, data }));
    };
    expect(await set(0x1)).toBe("good");
    const changed = await next("access-state-changed");
    expect(changed.details).toMatchObject({ volume: "late", portalGroup: 1, to: "active/non-optimized" });
    host.close();
  });

  it("a volume whose state can't be read", async () => {
    await lunette.terminate();
    const units = join(lunette.folder, "state", "units");
    writeFileSync(units, "");
    await lunette.run();
    const lost = await next("volume-state-lost");
    expect(lost.details.reason).toContain(units);
  }, 40_000);
});
