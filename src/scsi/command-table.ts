/** Every command of Lunette, found by operation code and service action (SPC-4 4.2.5.2, 6.35). */
import { assert } from "../common/assert.ts";
import { u16, VARIABLE_LENGTH } from "./cdb.ts";
import type { CommandDescriptor } from "./command.ts";
import { COMMANDS as COMPARE_AND_WRITE } from "./commands/compare-and-write.ts";
import { COMMANDS as EXTENDED_COPY } from "./commands/extended-copy.ts";
import { COMMANDS as GET_LBA_STATUS } from "./commands/get-lba-status.ts";
import { COMMANDS as INQUIRY } from "./commands/inquiry.ts";
import { COMMANDS as LOG_SELECT } from "./commands/log-select.ts";
import { COMMANDS as LOG_SENSE } from "./commands/log-sense.ts";
import { COMMANDS as MODE_SELECT } from "./commands/mode-select.ts";
import { COMMANDS as MODE_SENSE } from "./commands/mode-sense.ts";
import { COMMANDS as ORWRITE } from "./commands/orwrite.ts";
import { COMMANDS as PERSISTENT_RESERVE_IN } from "./commands/persistent-reserve-in.ts";
import { COMMANDS as PERSISTENT_RESERVE_OUT } from "./commands/persistent-reserve-out.ts";
import { COMMANDS as PRE_FETCH } from "./commands/pre-fetch.ts";
import { COMMANDS as PREVENT_ALLOW_MEDIUM_REMOVAL } from "./commands/prevent-allow-medium-removal.ts";
import { COMMANDS as READ } from "./commands/read.ts";
import { COMMANDS as READ_BUFFER } from "./commands/read-buffer.ts";
import { COMMANDS as READ_CAPACITY } from "./commands/read-capacity.ts";
import { COMMANDS as READ_DEFECT_DATA } from "./commands/read-defect-data.ts";
import { COMMANDS as RECEIVE_COPY } from "./commands/receive-copy.ts";
import { COMMANDS as REPORT_IDENTIFYING_INFORMATION } from "./commands/report-identifying-information.ts";
import { COMMANDS as REPORT_LUNS } from "./commands/report-luns.ts";
import { COMMANDS as REPORT_REFERRALS } from "./commands/report-referrals.ts";
import { COMMANDS as REPORT_SUPPORTED_OPERATION_CODES } from "./commands/report-supported-operation-codes.ts";
import { COMMANDS as REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS } from "./commands/report-supported-task-management-functions.ts";
import { COMMANDS as REPORT_TARGET_PORT_GROUPS } from "./commands/report-target-port-groups.ts";
import { COMMANDS as REPORT_TIMESTAMP } from "./commands/report-timestamp.ts";
import { COMMANDS as REQUEST_SENSE } from "./commands/request-sense.ts";
import { COMMANDS as RESERVE_RELEASE } from "./commands/reserve-release.ts";
import { COMMANDS as SANITIZE } from "./commands/sanitize.ts";
import { COMMANDS as SET_IDENTIFYING_INFORMATION } from "./commands/set-identifying-information.ts";
import { COMMANDS as SET_TARGET_PORT_GROUPS } from "./commands/set-target-port-groups.ts";
import { COMMANDS as SET_TIMESTAMP } from "./commands/set-timestamp.ts";
import { COMMANDS as START_STOP_UNIT } from "./commands/start-stop-unit.ts";
import { COMMANDS as SYNCHRONIZE_CACHE } from "./commands/synchronize-cache.ts";
import { COMMANDS as TEST_UNIT_READY } from "./commands/test-unit-ready.ts";
import { COMMANDS as UNMAP } from "./commands/unmap.ts";
import { COMMANDS as VERIFY } from "./commands/verify.ts";
import { COMMANDS as WRITE } from "./commands/write.ts";
import { COMMANDS as WRITE_AND_VERIFY } from "./commands/write-and-verify.ts";
import { COMMANDS as WRITE_ATOMIC } from "./commands/write-atomic.ts";
import { COMMANDS as WRITE_BUFFER } from "./commands/write-buffer.ts";
import { COMMANDS as WRITE_SAME } from "./commands/write-same.ts";
import type { CommandTable } from "./device-server.ts";

/** The service actions of one operation code: an array for the five bits of byte 1, sparse for the 16 bits of a 7Fh CDB. */
type ServiceActions = (CommandDescriptor | undefined)[];

