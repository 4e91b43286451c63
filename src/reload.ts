/**
 * Changes what runs to what was loaded, without touching what stays (model.md "Change while running"):
 *
 *   load and validate whole → plan → prepare what can fail (portals, managed.toml, growth) → commit, which can't
 *
 * An error in the first three leaves everything as it was. Reloads and changes of single objects come one after the other.
 */
import { decideLogin } from "./access/decide.ts";
import type { Events } from "./common/events.ts";
import { inTime } from "./common/in-time.ts";
import type { Logger } from "./common/logger.ts";
import { OBJECT_KINDS } from "./config/config-objects.ts";
import type { LoadedConfiguration } from "./config/load.ts";
import type { Configuration, PortalGroupConfig } from "./config/model.ts";
import type { Plan, PlanStep } from "./config/plan.ts";
import { ControlError } from "./control/control-error.ts";
import { type PlanAnswer, planLoaded, type QuestionSource } from "./control/questions.ts";
import type { Task } from "./control/tasks.ts";
import type { PortalOptions } from "./iscsi/portal.ts";
import type { Applier, ApplyOptions } from "./managed/store.ts";
import type { Reactor } from "./reactor.ts";
import { changeView } from "./scsi/nexus-view.ts";
import { ConfiguredTargets } from "./target-directory.ts";
import type { Prepared } from "./volume-changes.ts";
import type { Volumes } from "./volumes.ts";

/** Seconds that a session which the target ends has for its logout, before its connection is closed. */
export const LOGOUT_SECONDS = 3;

/** Storage that does not answer holds up a change, and all that come after it, for so long, milliseconds. */
const SETTLE_MS = 10_000;

export interface ReloaderOptions {
  readonly source: QuestionSource;
  readonly reactor: Reactor;
  readonly volumes: Volumes;
  readonly log: Logger;
  readonly events: Events;
  /** What else listens or serves by the configuration, beside portals and volumes. */
  readonly prepareOthers: (next: Configuration) => Promise<Prepared>;
  readonly publish: (configuration: Configuration, targets: ConfiguredTargets) => void;
}

