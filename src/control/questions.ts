/** The paths of the control socket that think before they answer, GET /v1/explain and GET /v1/plan, and the one that does what it has thought, POST /v1/reload. */
import { isAbsolute } from "node:path";
import { explain } from "../access/explain.ts";
import { touchedSessions } from "../access/touched-sessions.ts";
import { ConfigError, formatProblem, type Problem } from "../config/config-error.ts";
import { type FileFacts, realFiles } from "../config/file-facts.ts";
import { type LoadedConfiguration, loadConfiguration } from "../config/load.ts";
import type { Configuration } from "../config/model.ts";
import { configurationToRun, type Plan, planChanges } from "../config/plan.ts";
import type { TouchedSession } from "../config/plan-text.ts";
import { requireAdmin } from "./caller-role.ts";
import { ControlError } from "./control-error.ts";
import { EXPLAIN_PARAMETERS, explainQuestion } from "./explain-question.ts";
import { explainFacts, type FactSource, liveSessions, planFacts } from "./live-facts.ts";
import type { ControlRequest, Route } from "./routes.ts";
import type { Task } from "./tasks.ts";

/** Reads and validates the configuration that `file` is the hand-written part of. */
export type Load = (file: string, files?: FileFacts) => LoadedConfiguration;

/** Of a file with more errors than this the first ones are told. */
const PROBLEMS_MAX = 100;

export interface QuestionSource extends FactSource {
  readonly configFile: string;
}

/** An answer to GET /v1/plan: what a reload would do now. */
export interface PlanAnswer {
  readonly plan: Plan;
  /** Every live session, those that nothing happens to as well. */
  readonly sessions: readonly TouchedSession[];
  /** The files that were read, the hand-written one first. */
  readonly files: readonly string[];
  readonly warnings: readonly Problem[];
  /** What goes on after the change is in force: volumes that are being created. */
  readonly tasks?: readonly Task[];
}

export function questionRoutes(source: QuestionSource, load: Load = loadConfiguration): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/v1/explain",
      parameters: EXPLAIN_PARAMETERS,
      handle: ({ query }) => {
        const question = explainQuestion(query);
        const facts = explainFacts(source, question, new Date());
        return { kind: "json", value: explain(source.configuration(), question, facts) };
      },
    },
    {
      method: "GET",
      path: "/v1/plan",
      parameters: [],
      handle: () => ({ kind: "json", value: planReload(source, load).answer }),
    },
    {
      method: "POST",
      path: "/v1/plan",
      parameters: [],
      changesNothing: true,
      handle: (request) => {
        // Files that the text names are looked at.
        requireAdmin(request, "a plan of another text");
        return { kind: "json", value: planOfText(source, load, request.body ?? {}) };
      },
    },
  ];
}

/** What a reload would do now, and the configuration that would be in force then. @throws ControlError when the files can't be used */
export function planReload(
  source: QuestionSource,
  load: Load = loadConfiguration,
): { readonly answer: PlanAnswer; readonly next: Configuration } {
  return planLoaded(source, loadWanted(source.configFile, load), false);
}

/** What a reload would do if `text` were the hand-written file; `file` is where it stands, for messages and relative paths. */
function planOfText(
  source: QuestionSource,
  load: Load,
  { file, text, ...others }: Readonly<Record<string, unknown>>,
): PlanAnswer {
  if (typeof file !== "string" || !isAbsolute(file) || typeof text !== "string" || Object.keys(others).length > 0)
    throw new ControlError("bad-request", 'the body of a plan has "file", an absolute path, and "text", what it holds');
  const files: FileFacts = { ...realFiles, readText: (asked) => (asked === file ? text : realFiles.readText(asked)) };
  return planLoaded(
    source,
    loadWanted(file, (wanted) => load(wanted, files)),
    false,
  ).answer;
}

/** What it would do to apply `loaded`. */
export function planLoaded(
  source: FactSource,
  { configuration: wanted, files, warnings }: LoadedConfiguration,
  force: boolean,
): { readonly answer: PlanAnswer; readonly next: Configuration } {
  const running = source.configuration();
  const plan = planChanges(running, wanted, { ...planFacts(source), force });
  const next = configurationToRun(running, wanted, plan);
  const sessions = touchedSessions(plan, running, next, liveSessions(source));
  return { answer: { plan, sessions, files, warnings: warnings.map(withoutExcerpt) }, next };
}

/**
 * POST /v1/reload: does what GET /v1/plan shows, and answers the same. `force` lets a mapped volume shrink. `refused` is told of a body that can't
 * be taken.
 */
export function reloadRoute(
  reload: (request: ControlRequest, force: boolean) => Promise<PlanAnswer>,
  refused: (request: ControlRequest, error: ControlError) => Promise<void>,
): Route {
  return {
    method: "POST",
    path: "/v1/reload",
    parameters: [],
    handle: async (request) => {
      const { force = false, ...others } = request.body ?? {};
      const [unknown] = Object.keys(others);
      if (unknown !== undefined || typeof force !== "boolean") {
        const other = unknown === undefined ? "" : `, and no ${JSON.stringify(unknown.slice(0, 40))}`;
        const error = new ControlError("bad-request", `the body of a reload has only "force", true or false${other}`);
        await refused(request, error);
        throw error;
      }
      return { kind: "json", value: await reload(request, force) };
    },
  };
}

/** @throws ControlError with every problem of the files */
export function loadWanted(file: string, load: (file: string) => LoadedConfiguration): LoadedConfiguration {
  try {
    return load(file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { errors } = error;
    const told = errors.slice(0, PROBLEMS_MAX).map((problem) => formatProblem(withoutExcerpt(problem)));
    const more = errors.length > told.length ? [`… and ${errors.length - told.length} more`] : [];
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    throw new ControlError("invalid-configuration", ["the configuration can't be used:", ...told, ...more, count].join("\n"));
  }
}

/** Whoever may ask need not be allowed to read the file: of its lines nothing is shown. */
function withoutExcerpt({ severity, place, message }: Problem): Problem {
  return { severity, place, message };
}
