/** What only the running daemon knows, as `explain` and plans ask for it. */
import type { ExplainFacts, ExplainQuestion, RecentFailure, VolumeFacts } from "../access/explain-types.ts";
import { parsePeerAddress } from "../access/network.ts";
import type { LiveSession } from "../access/touched-sessions.ts";
import type { LunetteEvent } from "../common/events.ts";
import { normaliseIscsiName } from "../config/iscsi-name.ts";
import type { PlanFacts } from "../config/plan.ts";
import type { LogicalUnit, LuState } from "../scsi/logical-unit.ts";
import { ACCESS_STATE_NAMES } from "../scsi/unit-condition.ts";
import type { LiveSource } from "./live-service.ts";

export type FactSource = Pick<LiveSource, "configuration" | "state" | "units" | "events"> & {
  readonly services: Pick<LiveSource["services"], "sessions">;
};

/** Failures of longer ago say nothing about now, seconds. */
const RECENT_SECONDS = 24 * 60 * 60;
/** The latest that are told. */
const FAILURES_MAX = 10;

/** Login statuses of RFC 7143 11.13.5, as events write them. */
const AUTHENTICATION_FAILURE = "0x0201";
/** What the access rules have decided: authorization failure, not found. */
const DECIDED_BY_RULES: readonly (string | undefined)[] = ["0x0202", "0x0203"];

export function explainFacts(source: FactSource, question: ExplainQuestion, now: Date): ExplainFacts {
  const { events } = source;
  const known = events.read(events.oldest, events.next - events.oldest);
  return {
    offlineTargets: offlineTargets(source),
    volumes: volumeFacts(source, known),
    failures: recentFailures(source, question, known, now),
    sessions: liveSessions(source),
  };
}

/** As ConfiguredTargets answers while it starts. */
function offlineTargets({ configuration, state }: FactSource): ReadonlyMap<string, string> {
  if (state() !== "starting") return new Map();
  return new Map(configuration().targets.map(({ iqn }) => [iqn, "Lunette starts, and opens its volumes"]));
}

function volumeFacts({ configuration, units }: FactSource, events: readonly LunetteEvent[]): ReadonlyMap<string, VolumeFacts> {
  return new Map(
    configuration().volumes.map(({ name }): [string, VolumeFacts] => {
      const unit = units.get(name);
      if (unit === undefined) return [name, { offline: "it is not opened yet" }];
      const accessStates = new Map([...unit.state.access].map(([tag, { state }]) => [tag, ACCESS_STATE_NAMES[state]]));
      const facts = { conditions: conditionsOf(unit.state), accessStates };
      return [
        name,
        unit.backend === undefined ? { offline: unit.offlineBecause ?? whyOffline(name, events), ...facts } : facts,
      ];
    }),
  );
}

function whyOffline(volume: string, events: readonly LunetteEvent[]): string {
  const told = events.findLast(({ kind, details }) => kind === "volume-offline" && details.volume === volume);
  return told?.details.reason ?? "it can't be opened; the daemon's log says why";
}

const CONDITION_TEXTS = {
  sanitizing: {
    what: "a sanitize operation is in progress: its data is being destroyed",
    next: "wait until it has ended; the host that began it can ask for its progress",
  },
  "sanitize failed": {
    what: "a sanitize operation has failed: nothing can be read or written",
    next: "sanitize it again from a host, or make another volume",
  },
  ejected: { what: "its medium is ejected", next: "load it from a host (START STOP UNIT with LOEJ and START)" },
  stopped: { what: "a host has stopped it", next: "start it from a host (START STOP UNIT with START)" },
  "memory lost": {
    what: "its reservations are lost, so no host has access",
    next: "replace them from a host (PERSISTENT RESERVE OUT, REPLACE LOST RESERVATION); the log says what was lost",
  },
  "memory unavailable": {
    what: "what it has to remember can't be read, so no host has access",
    next: "make state_dir readable; the log says what is wrong, and it is tried again by itself",
  },
} as const;