/** Variable length CDBs (SPC-4 4.2.5.3): the service action is in bytes 8 and 9, the length behind byte 7 in byte 7. */
const VARIABLE_HEADER_BYTES = 8;

/** Two array accesses per lookup. Throws at construction when two commands claim the same code. */
export class IndexedCommandTable implements CommandTable {
  readonly all: readonly CommandDescriptor[];
  /** Row per operation code: the command, or its service actions. */
  readonly #rows: (CommandDescriptor | ServiceActions | undefined)[] = new Array(256).fill(undefined);

  constructor(commands: readonly CommandDescriptor[]) {
    for (const command of commands) this.#add(command);
    this.all = [...commands].sort((a, b) => a.opcode - b.opcode || (a.serviceAction ?? 0) - (b.serviceAction ?? 0));
  }

  find(cdb: Buffer): CommandDescriptor | "service-action" | undefined {
    const row = this.#rows[cdb[0]!];
    if (!Array.isArray(row)) return row;
    return row[cdb[0] === VARIABLE_LENGTH ? u16(cdb, VARIABLE_HEADER_BYTES) : cdb[1]! & 0x1f] ?? "service-action";
  }

  #add(command: CommandDescriptor): void {
    const { opcode, serviceAction, usage, name } = command;
    assert(usage[0] === opcode, `${name}: byte 0 of the usage map is the operation code`);
    const row = this.#rows[opcode];
    if (serviceAction === undefined) {
      assert(row === undefined, `${name}: operation code ${opcode} is taken`);
      this.#rows[opcode] = command;
      return;
    }
    if (opcode === VARIABLE_LENGTH) {
      assert(usage[7] === usage.length - VARIABLE_HEADER_BYTES, `${name}: byte 7 of the usage map holds the additional length`);
      assert(
        ((usage[8]! << 8) | usage[9]!) === serviceAction,
        `${name}: bytes 8 and 9 of the usage map hold the service action`,
      );
    } else {
      assert(serviceAction >= 0 && serviceAction < 32, `${name}: a service action has five bits`);
      assert((usage[1]! & 0x1f) === serviceAction, `${name}: byte 1 of the usage map holds the service action`);
    }
    assert(row === undefined || Array.isArray(row), `${name}: operation code ${opcode} has no service actions`);
    const actions: ServiceActions = row ?? (opcode === VARIABLE_LENGTH ? [] : new Array(32).fill(undefined));
    assert(actions[serviceAction] === undefined, `${name}: service action ${serviceAction} of ${opcode} is taken`);
    actions[serviceAction] = command;
    this.#rows[opcode] = actions;
  }
}

export const COMMAND_TABLE: CommandTable = new IndexedCommandTable([
  ...COMPARE_AND_WRITE,
  ...EXTENDED_COPY,
  ...GET_LBA_STATUS,
  ...INQUIRY,
  ...LOG_SELECT,
  ...LOG_SENSE,
  ...MODE_SELECT,
  ...MODE_SENSE,
  ...ORWRITE,
  ...PERSISTENT_RESERVE_IN,
  ...PERSISTENT_RESERVE_OUT,
  ...PRE_FETCH,
  ...PREVENT_ALLOW_MEDIUM_REMOVAL,
  ...READ,
  ...READ_BUFFER,
  ...READ_CAPACITY,
  ...READ_DEFECT_DATA,
  ...REPORT_IDENTIFYING_INFORMATION,
  ...RECEIVE_COPY,
  ...REPORT_LUNS,
  ...REPORT_SUPPORTED_OPERATION_CODES,
  ...REPORT_SUPPORTED_TASK_MANAGEMENT_FUNCTIONS,
  ...REPORT_REFERRALS,
  ...REPORT_TARGET_PORT_GROUPS,
  ...REPORT_TIMESTAMP,
  ...REQUEST_SENSE,
  ...RESERVE_RELEASE,
  ...SET_IDENTIFYING_INFORMATION,
  ...SET_TARGET_PORT_GROUPS,
  ...SET_TIMESTAMP,
  ...SANITIZE,
  ...START_STOP_UNIT,
  ...SYNCHRONIZE_CACHE,
  ...TEST_UNIT_READY,
  ...UNMAP,
  ...VERIFY,
  ...WRITE,
  ...WRITE_AND_VERIFY,
  ...WRITE_ATOMIC,
  ...WRITE_BUFFER,
  ...WRITE_SAME,
]);
