/** One change by the daemon, and what came of it: the options that every change has, and what is said afterwards. */
import type { ArgumentsCamelCase, Argv } from "yargs";
import type { Plan } from "../config/plan.ts";
import { renderPlan, type TouchedSession } from "../config/plan-text.ts";
import type { Task } from "../control/tasks.ts";
import { type ChangeMethod, type ControlClient, ControlFailure } from "./control-client.ts";
import type { Entity } from "./object-noun.ts";
import { harmlessLines } from "./table.ts";
import { goesOn, waitForTask } from "./task-progress.ts";
import type { Terminal } from "./verb.ts";

/** The answer to a change (PROTOCOL.md). */
export interface ChangeAnswer {
  readonly object?: Entity;
  readonly generation: number;
  readonly plan: Plan;
  /** Those that something happens to. */
  readonly sessions: readonly TouchedSession[];
  readonly task?: Task;
  /** Why the file that was to be deleted too is still there. */
  readonly file_kept?: string;
}

export function changeOptions(parser: Argv): Argv {
  return parser
    .option("dry-run", {
      type: "boolean",
      default: false,
      describe: "say what it would do, and to which sessions; change nothing",
    })
    .option("force", {
      type: "boolean",
      default: false,
      describe: "also what costs data, such as making a mapped volume smaller",
    })
    .option("background", { type: "boolean", default: false, describe: "do not wait for what takes long" });
}

export interface Change {
  readonly method: ChangeMethod;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** More of the query. */
  readonly query?: Readonly<Record<string, string>>;
  /** "created volume "vm01"", for people. */
  readonly done: (answer: ChangeAnswer) => string;
}

/** Asks for the change and tells what came of it; gives the exit code. @throws ControlFailure when it is refused */
export async function makeChange(
  client: ControlClient,
  change: Change,
  argv: ArgumentsCamelCase,
  terminal: Terminal,
): Promise<number> {
  const dry = argv["dryRun"] === true;
  const json = argv["json"] === true;
  const query = new URLSearchParams({
    ...change.query,
    ...(dry ? { dry_run: "1" } : {}),
    ...(argv["force"] === true ? { force: "1" } : {}),
  });
  const path = query.size === 0 ? change.path : `${change.path}?${query}`;
  let answer = await client.change<ChangeAnswer>(change.method, path, change.body, change.headers);
  if (answer.task?.state === "running" && !dry) {
    const waits = argv["background"] !== true;
    const task = waits ? await waitForTask(client, answer.task, terminal, !json) : answer.task;
    answer = { ...answer, task };
    if (task.state === "running") {
      if (json) terminal.out(JSON.stringify(answer, undefined, 2));
      terminal.err(harmlessLines(goesOn(task)));
      return waits ? 1 : 0;
    }
    if (task.state !== "succeeded") {
      if (json) terminal.out(JSON.stringify(answer, undefined, 2));
      throw new ControlFailure(`${task.state}${task.error === undefined ? "" : `: ${task.error}`}`);
    }
  }
  const { plan, sessions } = answer;
  if (json) terminal.out(JSON.stringify(answer, undefined, 2));
  else if (dry) terminal.out(harmlessLines(renderPlan(plan, sessions)));
  else terminal.out(harmlessLines(resultText(change.done(answer), answer)));
  if (answer.file_kept !== undefined) {
    terminal.err(harmlessLines(`the file is still there: ${answer.file_kept}. Remove it by hand`));
    return 1;
  }
  return dry && plan.refusals.length > 0 ? 1 : 0;
}

function resultText(done: string, { plan, sessions, task }: ChangeAnswer): string {
  if (plan.steps.length === 0 && task === undefined) return `nothing to do: ${done.replace(/^\w+ /, "")} is so already`;
  return [
    done,
    ...sessions.map(
      ({ session, outcome, why }) =>
        `  session of ${session.initiatorName} at ${session.address} to ${session.targetIqn}: ${outcome}, ${why}`,
    ),
    ...plan.restarts.map(({ field, why }) => `  ${field} needs a restart: ${why}`),
  ].join("\n");
}
