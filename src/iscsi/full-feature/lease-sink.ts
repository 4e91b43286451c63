/** Puts a data segment of Data-Out into the leases of its task, from a given offset of the command's data on. */
import { LEASE_MAX_BYTES } from "../../backend/buffer-pool.ts";
import { assert } from "../../common/assert.ts";
import type { DataPlace, DataSink } from "../../wire/framer.ts";
import type { IscsiTask } from "../iscsi-task.ts";

/** Where bytes go that the command does not take: more than it wants. */
const EXCESS = Buffer.alloc(4096);

export class LeaseSink implements DataSink {
  /** Whose data is arriving; undefined when none is, or when the task went away meanwhile. */
  task: IscsiTask | undefined;
  #start = 0;

  into(task: IscsiTask, start: number): this {
    this.task = task;
    this.#start = start;
    return this;
  }

  place(position: number, remaining: number, place: DataPlace): void {
    const task = this.task;
    assert(task !== undefined, "the framer discards the data of a task that is gone");
    const at = this.#start + position;
    const wanted = task.dataOutTarget - at;
    if (wanted <= 0 || task.discards) {
      place.buffer = EXCESS;
      place.offset = 0;
      place.room = Math.min(remaining, EXCESS.length);
      return;
    }
    // Every lease but the last is LEASE_MAX_BYTES large.
    const lease = task.leases[Math.floor(at / LEASE_MAX_BYTES)]!;
    place.buffer = lease.data;
    place.offset = at % LEASE_MAX_BYTES;
    place.room = Math.min(remaining, wanted, lease.capacity - place.offset);
  }
}
