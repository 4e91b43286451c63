/** `[api]` while the sidecar runs: what counts at once, and what is told to wait for a restart. */
import { beforeEach, describe, expect, it } from "vitest";
import { LiveSettings } from "../../src/api/live-settings.ts";
import { Problem } from "../../src/api/problems.ts";
import type { ApiTable } from "../../src/api/settings.ts";
import { recordingLog } from "../support/control.ts";

const TABLE: ApiTable = {
  listen: "127.0.0.1:9870",
  plain_http: false,
  tls_cert: "/c.pem",
  tls_key: "/k.pem",
  client_ca: undefined,
  volume_folders: [],
  requests_per_second: 50,
};
let table: ApiTable | undefined;
let waiting: (readonly string[])[];
const { log, lines } = recordingLog();
beforeEach(() => {
  table = TABLE;
  waiting = [];
  lines.length = 0;
});

const live = (listenGiven = false): LiveSettings =>
  new LiveSettings(TABLE, {
    log,
    listenGiven,
    onWaiting: (names) => waiting.push(names),
    client: {
      ask: async () => {
        if (table === undefined) throw new Problem("daemon-unavailable", "away");
        return { status: 200, etag: undefined, body: table };
      },
    },
  });

describe("settings that change while the service runs", () => {
  it("count at once where they are the rate limit, and stay while the daemon is away", async () => {
    const settings = live();
    table = { ...TABLE, requests_per_second: 7 };
    await settings.look();
    expect([settings.requestsPerSecond(), waiting]).toEqual([7, []]);
    table = undefined;
    await settings.look();
    expect(settings.requestsPerSecond()).toBe(7);
  });

  it("are told once where they wait for a restart, and once more when they were taken back", async () => {
    const settings = live();
    table = { ...TABLE, listen: "127.0.0.1:1", client_ca: "/ca.pem" };
    for (let look = 0; look < 3; look += 1) await settings.look();
    expect(waiting).toEqual([["api.listen", "api.client_ca"]]);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["warn", "restart lunette-api: settings have changed that count from its next start"],
    ]);
    table = TABLE;
    await settings.look();
    expect(waiting.at(-1)).toEqual([]);
  });

  it("wait no longer where SIGHUP has taken them, and an address of the command line waits for nothing", async () => {
    const settings = live(true);
    table = { ...TABLE, listen: "127.0.0.1:1", tls_cert: "/other.pem" };
    await settings.look();
    expect(waiting).toEqual([["api.tls_cert"]]);
    settings.certificatesTaken();
    expect(waiting.at(-1)).toEqual([]);
  });
});
