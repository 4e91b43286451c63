/** RECEIVE COPY STATUS, OPERATING PARAMETERS and FAILURE DETAILS: SPC-4 6.22 to 6.25. */
import { u32 } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";
import {
  COPY_LIMITS,
  CopyInAction,
  CopyOutAction,
  OPCODE_COPY_IN,
  SUPPORTED_DESCRIPTOR_TYPES,
} from "../third-party-copy/copy-facts.ts";
import type { CopyOperation } from "../third-party-copy/copy-operation.ts";

const LIST_IDENTIFIER_AT = 2;
const ALLOCATION_AT = 10;

/** COPY COMMAND STATUS (SPC-4 6.25, table 254). */
const Lid1Status = { InProgress: 0x00, WithoutErrors: 0x01, WithErrors: 0x02 } as const;
/** COPY OPERATION STATUS (SPC-4 6.24, table 249). */
const Lid4Status = { WithoutErrors: 0x01, WithErrors: 0x02, Foreground: 0x11, Background: 0x12, Terminated: 0x60 } as const;

/** ESTIMATED STATUS UPDATE DELAY: milliseconds while it runs, and the value that says there is nothing to wait for. */
const UPDATE_DELAY_MS = 500;
const NO_MORE_UPDATES = 0xffff_fffe;

const allocationLength = (task: ScsiTask): number => u32(task.cdb, ALLOCATION_AT);

/** Refuses a list identifier of which nothing is known. */
const unknownIdentifier = (task: ScsiTask): void => void task.failCdb(LIST_IDENTIFIER_AT);

function operationOf(task: ScsiTask, listId: number): CopyOperation | undefined {
  return task.server.copies.find(task.lunNexus!, listId);
}

// ---- RECEIVE COPY STATUS(LID1) ------------------------------------------------------------------------

function copyStatusLid1(task: ScsiTask): void {
  const operation = operationOf(task, task.cdb[LIST_IDENTIFIER_AT]!);
  if (operation === undefined || !operation.statusKept) {
    unknownIdentifier(task);
    return;
  }
  const out = Buffer.alloc(12);
  out.writeUInt32BE(out.length - 4, 0);
  out[4] = operation.running ? Lid1Status.InProgress : operation.failed ? Lid1Status.WithErrors : Lid1Status.WithoutErrors;
  out.writeUInt16BE(operation.segments, 5);
  const { units, count } = operation.transferred(0xffff_ffff);
  out[7] = units;
  out.writeUInt32BE(count, 8);
  if (!operation.running) {
    operation.statusKept = false;
    discardWhenTold(task, operation);
  }
  replyWith(task, out, allocationLength(task));
}

/** Nothing is kept of an operation whose end and, where it failed, whose failure were told. */
function discardWhenTold(task: ScsiTask, operation: CopyOperation): void {
  const failureTold = !operation.failed || !operation.failureKept;
  if (!operation.statusKept && failureTold) task.server.copies.discard(task.lunNexus!, operation);
}

// ---- RECEIVE COPY FAILURE DETAILS(LID1) -----------------------------------------------------------------

const FAILURE_SENSE_AT = 60;

function failureDetails(task: ScsiTask): void {
  const operation = operationOf(task, task.cdb[LIST_IDENTIFIER_AT]!);
  if (operation === undefined || operation.running || operation.format !== 1) {
    unknownIdentifier(task);
    return;
  }
  const allocation = allocationLength(task);
  const out = operation.failed && operation.failureKept ? encodeFailure(operation) : Buffer.alloc(4);
  // Told as a whole, or not wanted: the standard has it discarded then (SPC-4 6.23).
  if (allocation === 0 || allocation >= out.length) {
    operation.failureKept = false;
    discardWhenTold(task, operation);
  }
  replyWith(task, out, allocation);
}

function encodeFailure({ status, sense }: CopyOperation): Buffer {
  const out = Buffer.alloc(FAILURE_SENSE_AT + sense.length);
  out.writeUInt32BE(out.length - 4, 0);
  out[56] = status;
  out.writeUInt16BE(sense.length, 58);
  sense.copy(out, FAILURE_SENSE_AT);
  return out;
}

// ---- RECEIVE COPY STATUS(LID4) ------------------------------------------------------------------------

const STATUS_SENSE_AT = 32;

function copyStatusLid4(task: ScsiTask): void {
  const operation = operationOf(task, u32(task.cdb, LIST_IDENTIFIER_AT));
  if (operation === undefined) {
    unknownIdentifier(task);
    return;
  }
  replyWith(task, encodeStatus(operation), allocationLength(task));
}

