/** The HTTP endpoint that Prometheus scrapes: GET /metrics, and /healthz for probes. */
import { createServer, type Server } from "node:http";
import type { Registry } from "prom-client";

/** A scraper that does not get its request out in this time is dropped, milliseconds. */
const REQUEST_TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 32;

/** @param onError told of errors after the start */
export function serveMetrics(registry: Registry, host: string, port: number, onError: (error: Error) => void): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
    } else if (path === "/metrics") {
      registry.metrics().then(
        (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
        (error: unknown) => response.writeHead(500).end(`${String(error)}\n`),
      );
    } else if (path === "/healthz") {
      response.writeHead(200, { "content-type": "text/plain" }).end("ok\n");
    } else {
      response.writeHead(404, { "content-type": "text/plain" }).end("GET /metrics\n");
    }
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
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
