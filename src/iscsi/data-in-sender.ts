/**
 * Turns a finished task into Data-In PDUs and a SCSI Response: RFC 7143 11.4 and 11.7. Good status travels
 * with the last Data-In. The header of the first PDU of each lease is written into the room in front of the
 * payload, so that header and payload leave as one view.
 */
import { HEADROOM_BYTES } from "../backend/buffer-pool.ts";
import { encodeSense, SENSE_MAX_BYTES } from "../scsi/sense.ts";
import { ScsiStatus } from "../scsi/status.ts";
import { RESERVED_TAG } from "../wire/opcode.ts";
import { DATA_IN_FLAG, writeDataIn } from "../wire/pdu/data-in.ts";
import { ISCSI_RESPONSE, SCSI_RESPONSE_FLAG, writeScsiResponse } from "../wire/pdu/scsi-response.ts";
import type { IscsiTask } from "./iscsi-task.ts";
import type { PduEncoder } from "./pdu-encoder.ts";

/** Sends everything that `task` has to answer. The task's leases go to the writer. */
export function sendTaskAnswer(out: PduEncoder, task: IscsiTask): void {
  const dataIn = task.status === ScsiStatus.Good ? Math.min(task.dataInLength, task.expectedDataIn) : 0;
  if (dataIn > 0) sendDataIn(out, task, dataIn);
  else sendResponse(out, task);
  out.writer.own(task.leases, task.shareBytes);
  task.shareBytes = 0;
}

/**
 * Residual of the transfer: positive is overflow, negative underflow (RFC 7143 11.4.1 and 11.4.5). What the command wanted beyond
 * the expected length is overflow however it ended; a command that failed has transferred nothing that counts.
 */
function residual(task: IscsiTask): number {
  const input = task.reads && !task.writes;
  const wanted = input ? task.dataInLength : task.dataOutWanted;
  const expected = input ? task.expectedDataIn : task.expectedDataOut;
  const counts = task.status === ScsiStatus.Good || task.status === ScsiStatus.ConditionMet || wanted > expected;
  return (counts ? wanted : 0) - expected;
}

function sendDataIn(out: PduEncoder, task: IscsiTask, total: number): void {
  const { maxRecvDataSegmentLength, maxBurstLength } = out.parameters;
  let offset = 0;
  let dataSn = 0;
  for (const lease of task.leases) {
    // Before the first byte of a lease: a large answer leaves in several writes, and each gives its leases back.
    out.writer.cut();
    const leaseEnd = Math.min(total, offset + lease.capacity);
    let inLease = 0;
    while (offset < leaseEnd) {
      const burstLeft = maxBurstLength - (offset % maxBurstLength);
      const length = Math.min(leaseEnd - offset, maxRecvDataSegmentLength, burstLeft);
      const last = offset + length === total;
      const final = last || length === burstLeft;
      let flags: number = final ? DATA_IN_FLAG.final : 0;
      let statSn = 0;
      let residualCount = 0;
      if (last) {
        const difference = residual(task);
        flags |= DATA_IN_FLAG.status;
        if (difference > 0) flags |= DATA_IN_FLAG.residualOverflow;
        else if (difference < 0) flags |= DATA_IN_FLAG.residualUnderflow;
        residualCount = Math.abs(difference);
        statSn = out.takeStatSn();
      }
      const inFront = inLease === 0;
      const headerBytes = out.headerBytes;
      const slot = inFront ? undefined : out.writer.reserve(headerBytes);
      const buffer = slot === undefined ? lease.whole : slot.buffer;
      const at = slot === undefined ? HEADROOM_BYTES - headerBytes : slot.offset;
      writeDataIn(
        buffer,
        at,
        flags,
        ScsiStatus.Good,
        length,
        0,
        0,
        task.tag,
        RESERVED_TAG,
        statSn,
        out.expCmdSn,
        out.maxCmdSn,
        dataSn,
        offset,
        residualCount,
      );
      out.putHeaderDigest(buffer, at);
      if (inFront) out.writer.view(lease.whole.subarray(at, HEADROOM_BYTES + length));
      else out.writer.view(lease.data.subarray(inLease, inLease + length));
      out.putTail(lease.data, inLease, inLease + length);
      offset += length;
      inLease += length;
      dataSn += 1;
    }
    out.writer.ownOne(lease);
  }
  task.leases.length = 0;
}

function sendResponse(out: PduEncoder, task: IscsiTask): void {
  const difference = residual(task);
  const flags =
    difference > 0 ? SCSI_RESPONSE_FLAG.residualOverflow : difference < 0 ? SCSI_RESPONSE_FLAG.residualUnderflow : 0;
  const { buffer, offset } = out.beginSmall(task.sense === undefined ? 0 : 2 + SENSE_MAX_BYTES);
  let senseBytes = 0;
  if (task.sense !== undefined) {
    // SenseLength and sense data: RFC 7143 11.4.7.
    const start = offset + out.headerBytes;
    const descriptor = task.lunNexus?.lu.state.modes.descriptorSense ?? false;
    const length = encodeSense(task.sense, descriptor, buffer, start + 2);
    buffer.writeUInt16BE(length, start);
    senseBytes = 2 + length;
  }
  writeScsiResponse(
    buffer,
    offset,
    flags,
    ISCSI_RESPONSE.commandCompleted,
    task.status,
    senseBytes,
    task.tag,
    out.takeStatSn(),
    out.expCmdSn,
    out.maxCmdSn,
    // ExpDataSN counts Data-In, and a command that has sent some ends with the last of them (RFC 7143 11.4.8).
    0,
    Math.abs(difference),
  );
  out.finishSmall(senseBytes);
}
