/** The endpoint of the metrics: whoever reaches it takes no more than its bounds allow. */
import { once } from "node:events";
import { get, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { METRICS_BOUNDS, type MetricsBounds, serveMetrics } from "../../src/metrics/metrics-server.ts";

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

async function serve(
  scrape: () => AsyncGenerator<string>,
  bounds: Partial<MetricsBounds> = {},
  errors: Error[] = [],
): Promise<{ port: number; server: Server }> {
  const metrics = { contentType: CONTENT_TYPE, scrape };
  const server = await serveMetrics(metrics, "127.0.0.1", 0, (error) => errors.push(error), { ...METRICS_BOUNDS, ...bounds });
  opened.push({
    close() {
      server.close();
      server.closeAllConnections();
    },
  });
  return { port: (server.address() as AddressInfo).port, server };
}

async function* twoPieces(): AsyncGenerator<string> {
  yield "a 1\n";
  yield "b 2\n";
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  opened.push({ close: () => socket.destroy() });
  await once(socket, "connect");
  return socket;
}

async function ask(
  port: number,
  path: string,
  method = "GET",
): Promise<{ status: number | undefined; type: string | undefined; text: string }> {
  const [response] = (await once(request({ host: "127.0.0.1", port, path, method }).end(), "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, type: response.headers["content-type"], text };
}

describe("the endpoint", () => {
  it("answers a scrape with all pieces and the content type of the text format", async () => {
    const { port } = await serve(twoPieces);
    expect(await ask(port, "/metrics?from=prometheus")).toEqual({ status: 200, type: CONTENT_TYPE, text: "a 1\nb 2\n" });
    expect(await ask(port, "/metrics", "HEAD")).toEqual({ status: 200, type: CONTENT_TYPE, text: "" });
  });

  it("knows nothing but the metrics and the probe, and changes nothing", async () => {
    const { port } = await serve(twoPieces);
    expect((await ask(port, "/healthz")).text).toBe("ok\n");
    expect((await ask(port, "/metrics/..")).status).toBe(404);
    expect((await ask(port, "/metrics", "POST")).status).toBe(405);
  });

  it("makes no piece before the last one has left, and lets the event loop turn in between", async () => {
    let made = 0;
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 0);
    opened.push({ close: () => clearInterval(turning) });
    const { port } = await serve(async function* () {
      for (; made < 400; made += 1) yield "x".repeat(100_000);
    });
    const socket = await open(port);
    socket.pause().write("GET /metrics HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    await expect.poll(() => made).toBeGreaterThan(2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    // What the kernel's buffers hold, and not the 40 MB of the scrape.
    expect(made).toBeLessThan(400);
    const stuck = turns;
    socket.resume();
    await once(socket, "close");
    expect(made).toBe(400);
    expect(turns).toBeGreaterThan(stuck);
  });

  it("does not pass off a scrape that fails as a whole one", async () => {
    const errors: Error[] = [];
    const { port } = await serve(
      async function* () {
        yield "a 1\n";
        throw new Error("late");
      },
      {},
      errors,
    );
    await expect(ask(port, "/metrics")).rejects.toThrow();
    const early = await serve(
      // biome-ignore lint/correctness/useYield: fails before its first piece
      async function* () {
        throw new Error("early");
      },
      {},
      errors,
    );
    expect((await ask(early.port, "/metrics")).status).toBe(500);
    expect(errors.map(({ message }) => message)).toEqual(["late", "early"]);
  });

  it("goes on when a scraper leaves in the middle", async () => {
    const errors: Error[] = [];
    let ended = false;
    const { port } = await serve(
      async function* () {
        try {
          for (;;) yield "x".repeat(100_000);
        } finally {
          ended = true;
        }
      },
      {},
      errors,
    );
    const leaving = get({ host: "127.0.0.1", port, path: "/metrics" }).on("error", () => {});
    const [response] = (await once(leaving, "response")) as [IncomingMessage];
    response.on("error", () => {}).destroy();
    await expect.poll(() => ended).toBe(true);
    expect((await ask(port, "/healthz")).status).toBe(200);
    expect(errors).toEqual([]);
  });
});

describe("a bound", () => {
  it("connections: one more is closed at once", async () => {
    const { port, server } = await serve(twoPieces, { connections: 3 });
    const kept = await Promise.all([open(port), open(port), open(port)]);
    await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(3);
    await once(await open(port), "close");
    expect(kept.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
    kept[0]?.destroy();
    await expect.poll(async () => (await ask(port, "/healthz").catch(() => undefined))?.status).toBe(200);
  });

  it("requestMs: a request that does not end is answered 408 and closed", async () => {
    const { port } = await serve(twoPieces, { requestMs: 200 });
    const socket = await open(port);
    socket.write("GET /metrics HTTP/1.1\r\nhost: a\r\nx-slow: ");
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    await once(socket, "close");
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("idleMs: one that reads nothing of its answer is closed", async () => {
    let ended = false;
    const { port } = await serve(
      async function* () {
        try {
          for (;;) yield "x".repeat(1_000_000);
        } finally {
          ended = true;
        }
      },
      { idleMs: 200 },
    );
    const socket = await open(port);
    socket.pause().write("GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n");
    await expect.poll(() => ended, { timeout: 3_000 }).toBe(true);
  });

  it("headerBytes: more is refused with 431", async () => {
    const { port } = await serve(twoPieces);
    const socket = await open(port);
    socket.write(`GET /metrics HTTP/1.1\r\nhost: a\r\nx-long: ${"x".repeat(METRICS_BOUNDS.headerBytes)}\r\n\r\n`);
    const [data] = (await once(socket, "data")) as [Buffer];
    expect(data.toString("latin1")).toMatch(/^HTTP\/1\.1 431 /);
  });
});
