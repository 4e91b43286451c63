/** The schemas of answers that reason: plans, explanations, changes, problems. */
import { EXPLAIN_STEPS } from "../access/explain-types.ts";
import { PLAN_ACTIONS } from "../config/plan.ts";
import { array, boolean, integer, type JsonSchema, object, oneOf, ref, string } from "./json-schema.ts";
import { PROBLEM_PREFIX } from "./problems.ts";

const named = ($id: string, description: string, schema: JsonSchema): JsonSchema => ({ ...schema, $id, description });
const anything = (description: string): JsonSchema => ({ description });

const PLACE = named(
  "Place",
  "Where something stands in a configuration file.",
  object({ file: string(), line: integer(), column: integer() }),
);

const PLAN_NOTE = named(
  "PlanNote",
  "A field that is refused, or that waits for a restart.",
  object(
    { kind: string(), name: string(), field: string(), why: string() },
    { place: ref("Place"), forcible: boolean("Whether `force` lets it pass.") },
  ),
);

const PLAN = named(
  "Plan",
  "What a change does, object by object, in the order in which it is applied. With a refusal it is not applied at all.",
  object({
    steps: array(
      object(
        {
          action: oneOf(PLAN_ACTIONS),
          kind: string(),
          name: string(),
          fields: array(
            object({ field: string(), from: anything("null: not set."), to: anything("null: not set."), how: string() }),
          ),
          effect: string("What it does to hosts."),
        },
        { of: string("The target or group that it is a part of."), lun: integer(), position: integer(), place: ref("Place") },
      ),
    ),
    refusals: array(ref("PlanNote")),
    restarts: array(ref("PlanNote")),
  }),
);

const TOUCHED_SESSION = named(
  "TouchedSession",
  "A live session and what becomes of it; `steps` are positions in the plan.",
  object({
    session: object({ initiatorName: string(), address: string(), targetIqn: string(), portalGroupTag: integer() }),
    outcome: oneOf(["nothing", "unit attention", "ends"]),
    why: string(),
    steps: array(integer()),
  }),
);

const PLAN_ANSWER = named("PlanAnswer", "A plan, the sessions that it touches, and what the files were warned of.", {
  type: "object",
  properties: {
    plan: ref("Plan"),
    sessions: array(ref("TouchedSession")),
    files: array(string(), "The files that were read, the hand-written one first."),
    warnings: array(object({ severity: string(), place: ref("Place"), message: string() })),
  },
  required: ["plan", "sessions"],
  additionalProperties: true,
});

const PROBLEM = named("Problem", "A problem document (RFC 9457). `type` never changes its meaning; the texts are for people.", {
  type: "object",
  properties: {
    type: { ...string(), examples: [`${PROBLEM_PREFIX}changed-meanwhile`] },
    title: string("The same for every problem of this type."),
    status: integer(),
    detail: string("What is wrong this time."),
    advice: string("What to do."),
    errors: array(
      object(
        { message: string() },
        { pointer: string("JSON pointer (RFC 6901) into the body, or into the parameters of the address.") },
      ),
      "Of invalid-object and bad-parameter: every error.",
    ),
    uses: array({ type: "object", additionalProperties: true }, "Of in-use: the objects that use it."),
    place: anything("Of defined-in-file: where it stands."),
  },
  required: ["type", "title", "status", "detail", "advice"],
  additionalProperties: true,
});

const LIVE_SESSION: JsonSchema = { type: "object", additionalProperties: true };
const FAILURE = named(
  "LoginFailure",
  "A login or connection of the initiator that failed lately.",
  object(
    {
      kind: oneOf(["authentication", "digest", "other"]),
      initiatorName: string(),
      reason: string(),
      secondsAgo: { type: "number" },
    },
    { targetIqn: string(), address: string() },
  ),
);
const CHAIN = array(string(), "One chain of igroups that leads to it.");

const TARGET_EXPLANATION = named(
  "TargetExplanation",
  "The steps of a login at one target.",
  object(
    {
      iqn: string(),
      name: string(),
      place: ref("Place"),
      verdict: object(
        { kind: oneOf(["admitted", "redirected", "refused"]), step: oneOf(EXPLAIN_STEPS), detail: string() },
        {
          reason: string(),
          status: string("Of RFC 7143 11.13.5, where the login ends here."),
          place: ref("Place"),
          condition: string("What it depends on that was not said."),
          next: string("What to do."),
        },
      ),
      portalGroups: array(object({ tag: integer(), name: string(), portals: array(string()) })),
      candidates: array(
        object({
          igroup: string(),
          place: ref("Place"),
          outcome: oneOf(["holds", "depends", "wrong address", "not listed"]),
          paths: array({ type: "object", additionalProperties: true }),
          chosen: boolean(),
        }),
      ),
      redirects: array(object({ to: string(), permanent: boolean(), place: ref("Place") }, { portalGroupTag: integer() })),
      luns: array({
        type: "object",
        properties: { lun: integer(), volume: string(), place: ref("Place"), volumePlace: ref("Place"), via: array(string()) },
        required: ["lun", "volume"],
        additionalProperties: true,
      }),
      hidden: array(object({ lun: integer(), volume: string(), place: ref("Place"), why: string(), next: string() })),
      failures: array(ref("LoginFailure")),
      sessions: array(LIVE_SESSION),
    },
    {
      authentication: object(
        { kind: oneOf(["none", "chap", "mutual"]), place: ref("Place") },
        {
          authGroup: object({ name: string(), place: ref("Place"), algorithms: array(string()), users: array(string()) }),
        },
      ),
    },
  ),
);

const EXPLANATION = named(
  "Explanation",
  "What an initiator meets at every target: the verdict, the step at which it ends, the place that says so, and what to do.",
  object(
    {
      initiator: object(
        {
          written: string(),
          name: string("As it is compared."),
          igroups: array(object({ chain: CHAIN, place: ref("Place") })),
        },
        {
          fault: string("What would be right, when it is no iSCSI name."),
          nearest: object({ name: string(), igroup: string(), place: ref("Place") }),
        },
      ),
      targets: array(ref("TargetExplanation")),
      failures: array(ref("LoginFailure")),
    },
    { address: string(), portalGroupTag: integer() },
  ),
);

export const ANSWER_SCHEMAS: readonly JsonSchema[] = [
  PLACE,
  PLAN_NOTE,
  PLAN,
  TOUCHED_SESSION,
  PLAN_ANSWER,
  PROBLEM,
  FAILURE,
  TARGET_EXPLANATION,
  EXPLANATION,
];

/** The answer to a change of an object of one kind. */
export const changeSchema = (name: string, $id: string): JsonSchema => ({
  $id,
  type: "object",
  description: "What has become of a change.",
  properties: {
    object: ref(name),
    generation: integer("Of the whole configuration, after the change."),
    plan: ref("Plan"),
    sessions: array(ref("TouchedSession"), "Those that the change did not leave alone."),
    task: ref("Task"),
    ...(name === "Volume"
      ? { file_kept: string("Of a DELETE with `delete_file`: why the file of the volume is still there. Remove it by hand.") }
      : {}),
  },
  required: ["generation"],
  additionalProperties: true,
});