function encodeStatus(operation: CopyOperation): Buffer {
  const { state, running, sense } = operation;
  // No sense data of an operation that runs or was terminated; room for it is a multiple of four.
  const senseBytes = state === "ended" ? sense.length : 0;
  const room = (senseBytes + 3) & ~3;
  const out = Buffer.alloc(STATUS_SENSE_AT + room);
  out.writeUInt32BE(out.length - 4, 0);
  out[4] = operation.format === 1 ? CopyOutAction.ExtendedCopyLid1 : CopyOutAction.ExtendedCopyLid4;
  out[5] = operationStatus(operation);
  out.writeUInt16BE(operation.commands, 6);
  out.writeUInt32BE(running ? UPDATE_DELAY_MS : NO_MORE_UPDATES, 8);
  if (!running) out[12] = state === "terminated" ? ScsiStatus.TaskAborted : operation.status;
  out[13] = room;
  out[14] = senseBytes;
  const { units, count } = operation.transferred(Number.MAX_SAFE_INTEGER);
  out[15] = units;
  out.writeBigUInt64BE(BigInt(count), 16);
  out.writeUInt16BE(operation.segments, 24);
  sense.copy(out, STATUS_SENSE_AT, 0, senseBytes);
  return out;
}

function operationStatus({ state, background, failed }: CopyOperation): number {
  if (state === "running") return background ? Lid4Status.Background : Lid4Status.Foreground;
  if (state === "terminated") return Lid4Status.Terminated;
  return failed ? Lid4Status.WithErrors : Lid4Status.WithoutErrors;
}

// ---- RECEIVE COPY OPERATING PARAMETERS ------------------------------------------------------------------

/** SNLID: LIST ID USAGE of 11b is taken. */
const SNLID = 0x01;
const DESCRIPTOR_LIST_AT = 44;

function operatingParameters(task: ScsiTask): void {
  const out = Buffer.alloc(DESCRIPTOR_LIST_AT + SUPPORTED_DESCRIPTOR_TYPES.length);
  out.writeUInt32BE(out.length - 4, 0);
  out[4] = SNLID;
  out.writeUInt16BE(COPY_LIMITS.cscdDescriptors, 8);
  out.writeUInt16BE(COPY_LIMITS.segments, 10);
  out.writeUInt32BE(COPY_LIMITS.descriptorListBytes, 12);
  out.writeUInt32BE(COPY_LIMITS.segmentBytes, 16);
  out.writeUInt32BE(COPY_LIMITS.inlineDataBytes, 20);
  out.writeUInt32BE(COPY_LIMITS.heldDataBytes, 24);
  out.writeUInt16BE(COPY_LIMITS.operations, 34);
  out[36] = COPY_LIMITS.operations;
  out[37] = COPY_LIMITS.granularityLog2;
  out[43] = SUPPORTED_DESCRIPTOR_TYPES.length;
  Buffer.from(SUPPORTED_DESCRIPTOR_TYPES).copy(out, DESCRIPTOR_LIST_AT);
  replyWith(task, out, allocationLength(task));
}

/** `identifierBytes` of list identifier from byte 2 on. Allowed under every reservation (SPC-4 5.13.1, table 65). */
const row = (
  serviceAction: number,
  identifierBytes: 0 | 1 | 4,
  name: string,
  clause: string,
  execute: (task: ScsiTask) => void,
): CommandDescriptor => {
  const identifier = Array.from({ length: 8 }, (_, index) => (index < identifierBytes ? 0xff : 0));
  return {
    opcode: OPCODE_COPY_IN,
    serviceAction,
    name,
    clause,
    usage: [OPCODE_COPY_IN, serviceAction, ...identifier, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Nothing,
    execute,
  };
};

export const COMMANDS: readonly CommandDescriptor[] = [
  row(CopyInAction.CopyStatusLid1, 1, "RECEIVE COPY STATUS(LID1)", "SPC-4 6.25", copyStatusLid1),
  row(CopyInAction.OperatingParameters, 0, "RECEIVE COPY OPERATING PARAMETERS", "SPC-4 6.22", operatingParameters),
  row(CopyInAction.FailureDetailsLid1, 1, "RECEIVE COPY FAILURE DETAILS(LID1)", "SPC-4 6.23", failureDetails),
  row(CopyInAction.CopyStatusLid4, 4, "RECEIVE COPY STATUS(LID4)", "SPC-4 6.24", copyStatusLid4),
];
