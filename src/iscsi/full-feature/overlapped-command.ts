/**
 * Overlapped commands (SAM-5 5.11): a SCSI Command whose task tag is that of a task which has not ended (RFC 7143 11.2.1.8 has
 * the tag name one task in the whole session). The standard calls it a catastrophic failure of the initiator: what it
 * means by this tag can't be known any more. Every task of the nexus is aborted, and the overlapped command ends
 * with CHECK CONDITION when nothing of them is in flight. Until then it has its place in the window, and its data is thrown away.
 */
import { encodeSense, SENSE, SENSE_MAX_BYTES } from "../../scsi/sense.ts";
import { ScsiStatus } from "../../scsi/status.ts";
import type { ScsiCommand } from "../../wire/pdu/scsi-command.ts";
import { blankScsiResponse } from "../../wire/pdu/scsi-response.ts";
import { ControlMessage } from "../control-message.ts";
import type { Session } from "../session.ts";
import type { FullFeaturePhase } from "./full-feature-phase.ts";

/** The fields are copied: the request is decoded into an object that the next one uses again. */
export function refuseOverlapped(phase: FullFeaturePhase, session: Session, command: ScsiCommand): void {
  const { connection } = phase;
  const { services, peer } = connection;
  const { initiatorTaskTag, immediate, lun, expectedDataTransferLength } = command;
  services.log
    .limited(`overlapped ${peer}`)
    .warn({ peer, tag: initiatorTaskTag }, "overlapped command: its task tag is in use, every task of the session is aborted");
  if (immediate) phase.immediateTasks += 1;
  phase.retireRefused(undefined);
  services.device.abortNexus(session.nexus).then(
    () => {
      if (immediate) phase.immediateTasks -= 1;
      else phase.window.answered();
      connection.send(checkCondition(session, initiatorTaskTag, lun, expectedDataTransferLength));
      services.turn.end();
    },
    (error: unknown) => connection.fail(error),
  );
}

/** The SCSI Response of a command that never became a task: nothing of its data was transferred (RFC 7143 11.4.5). */
function checkCondition(session: Session, initiatorTaskTag: number, lun: number, expectedBytes: number): ControlMessage {
  const descriptor = session.nexus.luns.get(lun)?.lu.state.modes.descriptorSense ?? false;
  const data = Buffer.alloc(2 + SENSE_MAX_BYTES);
  const length = encodeSense({ code: SENSE.overlappedCommands }, descriptor, data, 2);
  data.writeUInt16BE(length, 0);
  const pdu = {
    ...blankScsiResponse(),
    initiatorTaskTag,
    status: ScsiStatus.CheckCondition,
    residualUnderflow: expectedBytes > 0,
    residualCount: expectedBytes,
  };
  return new ControlMessage(pdu, data.subarray(0, 2 + length));
}
