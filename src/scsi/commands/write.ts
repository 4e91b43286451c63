/** WRITE(6), (10), (12), (16) and (32) (SBC-3 5.29 to 5.33). */
import { LEASE_MAX_BYTES } from "../../backend/buffer-pool.ts";
import { type BlockShape, CDB6, CDB10, CDB12, CDB16, CDB32, Flag, shaped, VARIABLE_LENGTH } from "../cdb.ts";
import { type CommandDescriptor, Need } from "../command.ts";
import { failIo } from "../io-error.ts";
import { Operation } from "../lu-counters.ts";
import { decodeTransfer, durable, goodIfStable, holdShared, wantBlocks } from "../medium-access.ts";
import type { Continuation, ScsiTask } from "../task.ts";

// The steps are plain functions and the state is in the task: a WRITE allocates nothing.

const execute: Continuation = (task) => holdShared(task, writeAll);

const writeAll: Continuation = (task) => {
  const { leases } = task;
  const { lu } = task.lunNexus!;
  const backend = lu.backend!;
  const stable = durable(task);
  let left = task.dataOutLength;
  if (left === 0) {
    task.good();
    return;
  }
  let offset = task.lba * lu.blockSize;
  task.beginIo(finish);
  for (let piece = 0; left > 0; piece += 1) {
    const length = Math.min(left, LEASE_MAX_BYTES);
    backend.write(offset, leases[piece]!, 0, length, stable, task, piece);
    task.ioStarted();
    offset += length;
    left -= length;
  }
};

const finish: Continuation = (task) => {
  if (task.ioError === 0) goodIfStable(task);
  else failIo(task, task.ioError, "write", task.lba + (task.ioErrorToken * LEASE_MAX_BYTES) / task.lunNexus!.lu.blockSize);
};

const decode = (task: ScsiTask, shape: BlockShape): boolean => decodeTransfer(task, shape) && wantBlocks(task);

const row = (opcode: number, shape: BlockShape, clause: string, serviceAction?: number): CommandDescriptor => ({
  ...shaped(opcode, shape, Flag.Dpo | Flag.Fua, decode, serviceAction),
  name: `WRITE(${shape.bytes})`,
  clause,
  need: Need.Write,
  needsMedium: true,
  writesMedium: true,
  kind: Operation.Write,
  execute,
});

export const COMMANDS: readonly CommandDescriptor[] = [
  row(0x0a, CDB6, "SBC-3 5.29"),
  row(0x2a, CDB10, "SBC-3 5.30"),
  row(0xaa, CDB12, "SBC-3 5.31"),
  row(0x8a, CDB16, "SBC-3 5.32"),
  row(VARIABLE_LENGTH, CDB32, "SBC-3 5.33", 0x000b),
];
