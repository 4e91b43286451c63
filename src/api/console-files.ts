/** The console: the files of a built folder at `/`, each with a route of its own. They hold nothing secret and need no key. */
import { existsSync } from "node:fs";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

export async function serveConsole(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  await app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.config = { ...route.config, role: "public" };
      route.schema = { ...route.schema, hide: true };
    });
    // May be kept, and is asked about each time: after an update pages and scripts are of one version.
    scope.addHook("onSend", async (_request, reply) => {
      reply.header("cache-control", "no-cache");
    });
    // Looked for once: what is not there at the start is an unknown path.
    await scope.register(fastifyStatic, {
      root: folder,
      prefix: "/",
      wildcard: false,
      dotfiles: "ignore",
      cacheControl: false,
      etag: true,
    });
  });
}
