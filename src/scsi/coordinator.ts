/**
 * The owner of what logical units share (architecture: "state of a logical unit is owned once and
 * published"). A reactor only reads snapshots; every change goes through here. With one reactor this is
 * served in-process; a coordinator in another process has the same interface.
 */
import type { LogicalUnit, LuState } from "./logical-unit.ts";

export interface Coordinator {
  /**
   * Applies `mutate` to the newest state, publishes the result, and resolves when every reactor has taken it. A mutation
   * that returns its argument changes nothing. Mutations of one unit run one after the other.
   */
  change(lu: LogicalUnit, mutate: (state: LuState) => LuState): Promise<void>;
}

/** The coordinator of a process with one reactor. */
export class LocalCoordinator implements Coordinator {
  change(lu: LogicalUnit, mutate: (state: LuState) => LuState): Promise<void> {
    const next = mutate(lu.state);
    if (next !== lu.state) lu.publish(next);
    return Promise.resolve();
  }
}
