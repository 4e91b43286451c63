/** The HTTP endpoint that Prometheus scrapes: GET /metrics, and /healthz for probes. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Metrics } from "./metrics.ts";

/** What a peer of the endpoint may take, whoever it is: nobody logs in here. */
export const METRICS_BOUNDS = {
  /** Milliseconds in which a request has to be complete. */
  requestMs: 5_000,
  /** A connection on which nothing moves for this long is closed, milliseconds: one that does not read its answer as well. */
  idleMs: 10_000,
  /** More connections are closed at once. */
  connections: 32,
  /** Request line and headers, bytes. */
  headerBytes: 8 * 1024,
} as const;
export type MetricsBounds = { readonly [Name in keyof typeof METRICS_BOUNDS]: number };

const PLAIN = { "content-type": "text/plain" };

/** @param onError told of errors after the start */
export function serveMetrics(
  metrics: Pick<Metrics, "contentType" | "scrape">,
  host: string,
  port: number,
  onError: (error: Error) => void,
  bounds: MetricsBounds = METRICS_BOUNDS,
): Promise<Server> {
  const server = createServer(
    { maxHeaderSize: bounds.headerBytes, connectionsCheckingInterval: bounds.requestMs / 5 },
    (request, response) => {
      const path = (request.url ?? "/").split("?")[0];
      if (request.method !== "GET" && request.method !== "HEAD") {
        response.writeHead(405, { allow: "GET, HEAD" }).end();
      } else if (path === "/metrics") {
        response.setHeader("content-type", metrics.contentType);
        if (request.method === "HEAD") response.end();
        else sendScrape(metrics.scrape(), response).catch((error: Error) => refuse(response, error, onError));
      } else if (path === "/healthz") {
        response.writeHead(200, PLAIN).end("ok\n");
      } else {
        response.writeHead(404, PLAIN).end("GET /metrics\n");
      }
    },
  );
  server.requestTimeout = bounds.requestMs;
  server.headersTimeout = bounds.requestMs;
  server.timeout = bounds.idleMs;
  server.maxConnections = bounds.connections;
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new Error(
          `metrics endpoint ${host}:${port} can't listen: ${error.message}; change metrics.listen, or set it to "off"`,
          { cause: error },
        ),
      ),
    );
    server.listen({ host, port }, () => {
      // What goes wrong later costs a scrape, never the target.
      server.removeAllListeners("error").on("error", onError);
      resolve(server);
    });
  });
}

/** A piece, then a turn of the event loop for the data path; no piece is made before the last one has gone to the kernel. */
async function sendScrape(scrape: AsyncIterable<string>, response: ServerResponse): Promise<void> {
  for await (const piece of scrape) {
    if (response.destroyed) return;
    if (!response.write(piece)) await drainedOrClosed(response);
    // A kernel that takes everything at once drains within the turn.
    await nextTurn();
  }
  response.end();
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

/** A scrape cut short must not look like a whole one. */
function refuse(response: ServerResponse, error: Error, onError: (error: Error) => void): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, PLAIN).end("the metrics can't be read: see the log\n");
  onError(error);
}
