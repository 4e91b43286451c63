/**
 * Full feature phase of a connection: RFC 7143 8.1, 11.3 to 11.19. Owns the tasks of the session and routes every PDU
 * through the one table of `dispatch.ts`. How each PDU is handled stands in `on-<pdu>.ts`.
 */
import { assert } from "../../common/assert.ts";
import { SENSE } from "../../scsi/sense.ts";
import type { ScsiTask, TaskTransport } from "../../scsi/task.ts";
import { TaskState } from "../../scsi/task.ts";
import { BHS, BHS_LENGTH, get32, isImmediate, opcode } from "../../wire/bhs.ts";
import { BufferSink, type DataSink, DISCARD } from "../../wire/framer.ts";
import { lunFields } from "../../wire/lun.ts";
import { ASYNC_EVENT, type DropEvent } from "../../wire/pdu/async-message.ts";
import { blankNopIn, type NopIn } from "../../wire/pdu/nop-in.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import type { Connection, ConnectionPhase } from "../connection.ts";
import { ControlMessage } from "../control-message.ts";
import { countDigestError } from "../digest-error.ts";
import { IscsiTask } from "../iscsi-task.ts";
import type { LoginResult } from "../login/login-machine.ts";
import type { NegotiatedParameters } from "../login/negotiation-keys.ts";
import { MemoryShare } from "../memory-share.ts";
import { sendR2ts, wantR2t } from "../r2t-scheduler.ts";
import type { Session } from "../session.ts";
import { HANDLERS, type PduHandler } from "./dispatch.ts";
import { dropNotice, logoutWanted, recordEnd } from "./end-notice.ts";
import { HeldPdus } from "./held-pdus.ts";
import { LeaseSink } from "./lease-sink.ts";
import type { TextExchange } from "./on-text-request.ts";

/** The most that TotalAHSLength can say, bytes. */
const AHS_MAX_BYTES = 255 * 4;
/** First Target Transfer Tag; they count up and skip RESERVED_TAG. */
const FIRST_TRANSFER_TAG = 1;

const phaseOf = (task: ScsiTask): FullFeaturePhase => task.transport as FullFeaturePhase;
const leaveBudget = (task: ScsiTask): void => phaseOf(task).connection.services.dataOutBudget.cancel(task as IscsiTask);
const leaseInBudget = (task: IscsiTask): void => task.lease(task.dataOutTarget, proceedLater);
const proceedLater = (task: ScsiTask): void => phaseOf(task).proceed(task as IscsiTask);

export class FullFeaturePhase implements ConnectionPhase, TaskTransport {
  readonly name = "full-feature";
  readonly connection: Connection;
  /** undefined in a discovery session. */
  readonly session: Session | undefined;
  /** Names a discovery session among the others of its initiator port. */
  discoveryKey: string | undefined;
  readonly initiatorName: string;
  readonly connectionId: number;
  readonly parameters: NegotiatedParameters;
  readonly tasks = new Map<number, IscsiTask>();
  readonly held: HeldPdus;
  readonly share: MemoryShare;
  /** Tasks with Data-Out to ask for. */
  readonly wantsR2t: IscsiTask[] = [];
  readonly leaseSink = new LeaseSink();
  readonly bufferSink = new BufferSink();
  /** The task whose command or Data-Out is between header and end, and the length of its data segment. */
  current: IscsiTask | undefined;
  currentLength = 0;
  currentFinal = false;
  /** Copy of the header, kept while data digests are on: a Reject quotes it. */
  readonly currentHeader = Buffer.alloc(BHS_LENGTH + AHS_MAX_BYTES);
  /** Immediate commands that have not been answered. */
  immediateTasks = 0;
  /** Immediate task management functions likewise: counted apart, so that commands never keep a function out (RFC 7143 4.2.2.1). */
  immediateFunctions = 0;
  /** Tags of task management functions that have not been answered. */
  readonly functionTags = new Set<number>();
  /** Monotonic milliseconds. */
  lastDataOutAt = 0;
  text: TextExchange | undefined;
  loggedOut = false;
  shuttingDown = false;
  #nextTransferTag = FIRST_TRANSFER_TAG;
  #handler: PduHandler | undefined;
  #pingSentAt = 0;
  #ended = false;

