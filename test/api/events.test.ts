/** Server-sent events: in order, from where the client was, across a restart of the daemon. */
import { request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, apiFixture } from "./support/api-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await apiFixture({ bounds: { daemon_retry_ms: 10 } });
  await api.listen();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  api.daemon.comeBack();
});
afterAll(() => api.close());

const ends: (() => void)[] = [];

interface Follower {
  text: string;
  status: number;
  type: string;
  ended: boolean;
}

async function follow(path = "/v1/events", headers: Readonly<Record<string, string>> = {}): Promise<Follower> {
  const follower: Follower = { text: "", status: 0, type: "", ended: false };
  await new Promise<void>((resolve, reject) => {
    const asking = request(
      { host: "127.0.0.1", port: api.port(), path, headers: { accept: "text/event-stream", ...headers } },
      (response) => {
        follower.status = response.statusCode ?? 0;
        follower.type = String(response.headers["content-type"]);
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          follower.text += chunk;
        });
        response.on("end", () => {
          follower.ended = true;
        });
        resolve();
      },
    );
    asking.on("error", reject);
    asking.end();
    ends.push(() => asking.destroy());
  });
  return follower;
}

const record = (reason: string): number => {
  api.daemon.events.record("configuration-applied", { reason });
  return api.daemon.events.next - 1;
};
const idsOf = ({ text }: Follower): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
const reasonsOf = ({ text }: Follower): string[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? "").details.reason);

describe("a follower of events", () => {
  it("gets those that happen from now on, each with its sequence as id", async () => {
    record("before");
    const follower = await follow();
    expect([follower.status, follower.type]).toEqual([200, "text/event-stream"]);
    const sequences = ["one", "two"].map(record);
    await expect.poll(() => reasonsOf(follower)).toEqual(["one", "two"]);
    expect(idsOf(follower)).toEqual(sequences);
  });

  it("goes on after Last-Event-ID, or at `from`", async () => {
    const [first] = ["a", "b", "c"].map(record) as [number, number, number];
    const again = await follow("/v1/events", { "last-event-id": String(first) });
    await expect.poll(() => reasonsOf(again)).toEqual(["b", "c"]);
    const from = await follow(`/v1/events?from=${first}`);
    await expect.poll(() => reasonsOf(from)).toEqual(["a", "b", "c"]);
  });

  it("is held over a restart of the daemon, and misses nothing", async () => {
    const follower = await follow();
    record("before");
    await expect.poll(() => reasonsOf(follower)).toEqual(["before"]);
    api.daemon.leave();
    await expect.poll(() => follower.text).toContain(": the daemon is away\n");
    record("meanwhile");
    api.daemon.comeBack();
    await expect.poll(() => reasonsOf(follower)).toEqual(["before", "meanwhile"]);
    record("after");
    await expect.poll(() => reasonsOf(follower)).toEqual(["before", "meanwhile", "after"]);
    expect(follower.ended).toBe(false);
  });

  it("is told how many it has missed", async () => {
    const { follow: real } = api.daemon;
    api.daemon.follow = async () =>
      (async function* () {
        yield '{"missed":7}';
        await new Promise(() => {});
      })();
    const follower = await follow("/v1/events?from=0");
    await expect.poll(() => follower.text).toContain('event: missed\ndata: {"missed":7}\n\n');
    api.daemon.follow = real;
  });

  it("gets a problem document when the daemon is away at the start, or what it asks is wrong", async () => {
    api.daemon.leave();
    const away = await follow();
    expect([away.status, away.type]).toEqual([503, expect.stringContaining("application/problem+json")]);
    expect((await follow("/v1/events?limit=5")).status).toBe(400);
    expect((await follow("/v1/events", { "last-event-id": "x" })).status).toBe(400);
  });
});

describe("a page of events", () => {
  it("is JSON for whoever does not ask for a stream", async () => {
    const first = record("page");
    const { data } = await api.client.GET("/v1/events", { params: { query: { from: first, limit: 1 } } });
    expect(data).toMatchObject({ events: [{ sequence: first, kind: "configuration-applied" }], next: first + 1 });
  });
});
