/** `lunette reload`: applies the changed configuration, or changes nothing. */
import { renderPlan } from "../config/plan-text.ts";
import type { PlanAnswer } from "../control/questions.ts";
import { controlVerb } from "./control-verb.ts";
import { harmlessLines } from "./table.ts";

export const reloadCommand = controlVerb({
  name: "reload",
  describe: "Apply the changed configuration; one with errors changes nothing",
  builder: (parser) =>
    parser
      .option("force", {
        type: "boolean",
        default: false,
        describe: "also what costs data, such as making a mapped volume smaller",
      })
      .example("$0 plan; $0 reload", "look first")
      .epilogue("Exit codes: 0 applied, 1 nothing has changed."),
  ask: async (client, argv, terminal) => {
    const answer = await client.post<PlanAnswer>("/v1/reload", argv["force"] === true ? { force: true } : undefined);
    const { plan, sessions } = answer;
    terminal.out(argv["json"] === true ? JSON.stringify(answer, undefined, 2) : harmlessLines(renderPlan(plan, sessions)));
    return 0;
  },
});
