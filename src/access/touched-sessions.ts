/**
 * What a plan does to each live session: the worst of "nothing", "unit attention" and "ends". A session that is
 * still admitted stays, whatever its next login will have to prove or wherever that will be sent: both are
 * questions of a login, and a login is not what happens to it.
 */
import { normaliseIscsiName } from "../config/iscsi-name.ts";
import type { Configuration, LunMapConfig } from "../config/model.ts";
import type { Plan, PlanStep } from "../config/plan.ts";
import type { TouchedSession } from "../config/plan-text.ts";
import { accessIndexOf } from "./access-index.ts";
import { decideLogin, viewOf } from "./decide.ts";

export type LiveSession = TouchedSession["session"];

/** Changes of a volume that hosts which see it are told, whatever their view. */
const TOLD_OF_VOLUME: Readonly<Record<string, string>> = {
  size: "the size of volume",
  write_cache: "the cache mode of volume",
  read_only: "whether writes are allowed to volume",
  online: "whether there is service of volume",
};
const TOLD_OF_PORTAL_GROUP = ["access_state", "preferred"];

/**
 * One row per session, in the order given. `before` is what runs, `after` what will run (configurationToRun) and
 * `plan` leads from one to the other.
 */
export function touchedSessions(
  plan: Plan,
  before: Configuration,
  after: Configuration,
  sessions: readonly LiveSession[],
): readonly TouchedSession[] {
  const steps = indexSteps(plan);
  return sessions.map((session) => touched(session, before, after, steps));
}

interface StepIndex {
  readonly steps: readonly PlanStep[];
  find(kind: PlanStep["kind"], name: string): number | undefined;
  /** Steps of objects within this target. */
  within(iqn: string): readonly number[];
  readonly igroups: ReadonlyMap<string, number>;
}

/** With many sessions and many steps, each session must not walk all steps. */
function indexSteps({ steps }: Plan): StepIndex {
  const byName = new Map<string, number>();
  const byTarget = new Map<string, number[]>();
  const igroups = new Map<string, number>();
  steps.forEach(({ kind, name, of }, index) => {
    byName.set(`${kind} ${name}`, index);
    if (kind === "igroup") igroups.set(name, index);
    if (of === undefined || (kind !== "target.access" && kind !== "target.lun")) return;
    const list = byTarget.get(of);
    if (list === undefined) byTarget.set(of, [index]);
    else list.push(index);
  });
  return {
    steps,
    find: (kind, name) => byName.get(`${kind} ${name}`),
    within: (iqn) => byTarget.get(iqn) ?? [],
    igroups,
  };
}

function touched(session: LiveSession, before: Configuration, after: Configuration, index: StepIndex): TouchedSession {
  const { initiatorName, address, targetIqn } = session;
  const decision = decideLogin(after, { ...session, targetName: targetIqn });
  if (decision.kind === "refused")
    return { session, outcome: "ends", why: decision.detail, steps: endedBy(session, before, after, index) };

  const target = accessIndexOf(before).targetsByIqn.get(normaliseIscsiName(targetIqn));
  const old = target === undefined ? [] : viewOf(before, target, initiatorName, address);
  const view = viewOf(after, decision.target, initiatorName, address);
  const reasons: string[] = [];
  const causes = new Set<number>();
  const luns = changedLuns(old, view);
  if (luns.length > 0) {
    reasons.push(`its view of LUN ${luns.join(", ")} changes`);
    for (const step of viewSteps(session, luns, before, after, index)) causes.add(step);
  }
  const stays = new Set(old.map(({ volume }) => volume));
  for (const { volume } of view) {
    if (!stays.has(volume)) continue;
    const step = index.find("volume", volume);
    if (step === undefined || index.steps[step]?.action !== "change") continue;
    for (const { field, to, how } of index.steps[step].fields) {
      const told = TOLD_OF_VOLUME[field];
      // A size that is not written any more stays what it is.
      if (told === undefined || how === "restart" || (field === "size" && to === null)) continue;
      reasons.push(`${told} ${volume} changes`);
      causes.add(step);
    }
  }
  // The access states are those of each disk, through every group that reaches it: a session that sees none has nothing to be told.
  const groups = view.length > 0 ? (target?.portalGroups ?? []) : [];
  for (const tag of groups) {
    const step = index.find("portal_group", String(tag));
    const change = step === undefined ? undefined : index.steps[step];
    if (change?.action !== "change" || !change.fields.some(({ field }) => TOLD_OF_PORTAL_GROUP.includes(field))) continue;
    reasons.push(`the access state of portal group ${tag} changes`);
    causes.add(step!);
  }
  if (reasons.length === 0) return { session, outcome: "nothing", why: "nothing changes for it", steps: [] };
  return { session, outcome: "unit attention", why: reasons.join("; "), steps: inOrder(causes) };
}

const inOrder = (steps: Iterable<number>): number[] => [...steps].sort((a, b) => a - b);

function changedLuns(before: readonly LunMapConfig[], after: readonly LunMapConfig[]): number[] {
  const meaning = (maps: readonly LunMapConfig[]): Map<number, string> =>
    new Map(maps.map(({ lun, volume, readOnly }) => [lun, `${volume} ${readOnly}`]));
  const old = meaning(before);
  const now = meaning(after);
  return [...new Set([...old.keys(), ...now.keys()])].filter((lun) => old.get(lun) !== now.get(lun)).sort((a, b) => a - b);
}

/** Igroup steps that concern the initiator: those of igroups that hold it, before or after. */
function igroupSteps({ initiatorName }: LiveSession, before: Configuration, after: Configuration, index: StepIndex): number[] {
  const initiator = normaliseIscsiName(initiatorName);
  const names = new Set(
    [before, after].flatMap((configuration) => [...(accessIndexOf(configuration).membership.get(initiator)?.keys() ?? [])]),
  );
  return [...names].map((name) => index.igroups.get(name)).filter((step) => step !== undefined);
}

function endedBy(session: LiveSession, before: Configuration, after: Configuration, index: StepIndex): number[] {
  const { targetIqn, portalGroupTag } = session;
  const causes = new Set<number>();
  const target = index.find("target", targetIqn);
  const group = index.find("portal_group", String(portalGroupTag));
  if (group !== undefined && index.steps[group]?.action === "remove") causes.add(group);
  const step = target === undefined ? undefined : index.steps[target];
  if (step?.action === "remove") return [target!];
  if (step?.fields.some(({ field }) => field === "portal_groups" || field === "online")) causes.add(target!);
  for (const entry of index.within(targetIqn)) {
    const { kind, action } = index.steps[entry]!;
    if (kind === "target.access" && action === "remove") causes.add(entry);
  }
  for (const igroup of igroupSteps(session, before, after, index)) causes.add(igroup);
  return inOrder(causes);
}

function viewSteps(
  session: LiveSession,
  luns: readonly number[],
  before: Configuration,
  after: Configuration,
  index: StepIndex,
): number[] {
  const causes = new Set<number>(igroupSteps(session, before, after, index));
  for (const step of index.within(session.targetIqn)) {
    const { kind, lun } = index.steps[step]!;
    // A map without igroups of its own follows the access entries.
    if (kind === "target.access" || (lun !== undefined && luns.includes(lun))) causes.add(step);
  }
  return inOrder(causes);
}
