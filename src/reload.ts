/**
 * Changes what runs to what the files say, without touching what stays (model.md "Change while running"):
 *
 *   load and validate whole → plan → prepare what can fail (portals, growth) → commit, which can't
 *
 * An error in the first three leaves everything as it was. Reloads come one after the other.
 */
import { decideLogin } from "./access/decide.ts";
import type { Events } from "./common/events.ts";
import type { Logger } from "./common/logger.ts";
import { OBJECT_KINDS } from "./config/config-objects.ts";
import type { Configuration, PortalGroupConfig } from "./config/model.ts";
import type { Plan, PlanStep } from "./config/plan.ts";
import { ControlError } from "./control/control-error.ts";
import { type PlanAnswer, planReload, type QuestionSource } from "./control/questions.ts";
import type { PortalOptions } from "./iscsi/portal.ts";
import type { Reactor } from "./reactor.ts";
import { changeView } from "./scsi/nexus-view.ts";
import { ConfiguredTargets } from "./target-directory.ts";
import type { Volumes } from "./volumes.ts";

/** Seconds that a session whose access is gone has for its logout, before its connection is closed. */
const LOGOUT_SECONDS = 3;

export interface ReloaderOptions {
  /** What runs and which files say what shall run. */
  readonly source: QuestionSource;
  readonly reactor: Reactor;
  readonly volumes: Volumes;
  readonly log: Logger;
  readonly events: Events;
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
  OBJECT_KINDS.filter((kind) => !["metrics", "limits", "volume", "target.lun"].includes(kind)),
);

const stepsOf = ({ steps }: Plan, kind: PlanStep["kind"], action: PlanStep["action"]): PlanStep[] =>
  steps.filter((step) => step.kind === kind && step.action === action);

export class Reloader {
  readonly #options: ReloaderOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** @throws ControlError when nothing was changed, with the reason */
  reload(): Promise<PlanAnswer> {
    const result = this.#turn.then(() => this.#reload());
    this.#turn = result.catch(() => {});
    return result;
  }

  async #reload(): Promise<PlanAnswer> {
    const { source, log, events } = this.#options;
    try {
      const { answer, next } = planReload(source);
      const { plan, sessions } = answer;
      if (plan.refusals.length > 0) {
        const reasons = plan.refusals.map(({ kind, name, why }) => `${kind} ${name} ${why}`);
        throw new ControlError("reload-refused", reasons.join("\n"));
      }
      if (plan.steps.length > 0) {
        await this.#prepare(plan, next);
        await this.#commit(plan, next);
      }
      const ended = sessions.filter(({ outcome }) => outcome === "ends").length;
      log.info({ steps: plan.steps.length, restarts: plan.restarts.length, sessionsEnded: ended }, "configuration applied");
      events.record("configuration-applied", { reason: `${plan.steps.length} changes` });
      return answer;
    } catch (error) {
      const reason = (error as Error).message;
      if (error instanceof ControlError && error.type === "internal-error") throw error;
      log.error({ reason }, "configuration refused: nothing has changed");
      events.record("configuration-refused", { reason });
      throw error instanceof ControlError ? error : new ControlError("reload-refused", reason);
    }
  }

  /** What can fail. Growing is last, because it can't be undone. */
  async #prepare(plan: Plan, next: Configuration): Promise<void> {
    const { reactor, volumes } = this.#options;
    volumes.checkIdentities(next.volumes);
    const grown = stepsOf(plan, "volume", "change").filter(({ fields }) => fields.some(({ field }) => field === "size"));
    const opened = await reactor.openPortals(next.portalGroups.flatMap(portalOptions));
    try {
      for (const { name } of grown) await volumes.grow(next.volumes.find((volume) => volume.name === name)!);
    } catch (error) {
      reactor.closePortals(opened);
      throw error;
    }
  }

  /** What can't fail, but for a defect: then some of it is done, and that is said. */
  async #commit(plan: Plan, next: Configuration): Promise<void> {
    try {
      await this.#change(plan, next);
    } catch (error) {
      const { log, events } = this.#options;
      const what = "a defect of Lunette: the configuration was applied in part. Restart it to have all of it";
      log.error({ err: error }, what);
      events.record("configuration-refused", { reason: what });
      throw new ControlError("internal-error", what);
    }
  }

  /** Volumes come before the maps that name them, and go after. */
  async #change(plan: Plan, next: Configuration): Promise<void> {
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
    if (added.length > 0 && !takesOver) await volumes.openAdded();
    for (const { name, fields } of steps("volume", "change")) {
      const volume = next.volumes.find((candidate) => candidate.name === name)!;
      await volumes.change(
        volume,
        fields.filter(({ how }) => how !== "restart").map(({ field }) => field),
      );
    }
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
    if (takesOver) await volumes.openAdded();
  }

  /** Every live session by the new rules: ended, shown another view, or left alone. */
  async #reviseSessions(targets: ConfiguredTargets, next: Configuration): Promise<void> {
    const { reactor } = this.#options;
    const { device, sessions } = reactor.services;
    await Promise.all(
      [...sessions.all].map(async (session) => {
        const { targetName, portalGroupTag, connection, login } = session;
        const { initiatorName } = login;
        const { address } = connection;
        const decision = decideLogin(next, { initiatorName, address, portalGroupTag, targetName });
        if (decision.kind === "refused") {
          await changeView(device, session.nexus, []);
          reactor.endSession(session, LOGOUT_SECONDS, decision.detail);
          return;
        }
        session.nexus.targetPort = { ...session.nexus.targetPort, groups: targets.portalGroups(decision.target.iqn) };
        await changeView(device, session.nexus, targets.view(decision.target.iqn, initiatorName, address));
      }),
    );
  }
}
