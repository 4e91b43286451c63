/** Where `/metrics` is served now. A new address listens before the old one closes, so that a change of it can be refused. */
import type { Server } from "node:http";

interface Address {
  readonly host: string;
  readonly port: number;
}

export class MetricsEndpoint {
  readonly #serve: (address: Address) => Promise<Server>;
  #address: Address | undefined;
  #server: Server | undefined;

  /** @param serve opens a server, or rejects with what stands in the way */
  constructor(serve: (address: Address) => Promise<Server>) {
    this.#serve = serve;
  }

  /** @param address undefined: off */
  async start(address: Address | undefined): Promise<void> {
    await (await this.prepare(address)).commit();
  }

  /** Listens where that is new. @throws Error when it can't, and nothing has changed */
  async prepare(address: Address | undefined): Promise<{ commit(): Promise<void>; undo(): Promise<void> }> {
    const textOf = (one: Address | undefined): string => (one === undefined ? "off" : `${one.host} ${one.port}`);
    if (textOf(address) === textOf(this.#address)) return { commit: async () => {}, undo: async () => {} };
    const opened = address === undefined ? undefined : await this.#serve(address);
    return {
      commit: async () => {
        end(this.#server);
        this.#server = opened;
        this.#address = address;
      },
      undo: async () => end(opened),
    };
  }

  close(): void {
    end(this.#server);
    this.#server = undefined;
    this.#address = undefined;
  }
}

/** A scrape that is being answered is cut off: the next one asks elsewhere anyway. */
function end(server: Server | undefined): void {
  server?.close();
  server?.closeAllConnections();
}
