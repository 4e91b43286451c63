/** READ(6), (10), (12), (16) and (32) (SBC-3 5.7 to 5.11). */
import { LEASE_MAX_BYTES } from "../../backend/buffer-pool.ts";
import { type BlockShape, CDB6, CDB10, CDB12, CDB16, CDB32, Flag, shaped, VARIABLE_LENGTH } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { failFlush, failIo, tellFailedFlush } from "../io-error.ts";
import { Operation } from "../lu-counters.ts";
import { decodeTransfer, goesOn, holdShared, onMedium } from "../medium-access.ts";
import type { Continuation, ScsiTask } from "../task.ts";

/** Bytes to fetch: whole blocks, but none that the initiator has no room for; the transport cuts the last one. */
function bytesToRead(task: ScsiTask): number {
  const { blockSize } = task.lunNexus!.lu;
  return Math.min(task.blocks, Math.ceil(task.expectedDataIn / blockSize)) * blockSize;
}

// The steps are plain functions and the state is in the task: a READ allocates nothing.

const execute: Continuation = (task) => task.lease(bytesToRead(task), haveMemory);

const haveMemory: Continuation = (task) => holdShared(task, haveBlocks);

const haveBlocks: Continuation = (task) => {
  const { lu } = task.lunNexus!;
  // FUA: from the medium, so what the cache holds must get there first (SBC-3 4.15.3). Without write cache it holds nothing.
  if (task.fua && lu.state.modes.writeCacheEnabled) {
    task.beginIo(afterFlush);
    lu.backend!.flush(task, 0);
    task.ioStarted();
  } else {
    readAll(task);
  }
};

const afterFlush: Continuation = (task) => {
  if (!goesOn(task)) return;
  if (task.ioError !== 0) failFlush(task, task.ioError);
  else if (!tellFailedFlush(task) && onMedium(task)) readAll(task);
};

function readAll(task: ScsiTask): void {
  const { leases } = task;
  const { lu } = task.lunNexus!;
  const backend = lu.backend!;
  let left = bytesToRead(task);
  if (left === 0) {
    finish(task);
    return;
  }
  let offset = task.lba * lu.blockSize;
  task.beginIo(finish);
  for (let piece = 0; left > 0; piece += 1) {
    const length = Math.min(left, LEASE_MAX_BYTES);
    backend.read(offset, leases[piece]!, 0, length, task, piece);
    task.ioStarted();
    offset += length;
    left -= length;
  }
}

const finish: Continuation = (task) => {
  if (task.ioError !== 0) {
    const { blockSize } = task.lunNexus!.lu;
    failIo(task, task.ioError, "read", task.lba + (task.ioErrorToken * LEASE_MAX_BYTES) / blockSize);
    return;
  }
  task.dataInLength = task.blocks * task.lunNexus!.lu.blockSize;
  task.good();
};

const row = (opcode: number, shape: BlockShape, clause: string, serviceAction?: number): CommandDescriptor => ({
  ...shaped(opcode, shape, Flag.Dpo | Flag.Fua, decodeTransfer, serviceAction),
  name: `READ(${shape.bytes})`,
  clause,
  need: Need.Read,
  needsMedium: true,
  kind: Operation.Read,
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [
  row(0x08, CDB6, "SBC-3 5.7"),
  row(0x28, CDB10, "SBC-3 5.8"),
  row(0xa8, CDB12, "SBC-3 5.9"),
  row(0x88, CDB16, "SBC-3 5.10"),
  row(VARIABLE_LENGTH, CDB32, "SBC-3 5.11", 0x0009),
];
