/**
 * Text Request: RFC 7143 11.10, 11.11 and appendix C (SendTargets). A request may be spread over PDUs with the C bit; an
 * answer longer than one PDU is drawn by empty requests that repeat its Target Transfer Tag.
 */
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { RESERVED_TAG } from "../../wire/opcode.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import { decodeTextRequest, type TextRequest } from "../../wire/pdu/text-request.ts";
import { blankTextResponse } from "../../wire/pdu/text-response.ts";
import { ProtocolError } from "../../wire/protocol-error.ts";
import { encodeTextKeys, parseTextKeys, type TextKey } from "../../wire/text-keys.ts";
import { ControlMessage } from "../control-message.ts";
import { negotiateFullFeature } from "../login/negotiate.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

/** A negotiation that goes over more than one request. */
export interface TextExchange {
  readonly initiatorTaskTag: number;
  targetTransferTag: number;
  /** Pieces of a list of keys whose end has not come. */
  readonly received: Buffer[];
  /** Of the whole negotiation. */
  receivedBytes: number;
  /** What is left of an answer; undefined while the initiator is to speak. */
  unsent: Buffer | undefined;
  /** Keys that have come: none may come again (RFC 7143 6.4). */
  readonly seen: Set<string>;
  /** What the initiator declared: it holds from the end of the negotiation on, and not at all when that fails (6.4, 7.12). */
  maxRecvDataSegmentLength: number | undefined;
}

const EMPTY = Buffer.alloc(0);
const MALFORMED = { kind: "reject", reason: REJECT_REASON.protocolError } as const;
const arriving = new WeakMap<FullFeaturePhase, { readonly pdu: TextRequest; readonly header: Buffer; readonly data: Buffer }>();

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number, headerLength: number, dataLength: number): DataSink {
  const pdu = decodeTextRequest(bytes, offset);
  if (pdu.initiatorTaskTag === RESERVED_TAG || (pdu.final && pdu.continues) || phase.tasks.has(pdu.initiatorTaskTag)) {
    const why = "a text request with F and C, or with a tag it must not have";
    phase.connection.reject(REJECT_REASON.protocolError, bytes, offset, why);
    if (!pdu.immediate) phase.window.refused();
    return DISCARD;
  }
  const copy = Buffer.from(bytes.subarray(offset, offset + headerLength));
  arriving.set(phase, { pdu, header: copy, data: dataLength === 0 ? EMPTY : Buffer.alloc(dataLength) });
  return phase.bufferSink.into(arriving.get(phase)!.data);
}

function end(phase: FullFeaturePhase, dataOk: boolean): void {
  const request = arriving.get(phase);
  arriving.delete(phase);
  if (request === undefined) return;
  const { immediate } = request.pdu;
  if (!dataOk) {
    phase.connection.reject(REJECT_REASON.dataDigestError, request.header, 0, "text with a wrong digest");
    if (!immediate) phase.window.refused();
    return;
  }
  try {
    take(phase, request.pdu, request.data);
    if (!immediate) phase.window.answered();
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.answer.kind !== "reject") throw error;
    phase.text = undefined;
    phase.connection.reject(error.answer.reason, request.header, 0, error.message);
    if (!immediate) phase.window.refused();
  }
}

function take(phase: FullFeaturePhase, pdu: TextRequest, data: Buffer): void {
  const exchange = exchangeOf(phase, pdu);
  if (exchange.unsent !== undefined) {
    if (data.length > 0) throw new ProtocolError(MALFORMED, "keys where the rest of an answer should be drawn");
    respond(phase, pdu, exchange);
    return;
  }
  const { limits } = phase.connection.services;
  exchange.receivedBytes += data.length;
  if (exchange.receivedBytes > limits.login_bytes) {
    throw new ProtocolError(MALFORMED, `more than ${limits.login_bytes} bytes of text (limits.login_bytes)`);
  }
  // Bounds small and empty pieces, which cost memory of their own.
  if (exchange.received.length >= limits.login_pdus) {
    throw new ProtocolError(MALFORMED, `more than ${limits.login_pdus} requests for one list of keys (limits.login_pdus)`);
  }
  exchange.received.push(data);
  if (pdu.continues) {
    send(phase, pdu, exchange, EMPTY, false, false);
    return;
  }
  const whole = exchange.received.length === 1 ? data : Buffer.concat(exchange.received);
  exchange.received.length = 0;
  const maxKeys = limits.login_keys - exchange.seen.size;
  const pairs = parseTextKeys(whole, { maxKeys, maxBytes: limits.login_bytes }, MALFORMED);
  exchange.unsent = encodeTextKeys(answer(phase, exchange, pairs));
  if (exchange.unsent.length > limits.text_response_bytes) {
    throw new ProtocolError(
      { kind: "reject", reason: REJECT_REASON.longOperationReject },
      "the answer is larger than limits.text_response_bytes",
    );
  }
  respond(phase, pdu, exchange);
}