export function portalOptions({ tag, portals }: PortalGroupConfig): PortalOptions[] {
  return portals.map(({ host, port }) => ({
    portalGroupTag: tag,
    host,
    port,
    listen: host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`,
  }));
}

/** Kinds of objects that decide who may log in. */
const DECIDES_LOGINS: ReadonlySet<PlanStep["kind"]> = new Set(
  OBJECT_KINDS.filter((kind) => !["metrics", "api", "limits", "volume", "target.lun"].includes(kind)),
);

const stepsOf = ({ steps }: Plan, kind: PlanStep["kind"], action: PlanStep["action"]): PlanStep[] =>
  steps.filter((step) => step.kind === kind && step.action === action);

const both = (one: Prepared, other: Prepared): Prepared => ({
  commit: async () => {
    await one.commit();
    await other.commit();
  },
  undo: async () => {
    await other.undo();
    await one.undo();
  },
});

export class Reloader implements Applier {
  readonly #options: ReloaderOptions;
  #turn: Promise<unknown> = Promise.resolve();

  readonly expectAt: Applier["expectAt"] = (path, expected) => this.#options.volumes.expectAt(path, expected);

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }

  /** Only within `exclusive`. @throws ControlError when nothing was changed, with the reason */
  async apply(wanted: LoadedConfiguration, how: ApplyOptions): Promise<PlanAnswer> {
    const { source, log, events } = this.#options;
    const { answer, next } = planLoaded(source, wanted, how.force);
    const { plan, sessions } = answer;
    const refused = (error: unknown): never => {
      throw error instanceof ControlError ? error : new ControlError(how.refusal, (error as Error).message);
    };
    try {
      if (plan.steps.some(({ kind }) => kind === "volume")) this.#options.volumes.checkIdentities(next.volumes);
    } catch (error) {
      refused(error);
    }
    if (how.dryRun) return answer;
    if (plan.refusals.length > 0) {
      const reasons = plan.refusals.map(({ kind, name, why }) => `${kind} ${name} ${why}`);
      throw new ControlError(how.refusal, reasons.join("\n"), { refusals: plan.refusals });
    }
    const prepared = await this.#prepare(plan, next, how).catch(refused);
    const tasks = plan.steps.length === 0 ? [] : await this.#commit(plan, next, prepared, how.actor);
    // Whoever has everything read anew asks for what was cancelled, too.
    if (how.store === undefined) await this.#options.volumes.retryCancelled();
    const { actor } = how;
    const ended = sessions.filter(({ outcome }) => outcome === "ends").length;
    const counts = { steps: plan.steps.length, restarts: plan.restarts.length, sessionsEnded: ended };
    log.info({ ...counts, actor }, "configuration applied");
    const changes = `${counts.steps} ${counts.steps === 1 ? "change" : "changes"}`;
    events.record("configuration-applied", { reason: changes, actor });
    return { ...answer, ...(tasks.length === 0 ? {} : { tasks }) };
  }

  /** What can fail. Volumes that stay are last, because what has grown can't always be undone. */
  async #prepare(plan: Plan, next: Configuration, { store }: ApplyOptions): Promise<Prepared> {
    const { reactor, volumes, log } = this.#options;
    const opened = await reactor.openPortals(next.portalGroups.flatMap(portalOptions));
    let stored = false;
    let others: Prepared | undefined;
    try {
      others = await this.#options.prepareOthers(next);
      await store?.write();
      stored = true;
      const prepared = await volumes.prepareChanges(
        stepsOf(plan, "volume", "change").map(({ name, fields }) => ({
          volume: next.volumes.find((volume) => volume.name === name)!,
          fields: fields.filter(({ how }) => how !== "restart").map(({ field }) => field),
        })),
      );
      return both(others, prepared);
    } catch (error) {
      reactor.closePortals(opened);
      await others?.undo().catch((cause: Error) => log.error({ reason: cause.message }, "a change was not undone in part"));
      if (stored)
        await store?.restore().catch((cause: Error) => {
          const what =
            "a change that could not be made could not be taken out of managed.toml either: it counts at the next start";
          log.error({ reason: cause.message }, what);
        });
      throw error;
    }
  }

  /** What can't fail, but for a defect: then some of it is done, and that is said. */
  async #commit(plan: Plan, next: Configuration, prepared: Prepared, actor: string | undefined): Promise<readonly Task[]> {
    try {
      return await this.#change(plan, next, prepared, actor);
    } catch (error) {
      const { log, events } = this.#options;
      const what = "a defect of Lunette: the configuration was applied in part. Restart it to have all of it";
      log.error({ err: error }, what);
      events.record("configuration-refused", { reason: what });
      throw new ControlError("internal-error", what);
    }
  }

  /** Volumes come before the maps that name them, and go after. */
  async #change(plan: Plan, next: Configuration, prepared: Prepared, actor: string | undefined): Promise<readonly Task[]> {
    const { reactor, volumes, source } = this.#options;
    const running = source.configuration();
    const steps = (kind: PlanStep["kind"], action: PlanStep["action"]) => stepsOf(plan, kind, action);
    reactor.changeLimits(next.limits);
    const given = new Set(next.volumes.map(({ name }) => name));
    const freed = new Set(running.volumes.filter(({ name }) => !given.has(name)).map(({ path }) => path));
    const added = steps("volume", "add").map(({ name }) => next.volumes.find((volume) => volume.name === name)!);
    for (const volume of added) await volumes.add(volume);
    // A volume under a new name takes over the file of one that goes: it has to wait until nobody sees that any more.
    const takesOver = added.some(({ path }) => freed.has(path));
    let tasks: readonly Task[] = [];
    if (added.length > 0 && !takesOver) tasks = await volumes.openAdded(actor);
    await prepared.commit();
    // Some of those have become other disks, which are opened anew.
    if (steps("volume", "change").length > 0 && !takesOver) tasks = await volumes.openAdded(actor);
    const targets = new ConfiguredTargets(next, reactor.units);
    targets.starting = false;
    this.#options.publish(next, targets);
    // A login that was decided by the old rules must not end in a session.
    if (plan.steps.some(({ kind }) => DECIDES_LOGINS.has(kind)))
      reactor.endLogins("the configuration has changed: log in again");
    await volumes.changeAccess(next.portalGroups);
    await this.#reviseSessions(targets, next);
    reactor.keepPortals(next.portalGroups.flatMap(portalOptions));
    for (const { name } of steps("volume", "remove")) await volumes.remove(name);
    if (takesOver) tasks = await volumes.openAdded(actor);
    return tasks;
  }

  /** Every live session by the new rules: ended, shown another view, or left alone. */
  async #reviseSessions(targets: ConfiguredTargets, next: Configuration): Promise<void> {
    const { reactor } = this.#options;
    const { device, sessions } = reactor.services;
    const revised = Promise.all(
      [...sessions.all].map(async (session) => {
        const { targetName, portalGroupTag, connection, login } = session;
        const { initiatorName } = login;
        const { address } = connection;
        const decision = decideLogin(next, { initiatorName, address, portalGroupTag, targetName });
        if (decision.kind === "refused") {
          // A target that is offline comes back: its disks must not look as if they had been taken away (25h/00h).
          const gone = decision.reason === "target-offline" ? undefined : changeView(device, session.nexus, []);
          reactor.endSession(session, LOGOUT_SECONDS, decision.detail);
          await gone;
          return;
        }
        session.nexus.targetPort = { ...session.nexus.targetPort, groups: targets.portalGroups(decision.target.iqn) };
        await changeView(device, session.nexus, targets.view(decision.target.iqn, initiatorName, address));
      }),
    );
    // New commands go by the new rules already.
    if (!(await inTime(revised, SETTLE_MS)))
      this.#options.log.warn("commands that the new configuration forbids are still in flight: their storage does not answer");
  }
}
