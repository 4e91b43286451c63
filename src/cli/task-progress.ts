/** Waits for what the daemon does in the background, and shows how far it is: a bar on a terminal, lines of percent elsewhere. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "../control/tasks.ts";
import type { ControlClient } from "./control-client.ts";
import { bytes } from "./human.ts";
import { harmless } from "./table.ts";
import type { Terminal } from "./verb.ts";

const POLL_MS = 250;
/** Where nobody looks a line for each tenth is enough. */
const STEP_PERCENT = 10;
const BAR_COLUMNS = 24;
/** ECMA-48: to the first column; clear to the end of the line. */
const START_OF_LINE = "\r";
const CLEAR_LINE = "\u001b[K";

/** The task as it has ended; as it is, when Ctrl-C ends the waiting. */
export async function waitForTask(client: ControlClient, first: Task, terminal: Terminal, live: boolean): Promise<Task> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once("SIGINT", interrupt);
  const { screen } = terminal;
  const bar = live && screen !== undefined;
  let told = -1;
  const tell = (task: Task): void => {
    if (bar) {
      screen.write(START_OF_LINE + harmless(barOf(task)).slice(0, screen.columns - 1) + CLEAR_LINE);
      return;
    }
    const step = Math.floor(percentOf(task) / STEP_PERCENT);
    if (step > told) terminal.err(harmless(`${subjectOf(task)}: ${percentOf(task)} %`));
    told = Math.max(told, step);
  };
  let task = first;
  try {
    tell(task);
    while (task.state === "running") {
      try {
        await sleep(POLL_MS, undefined, { signal: interruption.signal });
      } catch {
        break;
      }
      ({ task } = await client.get<{ task: Task }>(`/v1/tasks/${encodeURIComponent(task.id)}`));
      tell(task);
    }
  } finally {
    process.off("SIGINT", interrupt);
    if (bar) screen.write(START_OF_LINE + CLEAR_LINE);
  }
  return task;
}

/** What to say of a task that is not waited for. */
export const goesOn = ({ id }: Task): string =>
  `it goes on in the background as task ${id}: "lunette task show ${id}" says how far it is, "lunette task cancel ${id}" ends it`;

export const subjectOf = ({ kind, volume }: Task): string => (volume === undefined ? kind : `${kind} "${volume}"`);

/** Whole percent; 100 only when all is done. */
export const percentOf = ({ done, total }: Task): number =>
  total <= 0 ? 100 : Math.min(100, Math.max(0, Math.floor((done / total) * 100)));

function barOf(task: Task): string {
  const filled = Math.floor((percentOf(task) / 100) * BAR_COLUMNS);
  const bar = "#".repeat(filled) + "-".repeat(BAR_COLUMNS - filled);
  return `${subjectOf(task)} [${bar}] ${percentOf(task)} %, ${bytes(task.done)} of ${bytes(task.total)}`;
}
