/**
 * Work that takes longer than an answer may: what runs, how far it is, and how it ended. `/v1/tasks` shows it. Bounded: of those that have
 * ended the oldest make way (limits.tasks_kept); what runs is bounded by whoever starts it, and always kept.
 */
import { randomUUID } from "node:crypto";
import type { Limits } from "../common/limits.ts";
import { ControlError } from "./control-error.ts";

export const TASK_KINDS = ["create-volume"] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export type TaskState = "running" | "succeeded" | "failed" | "cancelled";

/** A snapshot, as it goes over the wire. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly volume?: string;
  readonly state: TaskState;
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  /** ISO 8601 in UTC. */
  readonly started: string;
  readonly ended?: string;
  /** Why it failed or was cancelled. */
  readonly error?: string;
  /** On whose behalf: "lunette" when the daemon began it by itself. */
  readonly actor: string;
}

export interface NewTask {
  readonly kind: TaskKind;
  readonly volume?: string;
  readonly total: number;
  readonly actor: string;
}

/** The task for whoever does the work. */
export class RunningTask {
  #task: Task;
  readonly #abort = new AbortController();
  readonly #ended: () => void;

  constructor(task: Task, ended: () => void) {
    this.#task = task;
    this.#ended = ended;
  }

  get task(): Task {
    return this.#task;
  }

  /** Aborted when somebody cancels it: the work has to look. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  progress(done: number): void {
    this.#task = { ...this.#task, done };
  }

  /** The work has come to its end; the first call counts. Without an error it has succeeded. */
  end(error?: Error): void {
    if (this.#task.state !== "running") return;
    const ended = new Date().toISOString();
    if (error === undefined) this.#task = { ...this.#task, state: "succeeded", done: this.#task.total, ended };
    else this.#task = { ...this.#task, state: this.signal.aborted ? "cancelled" : "failed", ended, error: error.message };
    this.#ended();
  }

  cancel(reason: string): void {
    this.#abort.abort(new Error(reason));
  }
}

export class Tasks {
  readonly #limits: () => Pick<Limits, "tasks_kept">;
  /** In the order in which they began. */
  readonly #tasks = new Map<string, RunningTask>();

  constructor(limits: () => Pick<Limits, "tasks_kept">) {
    this.#limits = limits;
  }

  begin({ kind, volume, total, actor }: NewTask): RunningTask {
    const id = randomUUID();
    const started = new Date().toISOString();
    const task: Task = {
      id,
      kind,
      ...(volume === undefined ? {} : { volume }),
      state: "running",
      done: 0,
      total,
      started,
      actor,
    };
    const running = new RunningTask(task, () => this.#makeRoom());
    this.#tasks.set(id, running);
    return running;
  }

  /** The newest first. */
  list(): readonly Task[] {
    return [...this.#tasks.values()].map(({ task }) => task).reverse();
  }

  /** @throws ControlError when there is none with this id */
  get(id: string): Task {
    return this.#find(id).task;
  }

  /** Asks it to stop: it is "cancelled" once it has. @throws ControlError when there is none with this id, or it has ended */
  cancel(id: string, actor: string): Task {
    const running = this.#find(id);
    const { state } = running.task;
    if (state !== "running") throw new ControlError("change-refused", `task ${id} has ended: it has ${endText(state)}`);
    running.cancel(`cancelled by ${actor}`);
    return running.task;
  }

  #find(id: string): RunningTask {
    const found = this.#tasks.get(id);
    if (found === undefined) throw new ControlError("unknown-object", `there is no task ${JSON.stringify(id.slice(0, 64))}`);
    return found;
  }

  #makeRoom(): void {
    const ended = [...this.#tasks].filter(([, { task }]) => task.state !== "running");
    for (const [id] of ended.slice(0, Math.max(0, ended.length - this.#limits().tasks_kept))) this.#tasks.delete(id);
  }
}

const endText = (state: Exclude<TaskState, "running">): string => (state === "cancelled" ? "been cancelled" : state);
