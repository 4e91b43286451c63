/**
 * The rest of MAINTENANCE IN (A3h) and MAINTENANCE OUT (A4h): SPC-4 6.5, 6.6. The service actions that Lunette has are in files of their
 * own, and any other of A3h is an invalid field in the CDB. Of A4h there is none (no SET TARGET PORT GROUPS, since states don't change), so that opcode
 * is not supported at all: invalid command operation code, as REPORT SUPPORTED OPERATION CODES says too.
 */
import type { CommandDescriptor } from "../command.ts";

export const COMMANDS: readonly CommandDescriptor[] = [];
