/**
 * What events say, as data: every kind that there is, how grave it is, and what it means to whoever runs this machine. The
 * table in src/control/PROTOCOL.md is compared with this one by a test.
 */

export const SEVERITIES = ["info", "warning", "error"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface EventKindRow {
  readonly severity: Severity;
  readonly description: string;
  /** Anybody who reaches a portal can cause it without end: repetitions are counted instead of told one by one. */
  readonly limited?: true;
}

export const EVENT_KINDS = {
  "daemon-started": { severity: "info", description: "The daemon serves." },
  "daemon-stopping": { severity: "info", description: "The daemon was asked to end." },
  "login-accepted": { severity: "info", description: "An initiator has logged in." },
  "login-refused": {
    severity: "warning",
    description: "A login was refused; `status` is that of RFC 7143 11.13.5, `reason` says why.",
    limited: true,
  },
  "login-redirected": { severity: "info", description: "An initiator was sent to another portal.", limited: true },
  "connection-refused": {
    severity: "warning",
    description: "A connection was refused because a limit is reached.",
    limited: true,
  },
  "session-ended": { severity: "info", description: "An initiator has logged out, or its session was ended as asked." },
  "session-lost": { severity: "warning", description: "A session ended without a logout; `reason` says why." },
  "digest-error": {
    severity: "warning",
    description: "A PDU came with a wrong digest; `reason` says which. Look at the network to hosts.",
    limited: true,
  },
  "volume-online": { severity: "info", description: "A volume is open: its LUNs answer." },
  "volume-offline": { severity: "error", description: "A volume can't be opened: its LUNs are not ready. It is tried again." },
  "volume-closed": {
    severity: "info",
    description: "A volume was taken offline: as configured, or its creation was cancelled. It is not tried again by itself.",
  },
  "volume-resized": { severity: "info", description: "The size of a volume has changed; hosts are told." },
  "volume-space-threshold": {
    severity: "warning",
    description: "The space under a thin volume runs out; hosts are told.",
  },
  "volume-data-lost": {
    severity: "error",
    description: "The storage failed to write out what hosts were told is written.",
  },
  "volume-state-lost": {
    severity: "error",
    description: "What a volume has to remember can't be had: hosts get no access.",
  },
  "access-state-changed": {
    severity: "info",
    description: "A host has changed how a portal group stands towards a LUN (SET TARGET PORT GROUPS).",
  },
  "reservation-preempted": {
    severity: "warning",
    description: "A host has taken a reservation or registration from another (PREEMPT).",
  },
  "configuration-applied": { severity: "info", description: "A changed configuration is in force." },
  "configuration-refused": { severity: "error", description: "A changed configuration was refused; nothing has changed." },
  "api-key-created": { severity: "info", description: "A key of the REST API was made; `reason` names it and its role." },
  "api-key-revoked": { severity: "info", description: "A key of the REST API was revoked; `reason` names it." },
} as const satisfies Record<string, EventKindRow>;

export type EventKind = keyof typeof EVENT_KINDS;

/** What an event is about and why. Only what is known is there. */
export interface EventDetails {
  readonly initiator?: string | undefined;
  /** Of the initiator, with or without its TCP port. */
  readonly address?: string | undefined;
  /** iSCSI name of the target. */
  readonly target?: string | undefined;
  /** Where the portal listens. */
  readonly portal?: string | undefined;
  readonly portalGroup?: number | undefined;
  /** TSIH of the session. */
  readonly session?: number | undefined;
  readonly volume?: string | undefined;
  readonly lun?: number | undefined;
  /** Login status, such as "0x0202". */
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  /** Before and after: a size in bytes, an access state. */
  readonly from?: string | number | undefined;
  readonly to?: string | number | undefined;
  /** Who asked for it over the control socket. */
  readonly actor?: string | undefined;
}

export interface LunetteEvent {
  /** Rises by one from event to event, restarts included. */
  readonly sequence: number;
  readonly id: string;
  /** Wall clock, ISO 8601 in UTC. */
  readonly at: string;
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly details: EventDetails;
  /** How many more of the same kind and address this one stands for. */
  readonly repeated?: number;
}

/** Where events are told. Costs a few microseconds and never waits; not for every command of the data path. */
export interface Events {
  record(kind: EventKind, details: EventDetails): void;
}

export const NO_EVENTS: Events = { record: () => {} };
