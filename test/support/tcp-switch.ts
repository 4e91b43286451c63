/** A cable that can be pulled: a TCP port of 127.0.0.1 that passes everything on to another, until it is cut. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** How a connection is lost: both ends are told, or neither hears anything any more. */
export type Cut = "reset" | "silent";

export class TcpSwitch {
  readonly #server: Server;
  /** Every open socket, on either side. */
  readonly #sockets = new Set<Socket>();
  #target = 0;
  #cut: Cut | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on("connection", (near) => this.#join(near));
  }

  /** Listens at once, so that its port can stand in the configuration of what it leads to. */
  static async listen(): Promise<TcpSwitch> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TcpSwitch(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  leadTo(port: number): void {
    this.#target = port;
  }

  /** Ends ("reset") or stills ("silent") all connections. New ones meet the same until `mend`. */
  cut(how: Cut): void {
    this.#cut = how;
    for (const socket of this.#sockets) {
      if (how === "reset") socket.resetAndDestroy();
      else this.#still(socket);
    }
  }

  /** Passes new connections on again. Those that were stilled never move again, and are ended. */
  mend(): void {
    this.#cut = undefined;
    for (const socket of this.#sockets) {
      if (socket.isPaused()) socket.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    this.#keep(near);
    if (this.#cut === "reset") {
      near.resetAndDestroy();
    } else if (this.#cut === "silent") {
      this.#still(near);
    } else {
      const far = connect(this.#target, "127.0.0.1");
      this.#keep(far);
      near.pipe(far);
      far.pipe(near);
      near.once("close", () => far.destroy());
      far.once("close", () => near.destroy());
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
  }

  #still(socket: Socket): void {
    socket.unpipe();
    socket.pause();
  }
}
