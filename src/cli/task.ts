/** `lunette tasks` and `lunette task …`: what the daemon does in the background. */
import type { Task } from "../control/tasks.ts";
import { controlVerb } from "./control-verb.ts";
import { localTime } from "./human.ts";
import { type Column, harmlessLines, table } from "./table.ts";
import { percentOf, subjectOf } from "./task-progress.ts";
import { verbGroup } from "./verb.ts";

const COLUMNS: readonly Column<Task>[] = [
  { title: "TASK", cell: ({ id }) => id },
  { title: "WHAT", cell: subjectOf },
  {
    title: "STATE",
    cell: ({ state }) => state,
    colour: ({ state }) => (state === "failed" ? "red" : state === "succeeded" ? "green" : undefined),
  },
  { title: "DONE", right: true, cell: (task) => `${percentOf(task)} %` },
  { title: "STARTED", cell: ({ started }) => localTime(started) },
  { title: "BY", cell: ({ actor }) => actor ?? "-" },
  { title: "ERROR", cell: ({ error }) => error ?? "-" },
];

export const tasksCommand = controlVerb({
  name: "tasks",
  describe: "List what the daemon does in the background, and what it has done lately",
  builder: (parser) => parser.example("$0 tasks", "such as the creation of thick volumes"),
  ask: async (client, argv, terminal) => {
    const answer = await client.get<{ readonly tasks: readonly Task[] }>("/v1/tasks");
    const { tasks } = answer;
    if (argv["json"] === true) terminal.out(JSON.stringify(answer, undefined, 2));
    else terminal.out(tasks.length === 0 ? "no tasks" : table(COLUMNS, tasks, terminal.screen));
    return 0;
  },
});

const pathOf = (id: string): string => `/v1/tasks/${encodeURIComponent(id)}`;

const show = controlVerb({
  name: "task show",
  parameters: "<task>",
  describe: "Say how far a task is",
  builder: (parser) =>
    parser
      .positional("task", { type: "string", demandOption: true, describe: "its id" })
      .example("$0 task show 3", "what lunette tasks says of it"),
  ask: async (client, argv, terminal) => {
    const answer = await client.get<{ readonly task: Task }>(pathOf(String(argv["task"])));
    terminal.out(argv["json"] === true ? JSON.stringify(answer, undefined, 2) : table(COLUMNS, [answer.task], terminal.screen));
    return 0;
  },
});

const cancel = controlVerb({
  name: "task cancel",
  parameters: "<task>",
  describe: "End a task; what it has made so far is undone",
  builder: (parser) =>
    parser
      .positional("task", { type: "string", demandOption: true, describe: "its id" })
      .example("$0 task cancel 3", "a creation that takes too long"),
  ask: async (client, argv, terminal) => {
    const id = String(argv["task"]);
    const answer = await client.post<unknown>(`${pathOf(id)}/cancel`);
    terminal.out(argv["json"] === true ? JSON.stringify(answer, undefined, 2) : harmlessLines(`cancelled task ${id}`));
    return 0;
  },
});

export const taskCommand = verbGroup("task", "Show and cancel what the daemon does in the background", [
  { ...tasksCommand, name: "list", command: "list" },
  show,
  cancel,
]);
