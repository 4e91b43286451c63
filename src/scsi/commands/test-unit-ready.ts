/** TEST UNIT READY (SPC-4 6.47). */
import type { CommandDescriptor } from "../command.ts";
import { Need } from "../command.ts";

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x00,
    name: "TEST UNIT READY",
    clause: "SPC-4 6.47",
    usage: [0x00, 0, 0, 0, 0, 0],
    need: Need.Other,
    needsMedium: true,
    // Everything that can be wrong was found at admission.
    execute: (task) => task.good(),
  },
];
