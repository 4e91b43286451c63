/** A portal: RFC 7143 3.1. Listens, admits connections within the limits, and hands them their login phase. */
import { createServer, type Server, type Socket } from "node:net";
import { Connection, type PortalFacts } from "./connection.ts";
import { LoginPhase } from "./login/login-phase.ts";
import type { Services } from "./services.ts";

export interface PortalOptions extends PortalFacts {
  readonly host: string;
  readonly port: number;
}

export class Portal {
  readonly #services: Services;
  /** Replaced when the portal moves to another group: connections that come afterwards belong to that. */
  options: PortalOptions;
  readonly #server: Server;

  constructor(services: Services, options: PortalOptions) {
    this.#services = services;
    this.options = options;
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: false }, (socket) => this.#accept(socket));
  }

  /** Resolves when it listens; rejects with the system's error. */
  listen(): Promise<void> {
    const { host, port } = this.options;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port, backlog: 511, ipv6Only: host.includes(":") }, () => {
        this.#server.off("error", reject);
        // An accept that fails (no descriptors left) is an event of the moment, not the end of the portal.
        this.#server.on("error", (error) =>
          this.#services.log
            .limited(`portal ${this.options.listen}`)
            .error({ portal: this.options.listen, err: error }, "portal error"),
        );
        resolve();
      });
    });
  }

  /** Stops accepting. Connections that are open stay. */
  close(): void {
    this.#server.close();
  }

  #accept(socket: Socket): void {
    const { limits, connections, counters, events, log } = this.#services;
    const address = socket.remoteAddress ?? "unknown";
    const full = this.#fullFor(address);
    if (full !== undefined) {
      counters.connectionsRefused += 1;
      events.record("connection-refused", {
        address,
        portal: this.options.listen,
        reason: `limits.${full} is reached: ${limits[full]}`,
      });
      log
        .limited(`refused ${full}`)
        .warn({ address, portal: this.options.listen, limit: full, value: limits[full] }, "connection refused: limit reached");
      socket.on("error", () => {});
      socket.destroy();
      return;
    }
    counters.connectionsAccepted += 1;
    // The connection and its socket need each other; nothing is read before both are there.
    let connection: Connection | undefined;
    const own = this.#services.readBuffer.adopt(socket, (chunk) => connection?.received(chunk));
    connection = new Connection(this.#services, own, this.options, (made) => new LoginPhase(made));
    connections.add(connection);
  }

  /** Which bound an additional connection from `address` would break. */
  #fullFor(address: string): "connections" | "connections_before_login" | "connections_before_login_per_address" | undefined {
    const { limits, connections } = this.#services;
    // Bounded by the sum of two limits; counted here so that no counter can drift.
    let beforeLogin = 0;
    let sameAddress = 0;
    let loggedIn = 0;
    for (const connection of connections) {
      if (connection.phase.name === "full-feature") {
        loggedIn += 1;
        continue;
      }
      beforeLogin += 1;
      if (connection.address === address) sameAddress += 1;
    }
    if (loggedIn >= limits.connections) return "connections";
    if (beforeLogin >= limits.connections_before_login) return "connections_before_login";
    if (sameAddress >= limits.connections_before_login_per_address) return "connections_before_login_per_address";
    return undefined;
  }
}
