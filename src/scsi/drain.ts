/** Waiting for tasks to end by themselves, where a new state forbids what an older one let begin. */
import type { LogicalUnit } from "./logical-unit.ts";
import { type Drain, type ScsiTask, TaskState } from "./task.ts";

/**
 * Resolves when every task of the unit that executes now and satisfies the predicate has ended. Tasks that still wait for
 * Data-Out don't count: they are checked again before they execute.
 */
export function drainExecuting(lu: LogicalUnit, predicate: (task: ScsiTask) => boolean): Promise<void> {
  const waitFor = lu.tasks.matching(undefined).filter((task) => task.state === TaskState.Executing && predicate(task));
  if (waitFor.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    let left = waitFor.length;
    const drain: Drain = {
      taskEnded: () => {
        left -= 1;
        if (left === 0) resolve();
      },
    };
    for (const task of waitFor) {
      task.drains ??= [];
      task.drains.push(drain);
    }
  });
}

/**
 * The tasks that what their nexus is permitted now would no longer admit. One that is parked has not begun: it is refused at once, so that nobody
 * waits for a host that is gone.
 */
export function drainForbidden(lu: LogicalUnit): Promise<void> {
  const forbidden = ({ command, lunNexus }: ScsiTask): boolean => ((command?.need ?? 0) & ~(lunNexus?.permits ?? 0)) !== 0;
  for (const task of lu.tasks.matching(undefined)) {
    if (task.state === TaskState.Executing && forbidden(task)) task.conflictWhileParked();
  }
  return drainExecuting(lu, forbidden);
}
