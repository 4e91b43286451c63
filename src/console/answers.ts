/** Answers of the REST sidecar as the console reads them. What the daemon has a type for is that type. */

import type { Problem } from "../config/config-error.ts";
import type { Plan } from "../config/plan.ts";
import type { TouchedSession } from "../config/plan-text.ts";
import type { LunStatus, SessionStatus, TargetStatus } from "../control/service.ts";

export const ROLES = ["read", "operate", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** GET /v1/whoami: whose key it is. */
export interface Caller {
  readonly name: string;
  readonly kind: string;
  readonly role: Role;
  readonly prefixes?: { readonly volumes?: readonly string[]; readonly igroups?: readonly string[] };
}

/** GET /v1/plan and the answer to POST /v1/reload. */
export interface PlanAnswer {
  readonly plan: Plan;
  readonly sessions: readonly TouchedSession[];
  readonly files?: readonly string[];
  readonly warnings?: readonly Problem[];
}

/** The answer to a change of an object, with or without dry_run. */
export interface ChangeAnswer extends PlanAnswer {
  readonly generation: number;
  readonly task?: { readonly id: string; readonly state: string };
}

/** What all configured objects have. */
export interface Entity {
  readonly id: string;
  readonly uuid: string;
  readonly generation: number;
  readonly home: "file" | "managed";
  /** file:line:column, of objects in a hand-written file. */
  readonly place?: string;
}

export interface VolumeResource extends Entity {
  readonly name: string;
  readonly path?: string;
  readonly online?: boolean;
  readonly size?: number;
  /** As hosts see it. */
  readonly status?: Omit<LunStatus, "volume" | "path" | "place">;
}

export interface TargetResource extends Entity {
  readonly name: string;
  readonly online?: boolean;
  /** Absent: all of them. */
  readonly portal_groups?: readonly number[];
  readonly access?: readonly { readonly igroup: string; readonly auth?: string; readonly auth_group?: string }[];
  readonly lun?: readonly MapFields[];
  readonly status?: Pick<TargetStatus, "sessions">;
}

/** [[target.lun]] */
export interface MapFields {
  readonly lun: number;
  readonly volume: string;
  readonly read_only?: boolean;
  readonly igroups?: readonly string[];
}

export interface IgroupResource extends Entity {
  readonly name: string;
  readonly os_type?: string;
  readonly initiators?: readonly string[];
  readonly igroups?: readonly string[];
  readonly networks?: readonly string[];
}

export interface ListAnswer<T> {
  readonly items: readonly T[];
  /** Of the page that follows. */
  readonly next?: string;
}

export type SessionResource = SessionStatus;
