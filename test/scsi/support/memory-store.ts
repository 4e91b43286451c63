/** A store of durable state that tests steer: saves can be held, fail before or after they took effect, and be looked at. */
import { type DurableState, type DurableStore, type Loaded, NOTHING_DURABLE } from "../../../src/scsi/durable-state.ts";

interface PendingSave {
  readonly state: DurableState;
  readonly settle: (failure: Failure) => void;
}
/** "after": the state has reached the disk all the same, as where only the folder could not be flushed. */
export type Failure = "none" | "before" | "after";

export class MemoryStore implements DurableStore {
  /** What a restart would find. */
  state: DurableState = NOTHING_DURABLE;
  saves = 0;
  /** True: saves wait for `complete`. */
  held = false;
  failure: Failure = "none";
  readonly pending: PendingSave[] = [];

  load(): Promise<Loaded> {
    return Promise.resolve({ kind: "known", state: this.state });
  }

  save(_identity: unknown, state: DurableState): Promise<void> {
    this.saves += 1;
    return new Promise((resolve, reject) => {
      const settle = (failure: Failure): void => {
        if (failure !== "before") this.state = state;
        if (failure === "none") resolve();
        else reject(new Error("the disk is full"));
      };
      if (this.held) this.pending.push({ state, settle });
      else setImmediate(() => settle(this.failure));
    });
  }

  complete(failure: Failure = "none"): void {
    const save = this.pending.shift();
    if (save === undefined) throw new Error("nothing to complete");
    save.settle(failure);
  }
}