  constructor(connection: Connection, session: Session | undefined, login: LoginResult) {
    this.connection = connection;
    this.session = session;
    this.initiatorName = login.initiatorName;
    this.connectionId = login.cid;
    this.parameters = login.parameters;
    const { login_bytes, held_bytes } = connection.services.limits;
    this.share = new MemoryShare(connection);
    this.held = new HeldPdus(session === undefined ? login_bytes : held_bytes);
  }

  // ---- Receiving ----------------------------------------------------------------------------------

  header(bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
    const handler = HANDLERS[opcode(bytes, offset)];
    this.#handler = undefined;
    if (handler === undefined) return this.#unknownOpcode(bytes, offset);
    if (handler.ordered && !isImmediate(bytes, offset)) {
      const cmdSn = get32(bytes, offset + BHS.sn);
      const window = this.window;
      const arrival = window.arrival(cmdSn);
      // Outside the window or a duplicate: ignored without an answer (RFC 7143 4.2.2.1).
      if (arrival === "ignored") return DISCARD;
      if (arrival === "early") return this.held.hold(cmdSn, bytes, offset, headerLength, dataLength);
      window.take();
    }
    if (this.session === undefined && !handler.inDiscovery) return this.#notInDiscovery(handler, bytes, offset);
    this.#handler = handler;
    return handler.header(this, bytes, offset, headerLength, dataLength);
  }

  end(dataOk: boolean): void {
    const handler = this.#handler;
    this.#handler = undefined;
    if (!dataOk) countDigestError(this.connection, "data");
    if (this.held.filling) this.#heldFilled(dataOk);
    else handler?.end(this, dataOk);
    if (this.held.size > 0) this.replayHeld();
  }

  get depth(): number {
    return this.tasks.size;
  }