/** The exchange that the request goes on with, or a new one (which ends an old one: RFC 7143 11.10.4). */
function exchangeOf(phase: FullFeaturePhase, pdu: TextRequest): TextExchange {
  if (pdu.targetTransferTag === RESERVED_TAG) {
    const fresh = {
      initiatorTaskTag: pdu.initiatorTaskTag,
      targetTransferTag: RESERVED_TAG,
      received: [],
      receivedBytes: 0,
      unsent: undefined,
      seen: new Set<string>(),
      maxRecvDataSegmentLength: undefined,
    };
    phase.text = fresh;
    return fresh;
  }
  const running = phase.text;
  if (
    running === undefined ||
    running.targetTransferTag !== pdu.targetTransferTag ||
    running.initiatorTaskTag !== pdu.initiatorTaskTag
  ) {
    throw new ProtocolError(MALFORMED, `no negotiation has target transfer tag ${pdu.targetTransferTag}`);
  }
  return running;
}

function respond(phase: FullFeaturePhase, pdu: TextRequest, exchange: TextExchange): void {
  const whole = exchange.unsent ?? EMPTY;
  const room = phase.connection.encoder.parameters.maxRecvDataSegmentLength;
  const part = whole.subarray(0, room);
  const more = whole.length > room;
  exchange.unsent = more ? whole.subarray(room) : undefined;
  // F answers F only when there is no more to say (RFC 7143 11.11.1).
  send(phase, pdu, exchange, part, !more && pdu.final, more);
}

/** RFC 7143 13.12: what is queued before the last response goes out under the old value, and what comes behind it under the new one. */
function takeEffect(phase: FullFeaturePhase, { maxRecvDataSegmentLength }: TextExchange): void {
  if (maxRecvDataSegmentLength === undefined) return;
  const { encoder } = phase.connection;
  encoder.parameters = { ...encoder.parameters, maxRecvDataSegmentLength };
}

function send(
  phase: FullFeaturePhase,
  pdu: TextRequest,
  exchange: TextExchange,
  text: Buffer,
  final: boolean,
  continues: boolean,
): void {
  exchange.targetTransferTag = final ? RESERVED_TAG : phase.nextTransferTag();
  if (final) phase.text = undefined;
  const { initiatorTaskTag, lun, lunHigh, lunLow } = pdu;
  const { targetTransferTag } = exchange;
  const response = { ...blankTextResponse(), final, continues, initiatorTaskTag, targetTransferTag, lun, lunHigh, lunLow };
  const whenSent = final ? { onSent: () => takeEffect(phase, exchange) } : {};
  phase.connection.send(new ControlMessage(response, text.length > 0 ? text : undefined, whenSent));
}

function answer(phase: FullFeaturePhase, exchange: TextExchange, pairs: readonly TextKey[]): TextKey[] {
  const { answers, sendTargets: wanted, maxRecvDataSegmentLength } = negotiateFullFeature(pairs, exchange.seen);
  exchange.maxRecvDataSegmentLength = maxRecvDataSegmentLength ?? exchange.maxRecvDataSegmentLength;
  return wanted === undefined ? [...answers] : [...sendTargets(phase, wanted), ...answers];
}

/** RFC 7143 appendix C: All in discovery sessions only; a name; empty for the target of this session. */
function sendTargets(phase: FullFeaturePhase, value: string): TextKey[] {
  const { connection, session } = phase;
  if (session !== undefined && value === "All") return [{ key: "SendTargets", value: "Reject" }];
  const wanted = value === "" ? session?.targetName : value === "All" ? undefined : value.normalize("NFKC").toLowerCase();
  if (value === "" && wanted === undefined) return [{ key: "SendTargets", value: "Reject" }];
  const found = connection.services.directory.discover({
    initiatorName: phase.initiatorName,
    address: connection.address,
    portalGroupTag: connection.portal.portalGroupTag,
    localAddress: connection.socket.localAddress ?? "",
    localPort: connection.socket.localPort ?? 0,
  });
  const answers: TextKey[] = [];
  for (const { targetName, addresses } of found) {
    if (wanted !== undefined && targetName !== wanted) continue;
    answers.push({ key: "TargetName", value: targetName });
    for (const address of addresses) answers.push({ key: "TargetAddress", value: address });
  }
  return answers;
}

export const onTextRequest: PduHandler = { ordered: true, inDiscovery: true, header, end };
