/** A lock for this machine, across processes: the name of an abstract socket, which the kernel gives back when its holder ends, however it ends. */
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const RETRY_MS = 200;

/** Runs `work` when nobody else on this machine is within the same `name`. */
export async function oneAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const held = await acquire(`\0lunette-test-${name}`);
  try {
    return await work();
  } finally {
    held.close();
  }
}

async function acquire(path: string): Promise<Server> {
  for (;;) {
    const server = createServer();
    const taken = await new Promise<boolean>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(true) : reject(error)));
      server.listen(path, () => resolve(false));
    });
    if (!taken) return server;
    await sleep(RETRY_MS);
  }
}
