/** What a reactor gives to its portals and connections. */
import type { BufferPool } from "../backend/buffer-pool.ts";
import type { Events } from "../common/events.ts";
import type { Limits } from "../common/limits.ts";
import type { DeviceServer } from "../scsi/device-server.ts";
import type { LunView } from "../scsi/nexus.ts";
import type { Crc32c } from "../wire/framer.ts";
import type { Connection } from "./connection.ts";
import type { DataOutBudget } from "./data-out-budget.ts";
import type { TaskPool } from "./iscsi-task.ts";
import type { LoginPolicy } from "./login/login-policy.ts";
import type { ReadBuffer } from "./read-buffer.ts";
import type { SessionRegistry } from "./session-registry.ts";

/** Where log lines go. The daemon's logger fits; `limited` passes the first lines of a key and counts the rest. */
export interface ConnectionLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  limited(key: string): Pick<ConnectionLog, "debug" | "info" | "warn" | "error">;
}

/** One line of a SendTargets answer. */
export interface DiscoveredTarget {
  readonly targetName: string;
  /** `host:port,tag`, IPv6 in brackets (RFC 7143 13.8). */
  readonly addresses: readonly string[];
}

export interface DiscoveryQuery {
  readonly initiatorName: string;
  readonly address: string;
  readonly portalGroupTag: number;
  /** The address the asker reached us at: stands in for wildcard portals. */
  readonly localAddress: string;
  readonly localPort: number;
}

/** What the daemon's configuration means for sessions. */
export interface TargetDirectory {
  discover(query: DiscoveryQuery): readonly DiscoveredTarget[];
  /** What this initiator sees at the target. */
  view(targetName: string, initiatorName: string, address: string): readonly LunView[];
  /** Tags of the portal groups that the target is reachable through, ascending. */
  portalGroups(targetName: string): readonly number[];
}

/** The end of a turn of the event loop: submits gathered I/O, then lets each connection marked send its answers. */
export interface Turn {
  mark(connection: Connection): void;
  end(): void;
}

/** Counters for the metrics endpoint. */
export interface IscsiCounters {
  connectionsAccepted: number;
  connectionsRefused: number;
  headerDigestErrors: number;
  dataDigestErrors: number;
  protocolErrors: number;
  rejects: number;
  logouts: number;
  connectionsLost: number;
  bytesReceived: number;
  bytesSent: number;
  r2ts: number;
  /** By outcome, e.g. "success" or "0x0201". */
  readonly logins: Map<string, number>;
  /** Refused logins by target; those that name none of ours, or none at all, are under "". */
  readonly refusedByTarget: Map<string, number>;
  /** By function. */
  readonly taskManagement: Map<string, number>;
}

export interface Services {
  readonly limits: Limits;
  readonly log: ConnectionLog;
  readonly pool: BufferPool;
  readonly device: DeviceServer;
  readonly sessions: SessionRegistry;
  readonly connections: Set<Connection>;
  readonly tasks: TaskPool;
  readonly readBuffer: ReadBuffer;
  readonly dataOutBudget: DataOutBudget;
  readonly turn: Turn;
  readonly policy: LoginPolicy;
  readonly directory: TargetDirectory;
  readonly counters: IscsiCounters;
  /** What happens to logins and sessions, and why. */
  readonly events: Events;
  readonly crc32c: Crc32c;
  readonly randomBytes: (bytes: number) => Buffer;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}
