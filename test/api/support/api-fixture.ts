/** The API before a daemon in memory, with the client that openapi-typescript generates types for. */
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance, InjectOptions } from "fastify";
import createClient, { type Client } from "openapi-fetch";
import { type ApiOptions, buildApi } from "../../../src/api/app.ts";
import type { Caller } from "../../../src/api/caller.ts";
import { recordingLog } from "../../support/control.ts";
import type { paths } from "../generated-client.ts";
import { FakeDaemon } from "./fake-daemon.ts";

export const ADMIN: Caller = { name: "robot", kind: "api-key", role: "admin" };

export interface ApiFixture {
  readonly app: FastifyInstance;
  readonly daemon: FakeDaemon;
  readonly client: Client<paths>;
  /** Of `listen`. */
  readonly port: () => number;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export async function apiFixture(options: Partial<ApiOptions> = {}): Promise<ApiFixture> {
  const daemon = new FakeDaemon();
  const { log } = recordingLog();
  const app = await buildApi({
    client: daemon,
    log,
    authenticate: (each) => {
      each.addHook("onRequest", async (request) => {
        request.caller = ADMIN;
      });
    },
    ...options,
  });
  return {
    app,
    daemon,
    client: createClient<paths>({ baseUrl: "http://lunette", fetch: (request) => injected(app, request) }),
    port: () => (app.server.address() as AddressInfo).port,
    listen: async () => void (await app.listen({ host: "127.0.0.1", port: 0 })),
    close: () => app.close(),
  };
}

/** fetch without a socket. */
async function injected(app: FastifyInstance, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const payload = Buffer.from(await request.arrayBuffer());
  const response = await app.inject({
    method: request.method as NonNullable<InjectOptions["method"]>,
    url: pathname + search,
    headers: Object.fromEntries(request.headers),
    ...(payload.length === 0 ? {} : { payload }),
  });
  const bodyless = response.statusCode === 304;
  return new Response(bodyless ? null : response.body, {
    status: response.statusCode,
    headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
  });
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says; the test looks at it
  readonly json: any;
}

/** One request over a socket, as a stranger may write it. */
export function http(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Readonly<Record<string, string>>; body?: string | Buffer } = {},
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const isJson = /json/.test(String(response.headers["content-type"]));
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        json: isJson && text !== "" ? JSON.parse(text) : text,
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}
