/**
 * One TCP connection: RFC 7143 8.1. Owns the socket, the framer and the writer, and hands PDUs to the phase
 * it is in (login, then full feature). Whatever goes wrong here ends this connection and nothing else.
 */
import type { Socket } from "node:net";
import { BHS_LENGTH, totalAhsLength } from "../wire/bhs.ts";
import { type DataSink, Framer, type FramerHandler } from "../wire/framer.ts";
import type { DropEvent } from "../wire/pdu/async-message.ts";
import { blankReject, type RejectReason } from "../wire/pdu/reject.ts";
import { ProtocolError } from "../wire/protocol-error.ts";
import { type ConnectionState, transition } from "./connection-state.ts";
import { ControlMessage, SendQueue } from "./control-message.ts";
import { sendTaskAnswer } from "./data-in-sender.ts";
import { countDigestError } from "./digest-error.ts";
import { PduEncoder } from "./pdu-encoder.ts";
import type { Services } from "./services.ts";
import { SocketWriter } from "./socket-writer.ts";

/** After our last PDU the peer gets this long to close its side, milliseconds. */
const LINGER_MS = 1000;

type HoldReason = "backlog" | "login";

/** What a connection does with PDUs. */
export interface ConnectionPhase {
  readonly name: "login" | "full-feature";
  readonly initiatorName?: string;
  /** Commands that have not been answered. */
  readonly depth?: number;
  readonly session?: { readonly tsih: number; readonly targetName: string } | undefined;
  header(bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink;
  end(dataOk: boolean): void;
  /** Sends R2Ts and whatever else waits outside the send queue. */
  beforeSend(): void;
  /** A task's answer is about to be encoded. */
  answering(task: Parameters<typeof sendTaskAnswer>[1]): void;
  /** A task's answer has been handed to the writer. */
  answered(task: Parameters<typeof sendTaskAnswer>[1]): void;
  /** The kernel took a batch: `share` bytes of memory are free again. */
  written(share: number): void;
  /** Called about four times a second, with the monotonic clock in milliseconds. */
  tick(now: number): void;
  /** The target ends: asks the initiator to leave within `seconds`, or closes at once where there is nothing to lose. */
  shutDown(seconds: number): void;
  /** The target ends the connection by itself: tells the initiator, where there is a session, and closes. */
  drop(reason: string, event?: DropEvent): void;
  /** The socket is gone. Called once. */
  closed(reason: string): void;
}

/** Where a connection came in. */
export interface PortalFacts {
  readonly portalGroupTag: number;
  readonly listen: string;
}

export class Connection implements FramerHandler {
  readonly services: Services;
  readonly socket: Socket;
  readonly portal: PortalFacts;
  readonly address: string;
  readonly peer: string;
  readonly framer: Framer;
  readonly writer: SocketWriter;
  readonly encoder: PduEncoder;
  readonly openedAt: number;
  lastReceivedAt: number;
  /** Set by the turn: already in its list. */
  marked = false;

  /** NOP-Ins overtake bulk data (they keep a busy session alive); everything else keeps its order. */
  readonly #urgent = new SendQueue();
  readonly #queue = new SendQueue();
  #controlBytes = 0;
  #state: ConnectionState = "login";
  #phase: ConnectionPhase;
  #closeReason: string | undefined;
  #closeWhenSent = false;
  #lingersSince = 0;
  readonly #holds = new Set<HoldReason>();

  constructor(
    services: Services,
    socket: Socket,
    portal: PortalFacts,
    firstPhase: (connection: Connection) => ConnectionPhase,
  ) {
    this.services = services;
    this.socket = socket;
    this.portal = portal;
    this.address = socket.remoteAddress ?? "unknown";
    this.peer = `${this.address}:${socket.remotePort ?? 0}`;
    this.openedAt = services.now();
    this.lastReceivedAt = this.openedAt;
    const { limits } = services;
    this.framer = new Framer(this, services.crc32c, 0, limits.login_data_bytes);
    this.writer = new SocketWriter(socket, services.pool, (share) => this.#written(share));
    this.encoder = new PduEncoder(this.writer, services.crc32c);
    this.#phase = firstPhase(this);
    socket.setNoDelay(true);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#closeReason ??= `connection lost: ${error.code ?? error.message}`;
    });
    socket.on("end", () => this.close("the initiator closed the connection"));
    socket.on("close", () => this.#closed());
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get phase(): ConnectionPhase {
    return this.#phase;
  }

  /** Login is over. */
  enterFullFeature(phase: ConnectionPhase): void {
    this.#state = transition(this.#state, "full-feature");
    this.#phase = phase;
  }

  // ---- Receiving ----------------------------------------------------------------------------------

  /** The next bytes of the stream. They are valid during the call only: what is kept is copied. */
  received(chunk: Buffer): void {
    if (this.#state === "closed" || this.#state === "closing") return;
    this.lastReceivedAt = this.services.now();
    this.services.counters.bytesReceived += chunk.length;
    this.#guard(() => {
      this.framer.push(chunk);
      this.framer.keepRest();
    });
    this.services.turn.end();
  }

  /** Runs PDU handling; an error ends this connection with what the wire must say. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  header(bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
    return this.#phase.header(bytes, offset, headerLength, dataLength);
  }

  end(dataOk: boolean): void {
    this.#phase.end(dataOk);
  }

  headerDigestError(): void {
    // The length of the PDU can't be believed, so the stream is lost (RFC 7143 7.8: recovery level 0 closes).
    countDigestError(this, "header");
    this.close("header digest error");
  }

  protocolError(error: ProtocolError): void {
    this.fail(error);
  }

  /** An error while a PDU was handled. */
  fail(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.services.counters.protocolErrors += 1;
      this.close(`protocol error: ${error.message}`);
      return;
    }
    this.services.log.error({ peer: this.peer, err: error }, "internal error: the connection is closed, others go on");
    this.close("internal error");
  }

