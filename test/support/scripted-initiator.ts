/**
 * An iSCSI initiator that does exactly what a test says, right or wrong, over a real TCP socket. It keeps CmdSN, ExpStatSN
 * and task tags for the tests that don't care, and lets every field be set by those that do. The receiving side is its own
 * few lines and its own CRC32C, so that a mistake of the framer can't hide itself.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { BHS_LENGTH, dataSegmentLength, paddingOf, put32, putTotalAhsLength, totalAhsLength } from "../../src/wire/bhs.ts";
import { lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE, type TargetOpcode } from "../../src/wire/opcode.ts";
import { blankDataOut, type DataOut } from "../../src/wire/pdu/data-out.ts";
import { blankLoginRequest, type LoginRequest } from "../../src/wire/pdu/login-request.ts";
import type { LoginResponse } from "../../src/wire/pdu/login-response.ts";
import { blankNopOut, type NopOut } from "../../src/wire/pdu/nop-out.ts";
import { decodeTargetPdu, encodeInitiatorPdu, type InitiatorPdu, type TargetPdu } from "../../src/wire/pdu/pdu.ts";
import type { R2t } from "../../src/wire/pdu/r2t.ts";
import { blankScsiCommand, encodeScsiCommand, type ScsiCommand } from "../../src/wire/pdu/scsi-command.ts";
import { add, lt } from "../../src/wire/serial-number.ts";

const DIGEST_BYTES = 4;
const DEFAULT_TIMEOUT_MS = 3_000;

export const INITIATOR_NAME = "iqn.2026-11.com.example:scripted";

export interface Received<P extends TargetPdu = TargetPdu> {
  readonly pdu: P;
  readonly header: Buffer;
  readonly data: Buffer;
}

export interface SendOptions {
  readonly cdb?: Uint8Array;
  /** Additional header segments as bytes, a multiple of four. */
  readonly ahs?: Buffer;
  readonly spoilHeaderDigest?: boolean;
  readonly spoilDataDigest?: boolean;
  /** Changes the encoded header before digests are computed. */
  readonly tamper?: (header: Buffer) => void;
}

export interface CommandOptions extends Partial<Omit<ScsiCommand, "opcode">>, SendOptions {
  /** Immediate data. */
  readonly data?: Buffer;
}

/** How a command ended, whatever PDUs carried it. */
export interface Outcome {
  readonly status: number;
  readonly data: Buffer;
  readonly sense: Buffer;
  readonly residualOverflow: boolean;
  readonly residualUnderflow: boolean;
  readonly residualCount: number;
  readonly dataIns: readonly Received[];
}

type PduOf<Code extends TargetOpcode> = Extract<TargetPdu, { readonly opcode: Code }>;

