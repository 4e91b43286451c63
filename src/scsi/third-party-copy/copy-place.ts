/**
 * The place of a copy operation in the task set of a unit that it touches: a task without a command. Between two of its reads and writes the
 * operation has nothing in a task set that a reset, CLEAR TASK SET, PREEMPT AND ABORT or the end of the session could find; they find
 * this one, which stops the operation, and wait until it is gone (SPC-4 5.17.4.6, 5.17.5).
 */
import type { DeviceServer } from "../device-server.ts";
import type { LunNexus } from "../nexus.ts";
import { Origin, ScsiTask, TaskState, type TaskTransport } from "../task.ts";

const NOBODY: TaskTransport = { taskDone: () => {}, mayLease: () => true, abortDataOut: () => {} };

export class CopyPlace extends ScsiTask {
  constructor(server: DeviceServer, unit: LunNexus, onAbort: () => void) {
    super(Origin.CopyPlace);
    this.transport = NOBODY;
    this.server = server;
    this.nexus = unit.nexus;
    this.lun = unit.lun;
    this.lunNexus = unit;
    this.onAbort = onAbort;
    this.state = TaskState.Executing;
    unit.lu.tasks.enter(this);
  }

  /** Nothing of the operation is in flight any more, and nothing will be. */
  leave(): void {
    if (this.state === TaskState.Done) return;
    if (this.aborted) this.settleAborted();
    else this.good();
  }
}