  /** Reading is held back. */
  get held(): boolean {
    return this.#holds.size > 0;
  }

  /**
   * Stops reading for a reason, or takes the reason back; what has been read is kept. "backlog": a peer that asks and does not
   * read is not served on credit. "login": its session is still being made.
   */
  hold(reason: HoldReason, on: boolean): void {
    const before = this.#holds.size > 0;
    if (on) this.#holds.add(reason);
    else this.#holds.delete(reason);
    const after = this.#holds.size > 0;
    if (before === after) return;
    if (after) {
      this.socket.pause();
      this.framer.pause();
    } else {
      this.socket.resume();
      this.#guard(() => this.framer.resume());
    }
  }

  // ---- Sending ------------------------------------------------------------------------------------

  send(message: ControlMessage): void {
    this.#controlBytes += BHS_LENGTH + (message.data?.length ?? 0);
    this.#queue.push(message);
    this.#afterControl();
  }

  /** Ahead of everything that has not been handed to the socket. */
  sendUrgent(message: ControlMessage): void {
    this.#controlBytes += BHS_LENGTH + (message.data?.length ?? 0);
    this.#urgent.push(message);
    this.#afterControl();
  }

  #afterControl(): void {
    this.services.turn.mark(this);
    if (this.#controlBytes > this.services.limits.socket_write_bytes) this.hold("backlog", true);
  }

  sendAnswer(task: Parameters<typeof sendTaskAnswer>[1]): void {
    if (this.#state === "closed") {
      // Nobody is left to answer: the memory goes back.
      this.#phase.answered(task);
      return;
    }
    this.#queue.push(task);
    this.services.turn.mark(this);
  }

  /** A Reject with the complete header it is about (RFC 7143 11.17.4), as far as the initiator takes it and `bytes` has it. */
  reject(reason: RejectReason, bytes: Buffer, offset: number, why: string): void {
    this.services.counters.rejects += 1;
    this.services.log.limited(`reject ${this.peer}`).warn({ peer: this.peer, reason, why }, "PDU rejected");
    const length = Math.min(BHS_LENGTH + totalAhsLength(bytes, offset), this.encoder.parameters.maxRecvDataSegmentLength);
    this.send(new ControlMessage({ ...blankReject(), reason }, Buffer.from(bytes.subarray(offset, offset + length))));
  }

  /** Called by the turn: encodes what waits, as far as the socket may be loaded, and hands it over in one write. */
  flush(): void {
    if (this.#state === "closed") return;
    this.#phase.beforeSend();
    const bound = this.services.limits.socket_write_bytes;
    while (this.writer.pendingBytes < bound) {
      const next = this.#urgent.shift() ?? this.#queue.shift();
      if (next === undefined) break;
      if (next instanceof ControlMessage) {
        this.#controlBytes -= BHS_LENGTH + (next.data?.length ?? 0);
        this.encoder.control(next);
      } else {
        this.#phase.answering(next);
        this.writer.cut();
        sendTaskAnswer(this.encoder, next);
        this.#phase.answered(next);
      }
    }
    this.services.counters.bytesSent += this.writer.flush();
    if (this.#holds.size > 0 && this.#controlBytes <= bound / 2) this.hold("backlog", false);
    this.#endIfSent();
  }

  #written(share: number): void {
    this.#phase.written(share);
    if (this.#queue.length > 0 || this.#urgent.length > 0 || this.#closeWhenSent || this.#holds.size > 0) {
      this.services.turn.mark(this);
      this.services.turn.end();
    }
  }

  // ---- Ending -------------------------------------------------------------------------------------

  /** Closes after everything queued has been sent. Nothing more is read. */
  closeAfterSending(reason: string): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#closeReason ??= reason;
    this.#state = transition(this.#state, "closing");
    this.framer.stop();
    this.#closeWhenSent = true;
    this.#lingersSince = this.services.now();
    this.services.turn.mark(this);
  }

  #endIfSent(): void {
    if (!this.#closeWhenSent || this.#queue.length + this.#urgent.length > 0 || !this.writer.idle) return;
    this.#closeWhenSent = false;
    this.socket.end();
  }

  /** Closes at once. */
  close(reason: string): void {
    if (this.#state === "closed") return;
    this.#closeReason ??= reason;
    this.framer.stop();
    this.socket.destroy();
  }

  #closed(): void {
    if (this.#state === "closed") return;
    this.#state = transition(this.#state, "closed");
    this.framer.stop();
    this.writer.drop();
    this.services.connections.delete(this);
    const reason = this.#closeReason ?? "the connection was closed";
    for (const queue of [this.#urgent, this.#queue]) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        if (!(next instanceof ControlMessage)) this.#phase.answered(next);
      }
    }
    this.#phase.closed(reason);
    this.services.turn.end();
  }

  tick(now: number): void {
    if (this.#state === "closing") {
      if (now - this.#lingersSince > LINGER_MS && (this.writer.idle || now - this.#lingersSince > 5 * LINGER_MS)) {
        this.close("closed");
      }
      return;
    }
    if (!this.writer.idle && now - this.writer.waitsSince > this.services.limits.write_stall_ms) {
      this.close(`the initiator has read nothing for ${this.services.limits.write_stall_ms} ms (limits.write_stall_ms)`);
      return;
    }
    this.#guard(() => this.#phase.tick(now));
  }
}
