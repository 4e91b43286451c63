/** `lunette plan [FILE]`: what a reload would do now, or with another file in the place of the hand-written one, and to which sessions. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { formatProblem } from "../config/config-error.ts";
import { renderPlan } from "../config/plan-text.ts";
import type { PlanAnswer } from "../control/questions.ts";
import { type ControlClient, ControlFailure } from "./control-client.ts";
import { controlVerb } from "./control-verb.ts";
import { harmlessLines } from "./table.ts";

const NOTHING_TO_DO = 0;
const REFUSED = 1;
const CHANGES = 2;

export const planCommand = controlVerb({
  name: "plan",
  parameters: "[file]",
  describe: "Show what a reload would change, and which sessions it touches",
  builder: (parser) =>
    parser
      .positional("file", { type: "string", describe: "what if this were the configuration file" })
      .example("$0 plan", "every object that the files would add, change or remove")
      .example("$0 plan next.toml", "the same for a file that is not in force yet")
      .epilogue("Exit codes: 0 nothing to do, 2 changes, 1 the files can't be applied or the daemon can't be asked."),
  ask: async (client, argv, terminal) => {
    const answer = await planOf(client, argv["file"]);
    const { plan, sessions, warnings } = answer;
    if (argv["json"] === true) {
      terminal.out(JSON.stringify(answer, undefined, 2));
    } else {
      for (const warning of warnings) terminal.err(harmlessLines(formatProblem(warning)));
      terminal.out(harmlessLines(renderPlan(plan, sessions)));
    }
    if (plan.refusals.length > 0) return REFUSED;
    return plan.steps.length === 0 ? NOTHING_TO_DO : CHANGES;
  },
});

/** The daemon need not be able to read the file, so it gets the text. */
async function planOf(client: ControlClient, file: unknown): Promise<PlanAnswer> {
  if (typeof file !== "string") return client.get<PlanAnswer>("/v1/plan");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ControlFailure(`${file} can't be read: ${(error as Error).message}. Name a file that you may read`);
  }
  return client.post<PlanAnswer>("/v1/plan", { file: path.resolve(file), text });
}
