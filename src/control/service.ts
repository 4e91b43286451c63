/**
 * What the control socket asks the daemon, and the answers as they go over the wire: PROTOCOL.md describes each field. Times are ISO 8601 in
 * UTC, sizes bytes, durations seconds. Nothing here holds a secret.
 */
import type { LunetteEvent } from "../common/events.ts";

export interface ControlService {
  status(): NodeStatus;
  targets(): readonly TargetStatus[];
  luns(): readonly LunStatus[];
  sessions(): readonly SessionStatus[];
  connections(): readonly ConnectionStatus[];
  top(): TopSample;
  readonly events: EventSource;
}

export interface EventSource {
  /** Sequence of the next event. */
  readonly next: number;
  /** Sequence of the oldest event that is kept. */
  readonly oldest: number;
  read(from: number, limit: number): readonly LunetteEvent[];
  /** Calls `wake` after each event until the returned function is called. */
  follow(wake: () => void): () => void;
}

export interface NodeStatus {
  /** What is configured: equal on two daemons with equal configurations. */
  readonly configured: {
    readonly node: string;
    readonly baseIqn: string;
    readonly portalGroups: readonly PortalGroupStatus[];
    readonly targets: number;
    readonly volumes: number;
    readonly igroups: number;
    readonly metrics: string | undefined;
    /** All of it, by kind and name: without places, ids and secrets. */
    readonly objects: readonly ConfiguredObject[];
  };
  /** How it is at this moment. */
  readonly running: {
    readonly state: DaemonState;
    readonly version: string;
    readonly pid: number;
    readonly configFile: string;
    readonly startedAt: string;
    readonly uptimeSeconds: number;
    readonly sessions: number;
    readonly connections: number;
    /** They should be online, and can't be. */
    readonly volumesOffline: readonly string[];
    /** Offline as configured (online = false). */
    readonly volumesSwitchedOff: readonly string[];
    readonly buffers: { readonly totalBytes: number; readonly leasedBytes: number };
    readonly ring: { readonly kind: string; readonly outstanding: number };
    /** By outcome: "success", "timeout", or the status of RFC 7143 11.13.5. */
    readonly logins: Readonly<Record<string, number>>;
    readonly connectionsLost: number;
    readonly digestErrors: number;
    readonly protocolErrors: number;
    /** `unwritten`: events that are not on disk because it failed. */
    readonly events: { readonly oldest: number; readonly next: number; readonly unwritten: number };
  };
}

/** One object, or part of one; `fields` by the keys of the file, null where one is not set. */
export interface ConfiguredObject {
  readonly kind: string;
  readonly name: string;
  /** The object that it is a part of. */
  readonly of?: string;
  /** Access entries: their place among those of the target, from 1. */
  readonly position?: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type DaemonState = "starting" | "serving" | "stopping";

export interface PortalGroupStatus {
  readonly tag: number;
  readonly name: string;
  readonly portals: readonly string[];
  readonly accessState: string;
}

export interface TargetStatus {
  readonly iqn: string;
  readonly alias: string | undefined;
  readonly portalGroups: readonly number[];
  readonly access: readonly { readonly igroup: string; readonly auth: string; readonly authGroup: string | undefined }[];
  readonly luns: readonly {
    readonly lun: number;
    readonly volume: string;
    readonly readOnly: boolean;
    /** Empty: every igroup in the target's access. */
    readonly igroups: readonly string[];
  }[];
  readonly sessions: number;
  /** file:line of its table. */
  readonly place: string;
}

/** A volume as a logical unit: all that hosts see of it. */
export interface LunStatus {
  readonly volume: string;
  readonly path: string;
  readonly online: boolean;
  /** Why it is not online: as configured, or what stands in the way. */
  readonly offline?: string | undefined;
  readonly sizeBytes: number;
  readonly blockSize: number;
  readonly thin: boolean;
  readonly readOnly: boolean;
  readonly writeCache: boolean;
  readonly io: string;
  /** NAA designator in hex: what hosts show as WWN. */
  readonly naa: string;
  readonly serial: string;
  readonly maps: readonly { readonly target: string; readonly lun: number; readonly readOnly: boolean }[];
  readonly sessions: number;
  /** Commands in the task set now. */
  readonly depth: number;
  readonly stopped: boolean;
  /** Whether what it has to remember is there. */
  readonly memory: string;
  readonly reservation:
    | { readonly type: string; readonly holder: string | undefined; readonly registrants: number; readonly durable: boolean }
    | undefined;
  /** By tag of the portal group. */
  readonly accessStates: Readonly<Record<string, string>>;
  readonly counters: LunCounters;
  readonly place: string;
}

/** Of a volume since the daemon has started, of a session since its login; by kind of operation. */
export type LunCounters = Readonly<Record<string, OperationCounters>>;

export interface OperationCounters {
  readonly operations: number;
  readonly bytes: number;
  readonly errors: number;
  /** Sum over all operations, from a command's arrival to its status. */
  readonly latencySeconds: number;
}

export interface SessionStatus {
  /** Target session identifying handle (RFC 7143 11.12.6). */
  readonly tsih: number;
  readonly initiator: string;
  readonly alias: string | undefined;
  readonly isid: string;
  readonly target: string;
  readonly portalGroup: number;
  readonly portal: string;
  readonly address: string;
  readonly startedAt: string;
  readonly ageSeconds: number;
  readonly authentication: {
    readonly method: string;
    readonly algorithm: string | undefined;
    readonly user: string | undefined;
  };
  /** What the login has agreed on, by the names of RFC 7143 section 13. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly luns: readonly { readonly lun: number; readonly volume: string; readonly readOnly: boolean }[];
  /** Commands outstanding now, and how many may be. */
  readonly depth: number;
  readonly window: number;
  /** Received. */
  readonly commands: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Of commands that have ended. */
  readonly counters: LunCounters;
}

export interface ConnectionStatus {
  readonly address: string;
  readonly portal: string;
  readonly portalGroup: number;
  readonly phase: string;
  readonly state: string;
  readonly ageSeconds: number;
  /** Since the last byte from the initiator. */
  readonly idleSeconds: number;
  /** undefined before the login has told it. */
  readonly initiator: string | undefined;
  /** undefined in a discovery session. */
  readonly target: string | undefined;
  readonly tsih: number | undefined;
  /** Handed to the socket and not yet taken by the kernel. */
  readonly unsentBytes: number;
  /** It is not read from: it does not take its answers. */
  readonly held: boolean;
}

/** Counters with the time at which they were read: rates are the difference of two samples. */
export interface TopSample {
  readonly at: string;
  /** Monotonic: for rates. */
  readonly milliseconds: number;
  readonly luns: readonly { readonly volume: string; readonly depth: number; readonly counters: LunCounters }[];
  readonly sessions: readonly {
    readonly tsih: number;
    readonly initiator: string;
    readonly target: string;
    readonly depth: number;
    /** Received. */
    readonly commands: number;
    readonly bytesRead: number;
    readonly bytesWritten: number;
    /** Of commands that have ended. */
    readonly counters: LunCounters;
  }[];
}