/** What refuses most commands of every host (unit-condition.ts); access states, which differ between paths, are apart. */
export function conditionsOf({ sanitize, ejected, stopped, memory }: LuState): NonNullable<VolumeFacts["conditions"]> {
  const conditions: (keyof typeof CONDITION_TEXTS)[] = [];
  if (memory !== "intact") conditions.push(`memory ${memory}`);
  if (sanitize !== undefined) conditions.push(sanitize.status === "failed" ? "sanitize failed" : "sanitizing");
  if (ejected) conditions.push("ejected");
  else if (stopped) conditions.push("stopped");
  return conditions.map((condition) => CONDITION_TEXTS[condition]);
}

/**
 * Refusals of the initiator that may still matter: none from before its last login to the same target, none from another address than the
 * one that is asked about, and none that the access rules have decided before the configuration was last changed or read: they are judged anew.
 */
function recentFailures(
  { configuration }: FactSource,
  { initiatorName, address }: ExplainQuestion,
  events: readonly LunetteEvent[],
  now: Date,
): readonly RecentFailure[] {
  const name = normaliseIscsiName(initiatorName);
  const targets = new Set(configuration().targets.map(({ iqn }) => iqn));
  const targetOf = (written: string | undefined): string | undefined => {
    const normal = written === undefined ? undefined : normaliseIscsiName(written);
    return normal !== undefined && targets.has(normal) ? normal : written;
  };
  const since = now.getTime() - RECENT_SECONDS * 1000;
  const failures: RecentFailure[] = [];
  const loggedIn = new Set<string | undefined>();
  let sameRules = true;
  for (let at = events.length - 1; at >= 0 && failures.length < FAILURES_MAX; at -= 1) {
    const { kind, details, at: when } = events[at]!;
    const time = Date.parse(when);
    if (time < since) break;
    if (kind === "configuration-applied" || kind === "daemon-started") sameRules = false;
    if (details.initiator === undefined || normaliseIscsiName(details.initiator) !== name) continue;
    const targetIqn = targetOf(details.target);
    if (kind === "login-accepted") loggedIn.add(targetIqn);
    if (kind !== "login-refused" || loggedIn.has(targetIqn)) continue;
    if (!sameRules && DECIDED_BY_RULES.includes(details.status)) continue;
    if (address !== undefined && details.address !== undefined && !sameAddress(address, details.address)) continue;
    failures.push({
      kind: details.status === AUTHENTICATION_FAILURE ? "authentication" : "other",
      initiatorName: details.initiator,
      targetIqn,
      address: details.address,
      reason: details.reason ?? `login status ${details.status}`,
      secondsAgo: Math.max(0, Math.round((now.getTime() - time) / 1000)),
    });
  }
  return failures;
}

/** Two spellings of an IPv6 address are one, and an IPv4 address mapped into IPv6 is its IPv4 address. */
function sameAddress(asked: string, told: string): boolean {
  // An event may have the TCP port as well.
  const [a, b] = [parsePeerAddress(asked), parsePeerAddress(told) ?? parsePeerAddress(told.replace(/^\[?(.*?)\]?:\d+$/, "$1"))];
  return a === undefined || b === undefined ? asked === told : a.toNormalizedString() === b.toNormalizedString();
}

export function liveSessions({ services }: Pick<FactSource, "services">): readonly LiveSession[] {
  return [...services.sessions.all].map(({ login, connection, targetName, portalGroupTag }) => ({
    initiatorName: login.initiatorName,
    address: connection.address,
    targetIqn: normaliseIscsiName(targetName),
    portalGroupTag,
  }));
}

export function planFacts({ units }: Pick<FactSource, "units">): PlanFacts {
  const seenVolumes = new Set<string>();
  const volumeSizes = new Map<string, number>();
  for (const [name, unit] of units) {
    if (unit.nexuses.size > 0) seenVolumes.add(name);
    // The size of a volume that has not been opened is not known.
    if (unit.backend !== undefined) volumeSizes.set(name, sizeOf(unit));
  }
  return { seenVolumes, volumeSizes };
}

const sizeOf = ({ state, blockSize }: LogicalUnit): number => state.sizeBlocks * blockSize;
