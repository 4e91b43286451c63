/**
 * Parameter data of commands that are not about blocks (SPC-4 4.2.5.6 and 4.3.4): small, rare, built in memory of their own and then copied
 * into a lease. The lists themselves keep their true lengths; only what is sent is cut to the allocation length.
 */
import { LEASE_MAX_BYTES } from "../backend/buffer-pool.ts";
import { assert } from "../common/assert.ts";
import { SENSE } from "./sense.ts";
import type { ScsiTask } from "./task.ts";

/** Ends the task with GOOD and as much of `data` as `allocationLength` allows. */
export function replyWith(task: ScsiTask, data: Buffer, allocationLength: number): void {
  const length = Math.min(data.length, allocationLength);
  assert(length <= LEASE_MAX_BYTES, "parameter data fits one lease");
  task.lease(length, () => {
    if (length > 0) data.copy(task.leases[0]!.data, 0, 0, length);
    task.dataInLength = length;
    task.good();
  });
}

/**
 * For decoders: asks for a parameter list of `length` bytes. One that does not fit a single lease is none that we know: parameter list
 * length error.
 */
export function wantParameterList(task: ScsiTask, length: number): boolean {
  if (length > LEASE_MAX_BYTES) return task.fail(SENSE.parameterListLengthError);
  task.dataOutWanted = length;
  return true;
}

/** The parameter list as it came, or undefined when the initiator sent less than its CDB said (the task has failed then). */
export function takeParameterList(task: ScsiTask): Buffer | undefined {
  if (task.dataOutLength < task.dataOutWanted) {
    task.fail(SENSE.parameterListLengthError);
    return undefined;
  }
  return task.dataOutWanted === 0 ? Buffer.alloc(0) : task.leases[0]!.data.subarray(0, task.dataOutWanted);
}
