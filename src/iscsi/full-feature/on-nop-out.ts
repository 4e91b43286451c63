/** NOP-Out: RFC 7143 11.18. A ping is answered ahead of bulk data, with its data; an answer to our ping needs none. */
import { BHS_LENGTH } from "../../wire/bhs.ts";
import { type DataSink, DISCARD } from "../../wire/framer.ts";
import { RESERVED_TAG } from "../../wire/opcode.ts";
import { blankNopIn } from "../../wire/pdu/nop-in.ts";
import { decodeNopOut, type NopOut } from "../../wire/pdu/nop-out.ts";
import { REJECT_REASON } from "../../wire/pdu/reject.ts";
import { ControlMessage } from "../control-message.ts";
import type { PduHandler } from "./dispatch.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

const NO_DATA = Buffer.alloc(0);
const arriving = new WeakMap<FullFeaturePhase, { readonly pdu: NopOut; readonly header: Buffer; readonly data: Buffer }>();

function header(phase: FullFeaturePhase, bytes: Buffer, offset: number, _headerLength: number, dataLength: number): DataSink {
  const pdu = decodeNopOut(bytes, offset);
  if (pdu.initiatorTaskTag === RESERVED_TAG && !pdu.immediate) {
    // RFC 7143 11.18.1: without a task tag the I bit must be set.
    phase.connection.reject(REJECT_REASON.protocolError, bytes, offset, "NOP-Out without a task tag must be immediate");
    phase.window.refused();
    return DISCARD;
  }
  if (phase.session === undefined && pdu.initiatorTaskTag !== RESERVED_TAG) {
    // RFC 7143 4.3. An answer to our own ping is no request.
    phase.connection.reject(REJECT_REASON.protocolError, bytes, offset, "a ping in a discovery session");
    if (!pdu.immediate) phase.window.refused();
    return DISCARD;
  }
  const data = dataLength === 0 ? NO_DATA : Buffer.alloc(dataLength);
  arriving.set(phase, { pdu, header: Buffer.from(bytes.subarray(offset, offset + BHS_LENGTH)), data });
  return phase.bufferSink.into(data);
}

function end(phase: FullFeaturePhase, dataOk: boolean): void {
  const ping = arriving.get(phase);
  arriving.delete(phase);
  if (ping === undefined) return;
  const { pdu, data } = ping;
  if (!dataOk) {
    phase.connection.reject(REJECT_REASON.dataDigestError, ping.header, 0, "ping data with a wrong digest");
    if (!pdu.immediate) phase.window.refused();
    return;
  }
  if (!pdu.immediate) phase.window.answered();
  if (pdu.initiatorTaskTag === RESERVED_TAG) return;
  // Cut by copying: a view would keep all of a large ping alive while it is counted as a small one.
  const most = phase.connection.encoder.parameters.maxRecvDataSegmentLength;
  phase.connection.sendUrgent(
    new ControlMessage(
      { ...blankNopIn(), lun: pdu.lun, lunHigh: pdu.lunHigh, lunLow: pdu.lunLow, initiatorTaskTag: pdu.initiatorTaskTag },
      data.length > most ? Buffer.from(data.subarray(0, most)) : data.length > 0 ? data : undefined,
    ),
  );
}

export const onNopOut: PduHandler = { ordered: true, inDiscovery: true, header, end };