  #heldFilled(dataOk: boolean): void {
    const refused = this.held.filled(dataOk);
    if (refused === undefined) return;
    this.connection.reject(REJECT_REASON.dataDigestError, refused, 0, "a request beyond a gap in CmdSN with a wrong digest");
  }

  /** The gap before a held PDU is filled: it is handled as if it had arrived now. */
  replayHeld(): void {
    // A logout among them ends the session: what was held behind it is never begun.
    while (!this.connection.framer.stopped) {
      if (this.held.skips(this.window.expCmdSn)) {
        this.window.take();
        this.window.answered();
        continue;
      }
      const pdu = this.held.take(this.window.expCmdSn);
      if (pdu === undefined) return;
      const sink = this.header(pdu.header, 0, pdu.header.length, pdu.data.length);
      const place = { buffer: pdu.data, offset: 0, room: 0 };
      for (let at = 0; at < pdu.data.length && sink !== DISCARD; ) {
        sink.place(at, pdu.data.length - at, place);
        at += pdu.data.copy(place.buffer, place.offset, at, Math.min(pdu.data.length, at + place.room));
      }
      const handler = this.#handler;
      this.#handler = undefined;
      handler?.end(this, true);
    }
  }

  #unknownOpcode(bytes: Buffer, offset: number): DataSink {
    this.connection.reject(
      REJECT_REASON.commandNotSupported,
      bytes,
      offset,
      `operation code ${opcode(bytes, offset)} is not one of an initiator in full feature phase`,
    );
    return DISCARD;
  }

  /** RFC 7143 4.3: a discovery session takes SendTargets and the logout that closes it. */
  #notInDiscovery(handler: PduHandler, bytes: Buffer, offset: number): DataSink {
    const why = `operation code ${opcode(bytes, offset)} in a discovery session`;
    this.connection.reject(REJECT_REASON.protocolError, bytes, offset, why);
    if (handler.ordered && !isImmediate(bytes, offset)) this.window.refused();
    return DISCARD;
  }

  get window() {
    const window = this.connection.encoder.window;
    assert(window !== undefined, "full feature phase has a command window");
    return window;
  }

  nextTransferTag(): number {
    const tag = this.#nextTransferTag;
    this.#nextTransferTag = tag >= 0xfffffffe ? FIRST_TRANSFER_TAG : tag + 1;
    return tag;
  }

  // ---- Tasks (TaskTransport) ------------------------------------------------------------------------

  taskDone(task: ScsiTask): void {
    assert(task instanceof IscsiTask, "tasks of this transport are its own");
    this.#forgetDataOut(task);
    if (task.aborted) {
      this.retire(task);
      return;
    }
    task.discards = true;
    // Data that is still on its way belongs to this tag: the answer waits for its end (RFC 7143 11.4.2, 11.17.1).
    if (!task.awaitsDataOut) this.connection.sendAnswer(task);
  }

  mayLease(task: ScsiTask, bytes: number): boolean {
    assert(task instanceof IscsiTask, "tasks of this transport are its own");
    return this.share.takeOrWait(task, bytes);
  }

  abortDataOut(task: ScsiTask): void {
    assert(task instanceof IscsiTask, "tasks of this transport are its own");
    task.parked?.(task);
    task.settleAborted();
  }

  /** The tag is free again; memory that no answer has taken goes back. */
  retire(task: IscsiTask): void {
    const { services } = this.connection;
    this.tasks.delete(task.tag);
    if (this.current === task) {
      // A data segment of this task is arriving right now: what is left of it is thrown away.
      this.current = undefined;
      this.leaseSink.task = undefined;
      this.connection.framer.discardData();
    }
    this.answering(task);
    services.dataOutBudget.giveBack(task);
    if (task.leases.length > 0) services.pool.release(task.leases);
    if (task.shareBytes > 0) {
      const bytes = task.shareBytes;
      task.shareBytes = 0;
      this.share.give(bytes);
    }
    services.tasks.give(task);
  }

  /**
   * Commands that were refused at admission are in no task set, and their answers may wait for the end of unsolicited data: what ends the
   * tasks of a LUN ends these too, and no answer comes for them. `lun` undefined: at every LUN.
   */
  retireRefused(lun: number | undefined): void {
    for (const task of [...this.tasks.values()]) {
      if (task.state === TaskState.Done && task.awaitsDataOut && (lun === undefined || task.lun === lun)) this.retire(task);
    }
  }

  /** Before its answer is encoded: MaxCmdSN there counts the room that the command leaves. Idempotent. */
  answering(task: IscsiTask): void {
    if (!task.inWindow) return;
    task.inWindow = false;
    if (task.immediate) this.immediateTasks -= 1;
    else this.window.answered();
  }

  answered(task: IscsiTask): void {
    const totals = this.session?.totals;
    if (totals !== undefined) {
      totals.bytesRead += Math.min(task.dataInLength, task.expectedDataIn);
      totals.bytesWritten += task.dataOutLength;
    }
    this.retire(task);
  }

  /** Memory for the data of a command that sends none unasked: at once, or when there is some. Then its R2Ts go out. */
  #leaseDataOut(task: IscsiTask): void {
    task.parked = leaveBudget;
    this.connection.services.dataOutBudget.takeOrWait(task, task.dataOutTarget, leaseInBudget);
  }

  #forgetDataOut(task: IscsiTask): void {
    this.connection.services.dataOutBudget.giveBack(task);
    const at = this.wantsR2t.indexOf(task);
    if (at >= 0) this.wantsR2t.splice(at, 1);
    this.share.cancel(task);
  }

  /**
   * A PDU of the task is complete, or the task may go on: answers a command that has failed, runs one that has all its data, leases
   * memory or asks for what is missing. While unsolicited data is on its way or the task is dormant, nothing happens.
   */
  proceed(task: IscsiTask): void {
    if (task.unsolicited) return;
    if (task.state === TaskState.Done) {
      if (!task.awaitsDataOut) this.connection.sendAnswer(task);
    } else if (task.dormant) {
      this.connection.services.device.whenEnabled(task, proceedLater);
    } else if (task.dataOutReceived >= task.dataOutTarget) {
      task.dataOutLength = task.dataOutTarget;
      this.connection.services.dataOutBudget.giveBack(task);
      this.connection.services.device.execute(task);
    } else if (task.leases.length === 0) {
      this.#leaseDataOut(task);
    } else {
      wantR2t(this, task);
    }
  }

  /**
   * Fields that contradict the layout of their PDU: nothing that follows can be believed, so the session ends (RFC 7143 7.7). The Reject
   * tells the initiator why.
   */
  formatError(bytes: Buffer, offset: number, why: string): void {
    this.connection.reject(REJECT_REASON.invalidPduField, bytes, offset, why);
    this.connection.closeAfterSending(`format error: ${why}`);
  }

  /**
   * The data of a PDU had a wrong digest: the PDU is rejected and its task ends with CHECK CONDITION (RFC 7143 7.8). false: the task had
   * failed before, and its answer is still to come.
   */
  refuseDigest(task: IscsiTask, what: string): boolean {
    this.connection.reject(REJECT_REASON.dataDigestError, this.currentHeader, 0, `${what} with a wrong digest`);
    if (task.state === TaskState.Done) return false;
    task.fail(SENSE.protocolServiceCrcError);
    return true;
  }

  // ---- Sending --------------------------------------------------------------------------------------

  beforeSend(): void {
    this.#openWindow();
    if (this.wantsR2t.length > 0) sendR2ts(this);
  }

  /** Lets the command window grow, or not while memory is short. */
  #openWindow(): void {
    const { pool } = this.connection.services;
    this.window.closed = pool.leasedBytes > pool.totalBytes * 0.75 || this.share.tight;
  }

  written(share: number): void {
    if (share > 0) this.share.give(share);
  }

  // ---- Time -----------------------------------------------------------------------------------------

  tick(now: number): void {
    const { limits } = this.connection.services;
    // While reading is held back, silence says nothing about the peer.
    if (this.connection.held) return;
    this.#openWindow();
    // RFC 7143 11.4.11: there is memory again, and no answer is due that could say so.
    if (this.window.tellsTooLittle()) this.#sendNopIn(blankNopIn());
    const silence = now - this.connection.lastReceivedAt;
    if (silence < limits.nop_idle_ms) this.#pingSentAt = 0;
    else if (this.#pingSentAt === 0) this.#ping(now);
    else if (now - this.#pingSentAt > limits.nop_timeout_ms) {
      this.connection.close(
        `no sign of life for ${Math.round(silence)} ms, ping included (limits.nop_idle_ms, limits.nop_timeout_ms)`,
      );
      return;
    }
    for (const task of this.tasks.values()) {
      // R2Ts of many tasks are out at once: on a slow link one waits while the data of another arrives.
      if (task.awaitsDataOut && now - Math.max(task.dataOutAt, this.lastDataOutAt) > limits.data_out_ms) {
        this.drop(`no Data-Out for task ${task.tag} within ${limits.data_out_ms} ms (limits.data_out_ms)`);
        return;
      }
    }
  }

  /** NOP-In that asks for an answer; its LUN is one that the initiator has (RFC 7143 11.19.3). */
  #ping(now: number): void {
    this.#pingSentAt = now;
    const [lun = 0] = this.session?.nexus.luns.keys() ?? [];
    this.#sendNopIn({ ...blankNopIn(), ...lunFields(lun), targetTransferTag: this.nextTransferTag() });
  }

  #sendNopIn(pdu: NopIn): void {
    this.connection.sendUrgent(new ControlMessage(pdu, undefined, { advancesStatSn: false }));
    this.connection.services.turn.end();
  }

  /** The initiator is asked to log out, and comes back when the target is there again. */
  shutDown(seconds: number): void {
    this.shuttingDown = true;
    if (this.session === undefined) this.connection.close("the target shuts down");
    else this.connection.sendUrgent(logoutWanted(seconds));
  }

  drop(reason: string, event: DropEvent = ASYNC_EVENT.connectionDropped): void {
    if (this.session !== undefined && this.connection.state === "full-feature") this.connection.send(dropNotice(this, event));
    this.connection.closeAfterSending(reason);
  }

  // ---- Ending ---------------------------------------------------------------------------------------

  closed(reason: string): void {
    assert(!this.#ended, "a connection ends once");
    this.#ended = true;
    const { services, peer } = this.connection;
    const { session } = this;
    if (!this.loggedOut && !this.shuttingDown) services.counters.connectionsLost += 1;
    // Tasks that no unit knows any more (refused, waiting for the end of unsolicited data) are retired here, the others by their abort.
    for (const task of [...this.tasks.values()]) if (task.state === TaskState.Done) this.retire(task);
    const totals = session?.totals;
    const fields = {
      initiator: this.initiatorName,
      peer,
      target: session?.targetName,
      tsih: session?.tsih,
      reason: this.loggedOut ? "logout" : reason,
      seconds: Math.round((services.now() - this.connection.openedAt) / 1000),
      ...totals,
    };
    if (this.loggedOut) services.log.info(fields, session ? "session logged out" : "discovery session logged out");
    else services.log.limited(`lost ${this.initiatorName}`).warn(fields, session ? "session lost" : "discovery session lost");
    if (session !== undefined) recordEnd(this, session, fields.reason);
    session?.end().catch((error: unknown) => services.log.error({ ...fields, err: error }, "the end of a session failed"));
  }
}
