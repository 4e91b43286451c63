/**
 * RESERVE(6), RESERVE(10), RELEASE(6) and RELEASE(10): SPC-2 7.16, 7.17, 7.24 and 7.25; beside persistent reservations SPC-4 5.13.3. The
 * whole unit is reserved, by and for the asking nexus: third-party, extent and long identifier forms are refused.
 */
import { type CommandDescriptor, Need } from "../command.ts";
import { drainForbidden } from "../drain.ts";
import { type PortPair, portPairOf, type ReservationState, releaseUnit, reserveUnit } from "../reservations.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";

type Change = (state: ReservationState, asker: PortPair) => ReservationState | undefined;

async function perform(task: ScsiTask, change: Change): Promise<void> {
  const { lu, nexus } = task.lunNexus!;
  const asker = portPairOf(nexus);
  let conflict = false;
  await task.server.coordinator.change(lu, (state) => {
    const reservations = change(state.reservations, asker);
    conflict = reservations === undefined;
    return reservations === undefined || reservations === state.reservations ? state : { ...state, reservations };
  });
  if (conflict) {
    task.failStatus(ScsiStatus.ReservationConflict);
    return;
  }
  await drainForbidden(lu);
  task.good();
}

/** The usage maps have no bit for 3RDPTY, LONGID, EXTENT, an identification or a parameter list: a CDB with any is refused. */
const command = (opcode: number, name: string, clause: string, bytes: 6 | 10, change: Change): CommandDescriptor => ({
  opcode,
  name,
  clause,
  usage: [opcode, ...new Array<number>(bytes - 1).fill(0)],
  need: Need.Nothing,
  execute: (task) => perform(task, change),
});

export const COMMANDS: readonly CommandDescriptor[] = [
  command(0x16, "RESERVE(6)", "SPC-2 7.25", 6, reserveUnit),
  command(0x17, "RELEASE(6)", "SPC-2 7.17", 6, releaseUnit),
  command(0x56, "RESERVE(10)", "SPC-2 7.24", 10, reserveUnit),
  command(0x57, "RELEASE(10)", "SPC-2 7.16", 10, releaseUnit),
];
