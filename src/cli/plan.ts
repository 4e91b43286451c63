/** `lunette plan`: what a reload would do now, and to which sessions. */
import { formatProblem } from "../config/config-error.ts";
import { renderPlan } from "../config/plan-text.ts";
import type { PlanAnswer } from "../control/questions.ts";
import { controlVerb } from "./control-verb.ts";
import { harmlessLines } from "./table.ts";

const NOTHING_TO_DO = 0;
const REFUSED = 1;
const CHANGES = 2;

export const planCommand = controlVerb({
  name: "plan",
  describe: "Show what a reload would change, and which sessions it touches",
  builder: (parser) =>
    parser
      .example("$0 plan", "every object that the files would add, change or remove")
      .epilogue("Exit codes: 0 nothing to do, 2 changes, 1 the files can't be applied or the daemon can't be asked."),
  ask: async (client, argv, terminal) => {
    const answer = await client.get<PlanAnswer>("/v1/plan");
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