export class ScriptedInitiator {
  readonly socket: Socket;
  cmdSn = 1;
  expStatSn = 0;
  expCmdSn = 0;
  maxCmdSn = 0;
  isid = 0x800000000000 + Math.floor(Math.random() * 0xffffff);
  tsih = 0;
  headerDigest = false;
  dataDigest = false;
  #tag = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #closed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static async connect(port: number, host = "127.0.0.1"): Promise<ScriptedInitiator> {
    const socket = connect(port, host);
    await once(socket, "connect");
    return new ScriptedInitiator(socket);
  }

  /** A connection that has logged in to a normal session and has taken its unit attentions. */
  static async session(port: number, target: string, keys: readonly string[] = []): Promise<ScriptedInitiator> {
    const initiator = await ScriptedInitiator.connect(port);
    await initiator.login(target, keys);
    await initiator.settle();
    return initiator;
  }

  nextTag(): number {
    this.#tag++;
    return this.#tag;
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends one PDU as it is given: no field is filled in here. */
  send(pdu: InitiatorPdu, data: Buffer = Buffer.alloc(0), options: SendOptions = {}): void {
    this.sendBytes(this.encode(pdu, data, options));
  }

  encode(pdu: InitiatorPdu, data: Buffer = Buffer.alloc(0), options: SendOptions = {}): Buffer {
    const ahs = options.ahs ?? Buffer.alloc(0);
    const header = Buffer.alloc(BHS_LENGTH);
    const sized: InitiatorPdu = "dataSegmentLength" in pdu ? { ...pdu, dataSegmentLength: data.length } : pdu;
    if (sized.opcode === blankScsiCommand().opcode) encodeScsiCommand(sized, header, 0, options.cdb);
    else encodeInitiatorPdu(sized, header, 0);
    putTotalAhsLength(header, 0, ahs.length);
    options.tamper?.(header);
    const head = Buffer.concat([header, ahs]);
    const body = Buffer.concat([data, Buffer.alloc(paddingOf(data.length))]);
    const parts: Buffer[] = [head];
    if (this.headerDigest) parts.push(digestOf(head, options.spoilHeaderDigest));
    if (body.length > 0) {
      parts.push(body);
      if (this.dataDigest) parts.push(digestOf(body, options.spoilDataDigest));
    }
    return Buffer.concat(parts);
  }

  /** The next PDU; undefined when the peer has closed or the time is over. */
  async receive(timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Received | undefined> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const received = this.#take();
      if (received !== undefined) return received;
      const left = deadline - performance.now();
      if (this.#closed || left <= 0) return undefined;
      await this.#more(left);
    }
  }

  /** The next PDU, which must be of this kind. */
  async expect<Code extends TargetOpcode>(code: Code, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Received<PduOf<Code>>> {
    const received = await this.receive(timeoutMs);
    if (received === undefined) {
      throw new Error(
        `PDU 0x${code.toString(16)} is expected, ${this.#closed ? "the peer closed" : `nothing came in ${timeoutMs} ms`}`,
      );
    }
    if (received.pdu.opcode !== code)
      throw new Error(`PDU 0x${code.toString(16)} is expected, not ${JSON.stringify(received.pdu)}`);
    return received as Received<PduOf<Code>>;
  }

  /** Throws when a PDU arrives or the peer closes within that time. */
  async expectNothing(ms: number): Promise<void> {
    const received = await this.receive(ms);
    if (received !== undefined) throw new Error(`nothing is expected, not ${JSON.stringify(received.pdu)}`);
    if (this.#closed) throw new Error("nothing is expected, and the peer closed");
  }

  /** Waits until the peer has closed; the PDUs that came before that. */
  async expectClosed(timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Received[]> {
    const before: Received[] = [];
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const received = await this.receive(Math.max(1, deadline - performance.now()));
      if (received !== undefined) before.push(received);
      else if (this.#closed) return before;
      else
        throw new Error(`the peer did not close in ${timeoutMs} ms; it sent ${JSON.stringify(before.map((each) => each.pdu))}`);
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** One Login Request of the operational stage with T and NSG 3, unless `fields` say otherwise, and its response. */
  async loginRequest(keys: readonly string[] | Buffer, fields: Partial<LoginRequest> = {}): Promise<Received<LoginResponse>> {
    this.sendLogin(keys, fields);
    return this.expect(TARGET_OPCODE.loginResponse);
  }

  sendLogin(keys: readonly string[] | Buffer, fields: Partial<LoginRequest> = {}): void {
    const text = Buffer.isBuffer(keys) ? keys : textOf(keys);
    const pdu: LoginRequest = {
      ...blankLoginRequest(),
      transit: true,
      currentStage: 1,
      nextStage: 3,
      isid: this.isid,
      tsih: this.tsih,
      cmdSn: this.cmdSn,
      expStatSn: this.expStatSn,
      ...fields,
    };
    this.send(pdu, text);
  }

  /** A whole login without authentication; the target's keys. */
  async login(target: string | undefined, keys: readonly string[] = []): Promise<string[]> {
    const names = [`InitiatorName=${INITIATOR_NAME}`, target === undefined ? "SessionType=Discovery" : `TargetName=${target}`];
    const { pdu, data } = await this.loginRequest([...names, ...keys]);
    if (pdu.statusClass !== 0 || pdu.nextStage !== 3 || !pdu.transit) throw new Error(`login failed: ${JSON.stringify(pdu)}`);
    const answers = keysOf(data);
    this.tsih = pdu.tsih;
    this.headerDigest = answers.includes("HeaderDigest=CRC32C");
    this.dataDigest = answers.includes("DataDigest=CRC32C");
    return answers;
  }

  /** Sends a SCSI command with the next CmdSN and tag; its tag. */
  command(cdb: Uint8Array | readonly number[], options: CommandOptions = {}): number {
    const { data, cdb: _unused, ahs, spoilHeaderDigest: _h, spoilDataDigest: _d, tamper: _t, ...fields } = options;
    const bytes = Uint8Array.from(cdb);
    const pdu: ScsiCommand = {
      ...blankScsiCommand(),
      ...lunFields(fields.lun ?? 0),
      initiatorTaskTag: this.nextTag(),
      cmdSn: this.cmdSn,
      expStatSn: this.expStatSn,
      ...fields,
    };
    if (!pdu.immediate && fields.cmdSn === undefined) this.cmdSn = add(this.cmdSn, 1);
    this.send(pdu, data, { ...options, cdb: bytes, ...(ahs === undefined ? {} : { ahs }) });
    return pdu.initiatorTaskTag;
  }

  /** Sends one Data-Out PDU; answers an R2T when one is given. */
  dataOut(tag: number, data: Buffer, fields: Partial<DataOut> = {}, r2t?: R2t, options: SendOptions = {}): void {
    const { lun, lunHigh, lunLow, targetTransferTag, bufferOffset } = r2t ?? blankDataOut();
    const answering = { lun, lunHigh, lunLow, targetTransferTag, bufferOffset };
    this.send({ ...blankDataOut(), initiatorTaskTag: tag, expStatSn: this.expStatSn, ...answering, ...fields }, data, options);
  }

  /** Collects Data-In PDUs until the status of this task arrives. Other PDUs fail the test. */
  async outcome(tag: number, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<Outcome> {
    const dataIns: Received[] = [];
    const pieces: Buffer[] = [];
    for (;;) {
      const received = await this.receive(timeoutMs);
      if (received === undefined)
        throw new Error(`task ${tag} did not end: ${this.#closed ? "the peer closed" : "time is over"}`);
      const { pdu, data } = received;
      if (pdu.opcode !== TARGET_OPCODE.dataIn && pdu.opcode !== TARGET_OPCODE.scsiResponse) {
        throw new Error(`task ${tag} runs, and there comes ${JSON.stringify(pdu)}`);
      }
      if (pdu.initiatorTaskTag !== tag) throw new Error(`task ${tag} runs, and task ${pdu.initiatorTaskTag} is answered`);
      const { residualOverflow, residualUnderflow, residualCount, status } = pdu;
      const residuals = { residualOverflow, residualUnderflow, residualCount };
      if (pdu.opcode === TARGET_OPCODE.dataIn) {
        dataIns.push(received);
        pieces.push(data);
        if (pdu.hasStatus) return { status, data: Buffer.concat(pieces), sense: Buffer.alloc(0), ...residuals, dataIns };
      } else {
        // The data segment begins with the length of the sense data: RFC 7143 11.4.7.
        return { status, data: Buffer.concat(pieces), sense: data.subarray(2), ...residuals, dataIns };
      }
    }
  }

  async run(cdb: Uint8Array | readonly number[], options: CommandOptions = {}): Promise<Outcome> {
    return this.outcome(this.command(cdb, options));
  }

  /** READ(10) of 512-byte blocks. */
  async read(lba: number, blocks: number): Promise<Outcome> {
    return this.run(read10(lba, blocks), { read: true, expectedDataTransferLength: blocks * 512 });
  }

  /** WRITE(10) of 512-byte blocks as immediate data. */
  async write(lba: number, data: Buffer): Promise<Outcome> {
    return this.run(write10(lba, data.length / 512), { write: true, expectedDataTransferLength: data.length, data });
  }

  /** TEST UNIT READY until no unit attention is left. */
  async settle(): Promise<void> {
    for (let attempt = 0; attempt < 8; attempt++) {
      const { status } = await this.run(TEST_UNIT_READY);
      if (status === 0) return;
    }
    throw new Error("the logical unit does not become ready");
  }

  /** A NOP-Out that wants an answer, and the answer: proof that the session is alive. */
  async ping(data: Buffer = Buffer.from("ping"), fields: Partial<NopOut> = {}): Promise<Buffer> {
    const tag = this.nextTag();
    this.send(
      { ...blankNopOut(), immediate: true, initiatorTaskTag: tag, cmdSn: this.cmdSn, expStatSn: this.expStatSn, ...fields },
      data,
    );
    const answer = await this.expect(TARGET_OPCODE.nopIn);
    if (answer.pdu.initiatorTaskTag !== tag) throw new Error(`ping ${tag} was answered as ${answer.pdu.initiatorTaskTag}`);
    return answer.data;
  }

  close(): void {
    this.socket.destroy();
  }

  async #more(timeoutMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Cuts one PDU off what has arrived, checks its digests and keeps account of its numbers. */
  #take(): Received | undefined {
    if (this.#bytes.length < BHS_LENGTH) return undefined;
    const headEnd = BHS_LENGTH + totalAhsLength(this.#bytes, 0);
    const length = dataSegmentLength(this.#bytes, 0);
    const bodyStart = headEnd + (this.headerDigest ? DIGEST_BYTES : 0);
    const bodyEnd = bodyStart + length + paddingOf(length);
    const end = bodyEnd + (this.dataDigest && length > 0 ? DIGEST_BYTES : 0);
    if (this.#bytes.length < end) return undefined;
    const pdu = this.#bytes.subarray(0, end);
    this.#bytes = this.#bytes.subarray(end);
    if (this.headerDigest && !digestOf(pdu.subarray(0, headEnd)).equals(pdu.subarray(headEnd, bodyStart)))
      throw new Error("a wrong header digest came");
    if (end > bodyEnd && !digestOf(pdu.subarray(bodyStart, bodyEnd)).equals(pdu.subarray(bodyEnd, end)))
      throw new Error("a wrong data digest came");
    const decoded = decodeTargetPdu(pdu, 0);
    if (decoded === undefined) throw new Error(`a PDU of no target came: ${pdu.toString("hex", 0, BHS_LENGTH)}`);
    this.#account(decoded);
    return { pdu: decoded, header: pdu.subarray(0, headEnd), data: pdu.subarray(bodyStart, bodyStart + length) };
  }

  /** ExpStatSN follows every PDU that uses a StatSN up: RFC 7143 4.2.2.2. */
  #account(pdu: TargetPdu): void {
    this.expCmdSn = pdu.expCmdSn;
    this.maxCmdSn = pdu.maxCmdSn;
    const usesStatSn =
      pdu.opcode === TARGET_OPCODE.dataIn
        ? pdu.hasStatus
        : pdu.opcode === TARGET_OPCODE.nopIn
          ? pdu.initiatorTaskTag !== RESERVED_TAG
          : pdu.opcode !== TARGET_OPCODE.r2t;
    if (!usesStatSn) return;
    const next = add(pdu.statSn, 1);
    if (pdu.opcode === TARGET_OPCODE.loginResponse || lt(this.expStatSn, next)) this.expStatSn = next;
  }
}

export const TEST_UNIT_READY: readonly number[] = [0, 0, 0, 0, 0, 0];

export function read10(lba: number, blocks: number): Buffer {
  return rw10(0x28, lba, blocks);
}

export function write10(lba: number, blocks: number): Buffer {
  return rw10(0x2a, lba, blocks);
}

function rw10(operation: number, lba: number, blocks: number): Buffer {
  const cdb = Buffer.alloc(10);
  cdb[0] = operation;
  cdb.writeUInt32BE(lba, 2);
  cdb.writeUInt16BE(blocks, 7);
  return cdb;
}

export function textOf(keys: readonly string[]): Buffer {
  return Buffer.from(keys.map((key) => `${key}\0`).join(""));
}

export function keysOf(data: Buffer): string[] {
  return data.toString("utf8").split("\0").slice(0, -1);
}

/** Bit by bit, from the definition: RFC 7143 13.1 (reflected polynomial 82F63B78h). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** The digest as it travels: least significant byte first. */
function digestOf(bytes: Uint8Array, spoil = false): Buffer {
  const digest = Buffer.alloc(DIGEST_BYTES);
  put32(digest, 0, crc32c(bytes));
  digest.reverse();
  if (spoil) digest[0] = (digest[0] ?? 0) ^ 0xff;
  return digest;
}
