/** What `explain` is asked, what it must be told about the running daemon, and what it says. All of the answer is plain JSON. */
import type { Place } from "../config/model.ts";
import type { RefusalReason } from "./decide.ts";
import type { MembershipPath } from "./membership-paths.ts";
import type { LiveSession } from "./touched-sessions.ts";

export interface ExplainQuestion {
  readonly initiatorName: string;
  /** Without it, networks are told and not judged. */
  readonly address?: string;
  /** Without it, any portal group of a target will do. */
  readonly portalGroupTag?: number;
}

/** What a login or a connection of the initiator failed of, lately. */
export interface RecentFailure {
  readonly kind: "authentication" | "digest" | "other";
  readonly initiatorName: string;
  /** undefined: it did not get as far as to name one. */
  readonly targetIqn: string | undefined;
  readonly address: string | undefined;
  readonly reason: string;
  readonly secondsAgo: number;
}

export interface VolumeFacts {
  /** Why it can't be opened. */
  readonly offline?: string;
  /** Conditions under which most commands are refused, each with what to do: "a sanitize operation is in progress", "no medium", … */
  readonly conditions?: readonly { readonly what: string; readonly next: string }[];
  /** By portal group tag, where hosts have changed it; otherwise the one of the configuration holds. */
  readonly accessStates?: ReadonlyMap<number, string>;
}

export interface ExplainFacts {
  /** By iSCSI name: why the target answers logins with "try again" (0301h). */
  readonly offlineTargets?: ReadonlyMap<string, string>;
  /** By volume name. */
  readonly volumes?: ReadonlyMap<string, VolumeFacts>;
  /** The latest first. */
  readonly failures?: readonly RecentFailure[];
  readonly sessions?: readonly LiveSession[];
}

export const EXPLAIN_STEPS = ["portal group", "candidates", "target", "redirect", "authentication", "view"] as const;
export type ExplainStep = (typeof EXPLAIN_STEPS)[number];

export interface Verdict {
  readonly kind: "admitted" | "redirected" | "refused";
  /** Where it is refused, or where what keeps the disks away is to be looked for; "view" when nothing does. */
  readonly step: ExplainStep;
  readonly reason?: RefusalReason;
  /** Of RFC 7143 11.13.5, where the login ends here. */
  readonly status?: "0101h" | "0102h" | "0202h" | "0203h" | "0301h";
  readonly detail: string;
  /** What the configuration says about it, where. */
  readonly place?: Place;
  /** What it depends on that was not said. */
  readonly condition?: string;
  /** What to do, where something keeps the initiator from its disks. */
  readonly next?: string;
}

export interface Candidate {
  readonly igroup: string;
  readonly place: Place;
  /** "depends": on the address, which was not said. */
  readonly outcome: "holds" | "depends" | "wrong address" | "not listed";
  /** Empty for "any", and where the name is not listed. */
  readonly paths: readonly MembershipPath[];
  /** The one that decides how the initiator proves itself. */
  readonly chosen: boolean;
}

export interface Redirect {
  readonly to: string;
  readonly permanent: boolean;
  readonly place: Place;
  /** undefined: the redirect of the target, which beats those of portal groups. */
  readonly portalGroupTag: number | undefined;
}

export interface Authentication {
  readonly kind: "none" | "chap" | "mutual";
  readonly place: Place;
  readonly authGroup?: {
    readonly name: string;
    readonly place: Place;
    readonly algorithms: readonly string[];
    readonly users: readonly string[];
  };
}

export interface VisibleLun {
  readonly lun: number;
  readonly volume: string;
  readonly place: Place;
  readonly volumePlace: Place;
  /** Why writes are refused; undefined: they are not. */
  readonly readOnly?: { readonly because: "map" | "volume"; readonly place: Place };
  /** The igroups through which it sees the map; ["any"] for everybody. */
  readonly via: readonly string[];
  readonly problems: readonly { readonly what: string; readonly next: string }[];
}

export interface HiddenLun {
  readonly lun: number;
  readonly volume: string;
  readonly place: Place;
  readonly why: string;
  readonly next: string;
}

export interface TargetExplanation {
  readonly iqn: string;
  readonly name: string;
  readonly place: Place;
  readonly verdict: Verdict;
  /** Of the target. */
  readonly portalGroups: readonly { readonly tag: number; readonly name: string; readonly portals: readonly string[] }[];
  readonly candidates: readonly Candidate[];
  readonly redirects: readonly Redirect[];
  /** undefined when no entry holds the initiator. */
  readonly authentication?: Authentication;
  /** What it sees once it is in; empty when no entry holds it. */
  readonly luns: readonly VisibleLun[];
  readonly hidden: readonly HiddenLun[];
  readonly failures: readonly RecentFailure[];
  readonly sessions: readonly LiveSession[];
}

export interface Explanation {
  readonly initiator: {
    readonly written: string;
    /** As it is compared: in lower case. */
    readonly name: string;
    /** What would be right, when it is no iSCSI name. */
    readonly fault?: string;
    /** Igroups that hold it, each with one chain that leads to it. */
    readonly igroups: readonly { readonly chain: readonly string[]; readonly place: Place }[];
    /** A listed name that differs in a few characters only, when this one is listed nowhere. */
    readonly nearest?: { readonly name: string; readonly igroup: string; readonly place: Place };
  };
  readonly address?: string;
  readonly portalGroupTag?: number;
  readonly targets: readonly TargetExplanation[];
  /** Failures that happened before a target was named, or with the name of one that there is not. */
  readonly failures: readonly RecentFailure[];
}
