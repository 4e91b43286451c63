/** PREVENT ALLOW MEDIUM REMOVAL: SBC-3 5.13. Kept per I_T nexus; START STOP UNIT heeds it. Where the medium is not removable it changes nothing. */
import { type CommandDescriptor, Need } from "../command.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";

/** PREVENT: 00b allows, 01b prevents; the other bit meant attachments of media changers and is obsolete. */
const PREVENT = 0x01;

/** Allowing is free to everybody; preventing conflicts with somebody else's reservation (SPC-4 5.13.1, SPC-2 5.5.1). */
function decode(task: ScsiTask): boolean {
  if ((task.cdb[4]! & PREVENT) !== 0 && (task.lunNexus!.permits & Need.Write) === 0) {
    return task.failStatus(ScsiStatus.ReservationConflict);
  }
  return true;
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x1e,
    name: "PREVENT ALLOW MEDIUM REMOVAL",
    clause: "SBC-3 5.13",
    usage: [0x1e, 0, 0, 0, PREVENT, 0],
    need: Need.Nothing,
    decode,
    execute: (task) => {
      task.lunNexus!.preventsRemoval = (task.cdb[4]! & PREVENT) !== 0;
      task.good();
    },
  },
];
