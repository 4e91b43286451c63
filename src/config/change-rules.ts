/**
 * What a change of each key of the configuration means while Lunette runs, as data: one row per key of the schema,
 * and one per bound that can be set. The plan, its texts and what is put off until a restart derive from it.
 */
import type { LIMITS, LimitName } from "../common/limits.ts";
import type {
  ACCESS,
  API,
  AUTH_GROUP,
  CHAP,
  IGROUP,
  LUN,
  METRICS,
  NODE,
  PORTAL_GROUP,
  PORTAL_GROUP_REDIRECT,
  TARGET,
  TARGET_REDIRECT,
  VOLUME,
} from "./schema.ts";

export interface ChangeRule {
  /**
   * - live: takes effect on reload; no session ends for it.
   * - sessions end: takes effect on reload; a session that is not admitted any more ends.
   * - restart: the running value stays in force until Lunette starts again.
   */
  readonly how: "live" | "sessions end" | "restart";
  /** The rule holds while live sessions see the volume; for a volume that nobody sees the change is live. */
  readonly when?: "seen";
  /** What the change does to hosts, and where it can't be done at once, why. A clause without a full stop. */
  readonly why: string;
}

type KeysOf<K extends { readonly header: string; readonly fields: object }> = `${K["header"]}.${keyof K["fields"] & string}`;

type SettableLimit = {
  [K in LimitName]: (typeof LIMITS)[K] extends { readonly fixed: true } ? never : K;
}[LimitName];

export type ChangeKey =
  | KeysOf<typeof NODE>
  | KeysOf<typeof METRICS>
  | KeysOf<typeof API>
  | KeysOf<typeof PORTAL_GROUP>
  | KeysOf<typeof PORTAL_GROUP_REDIRECT>
  | KeysOf<typeof AUTH_GROUP>
  | KeysOf<typeof CHAP>
  | KeysOf<typeof IGROUP>
  | KeysOf<typeof VOLUME>
  | KeysOf<typeof TARGET>
  | KeysOf<typeof ACCESS>
  | KeysOf<typeof LUN>
  | KeysOf<typeof TARGET_REDIRECT>
  | `limits.${SettableLimit}`
  /** No key: the order in which the access entries of a target stand. */
  | "target.access_order";

const live = (why: string): ChangeRule => ({ how: "live", why });
const restart = (why: string): ChangeRule => ({ how: "restart", why });
const sessionsEnd = (why: string): ChangeRule => ({ how: "sessions end", why });
const restartWhenSeen = (why: string): ChangeRule => ({ how: "restart", when: "seen", why });

const NEXT_LOGIN = "counts from the next login; sessions stay";
const NEXT_CONNECTION = "counts for connections and logins from now on; those that exist stay";
const AT_ONCE = "counts at once; no host notices unless it reaches the bound";
const NEXT_SESSION = "is agreed at login, so it counts from the next login; sessions stay";
const TOLD_AT_SCAN =
  "hosts have read it when they found the disk (VPD B0h) and would send commands by the old bound; a restart makes them read it again";
const CONTROL = "counts from the next connection to the control socket; no host notices";
const EVENTS = "counts from the next event; no host notices";
const SIDECAR = "restart lunette-api, the REST service, for it to count; Lunette itself and its hosts go on";
const CERTIFICATE =
  "restart lunette-api, the REST service, for it to count (where TLS is on already, a reload of that is enough)";
const REDIRECTED = "counts from the next login; sessions stay where they are";
const MEMBERS = "sessions of initiators that are in no access entry any more end; views that change are told (3Fh/0Eh)";

export const CHANGE_RULES: Readonly<Record<ChangeKey, ChangeRule>> = {
  "node.name": live("is a name in logs and metrics; no host sees it"),
  "node.base_iqn": sessionsEnd("targets that have a short name only are renamed: for hosts they go and others come"),
  "node.uuid": restart("the ids of all volumes derive from it: a disk that changes its id under a host is taken for another"),
  "node.state_dir": restart("reservations, ids and journals of interrupted writes are there, and are read when Lunette starts"),
  "node.control_socket": restart("it is the way by which changes come in; programs that hold it would lose their answer"),
  "node.reactors": restart("connections belong to the process that accepted them, and can't move"),
  "node.log_level": live("counts at once, unless the command line has given a level"),

  "metrics.listen": live("the new address listens before the old one closes; what scrapes has to be told"),

  "api.listen": live(SIDECAR),
  "api.plain_http": live(SIDECAR),
  "api.tls_cert": live(CERTIFICATE),
  "api.tls_key": live(CERTIFICATE),
  "api.client_ca": live(SIDECAR),
  "api.volume_folders": live("counts for volumes that are made from now on; those that exist stay"),
  "api.requests_per_second": live("counts within seconds, for each caller of the REST service; no host notices"),

  "limits.connections": live(NEXT_CONNECTION),
  "limits.connections_before_login": live(NEXT_CONNECTION),
  "limits.connections_before_login_per_address": live(NEXT_CONNECTION),
  "limits.sessions_per_target": live(NEXT_CONNECTION),
  "limits.session_series": live(NEXT_CONNECTION),
  "limits.login_time_ms": live(NEXT_CONNECTION),
  "limits.login_pdus": live(NEXT_CONNECTION),
  "limits.login_bytes": live(NEXT_CONNECTION),
  "limits.login_keys": live(NEXT_CONNECTION),
  "limits.login_response_bytes": live(NEXT_CONNECTION),
  "limits.text_response_bytes": live(NEXT_CONNECTION),
  "limits.command_window": restart("the pool of tasks is made for it when Lunette starts"),
  "limits.immediate_tasks": live(NEXT_SESSION),
  "limits.transfer_bytes": restart(TOLD_AT_SCAN),
  "limits.buffer_bytes": restart("the memory for payloads is taken, and known to the kernel's ring, when Lunette starts"),
  "limits.connection_buffer_bytes": live(NEXT_CONNECTION),
  "limits.held_bytes": live(AT_ONCE),
  "limits.socket_write_bytes": live(AT_ONCE),
  "limits.write_stall_ms": live(AT_ONCE),
  "limits.nop_idle_ms": live(AT_ONCE),
  "limits.nop_timeout_ms": live(AT_ONCE),
  "limits.data_out_ms": live(AT_ONCE),
  "limits.shutdown_ms": live("counts when Lunette stops; no host notices"),
  "limits.r2t_per_task": live(NEXT_SESSION),
  "limits.ring_entries": restart("the kernel's ring is made for it when Lunette starts"),
  "limits.registrants": restart("registrations that exist may be more than a lower bound, and are read when Lunette starts"),
  "limits.write_same_bytes": restart(TOLD_AT_SCAN),
  "limits.unmap_descriptors": restart(TOLD_AT_SCAN),
  "limits.unmap_bytes": restart(TOLD_AT_SCAN),
  "limits.sanitize_bytes_per_second": restart(
    "a sanitize operation that runs keeps its pace; it is taken when the disk is made",
  ),
  "limits.atomic_write_bytes": restart(TOLD_AT_SCAN),
  "limits.caw_blocks": restart(TOLD_AT_SCAN),
  "limits.control_connections": live(CONTROL),
  "limits.control_followers": live(CONTROL),
  "limits.control_request_bytes": live(CONTROL),
  "limits.control_request_ms": live(CONTROL),
  "limits.api_keys": live("counts for keys that are made from now on; those that exist stay"),
  "limits.managed_objects": live("counts for objects that are made from now on; those that exist stay"),
  "limits.changes_waiting": live("counts for the next change; those that wait stay"),
  "limits.tasks_kept": live("counts when the next task ends; no host notices"),
  "limits.events_kept": live(EVENTS),
  "limits.event_log_bytes": live(EVENTS),
  "limits.audit_log_bytes": live("counts from the next change; no host notices"),

  "portal_group.tag": sessionsEnd("another tag is another group: sessions through the old one end"),
  "portal_group.name": live("is a name in logs and metrics; no host sees it"),
  "portal_group.portals": live("portals open and close; connections that exist stay"),
  "portal_group.advertise": live("counts from the next discovery; sessions stay"),
  "portal_group.access_state": live("hosts with sessions through the group are told (2Ah/06h) and choose their paths anew"),
  "portal_group.preferred": live("hosts with sessions through the group are told (2Ah/06h) and choose their paths anew"),
  "portal_group.discovery": live("counts from the next discovery; sessions stay"),
  "portal_group.discovery_auth_group": live("counts from the next discovery; sessions stay"),
  "portal_group.redirect.to": live(REDIRECTED),
  "portal_group.redirect.permanent": live(REDIRECTED),

  "auth_group.name": live(NEXT_LOGIN),
  "auth_group.algorithms": live(NEXT_LOGIN),
  "auth_group.chap.user": live(NEXT_LOGIN),
  "auth_group.chap.secret": live(NEXT_LOGIN),
  "auth_group.chap.secret_file": live(NEXT_LOGIN),
  "auth_group.chap.mutual_user": live(NEXT_LOGIN),
  "auth_group.chap.mutual_secret": live(NEXT_LOGIN),
  "auth_group.chap.mutual_secret_file": live(NEXT_LOGIN),

  "igroup.name": sessionsEnd(MEMBERS),
  "igroup.os_type": live("is for people and checks; no host notices"),
  "igroup.initiators": sessionsEnd(MEMBERS),
  "igroup.networks": sessionsEnd(MEMBERS),
  "igroup.igroups": sessionsEnd(MEMBERS),

  "volume.name": live("another name is another disk: one goes and one comes; views that change are told (3Fh/0Eh)"),
  "volume.path": restartWhenSeen("the data under the disk would change while hosts hold parts of it in memory"),
  "volume.size": live(
    "hosts that see it are told (2Ah/09h); one that is mapped shrinks only when forced, and what was behind its new end is lost",
  ),
  "volume.create": restartWhenSeen("hosts have read how the disk is provisioned (VPD B2h) when they found it"),
  "volume.block_size": restartWhenSeen("every block address that hosts know would mean another place"),
  "volume.physical_block_size": restartWhenSeen("hosts have aligned to it when they found the disk"),
  "volume.io": live("the file is opened anew, with nothing in flight: commands of hosts get BUSY for a moment and come again"),
  "volume.write_cache": live(
    "hosts are told (2Ah/01h). Off: what is cached is flushed, and every write is durable from now on; on: the writes of a host stay durable until it has read the caching mode page again",
  ),
  "volume.read_only": live(
    "hosts are told (2Ah/01h, and 2Ah/09h where it is thin); the file is opened anew, with nothing in flight: commands get BUSY for a moment and come again",
  ),
  "volume.removable": restartWhenSeen("hosts choose their driver by it when they find the disk"),
  "volume.space_warning_percent": live("counts from the next look at the free space"),
  "volume.online": live(
    "offline: what is written is flushed, the file is closed, and hosts hear NOT READY (04h/03h); online: it is opened and checked again",
  ),
  "volume.serial": restartWhenSeen("a disk that changes its id under a host is taken for another"),
  "volume.product": restartWhenSeen("hosts have chosen their settings by it when they found the disk"),

  "target.name": live("is a name in logs and metrics, unless the iSCSI name follows from it"),
  "target.iqn": sessionsEnd("another iSCSI name is another target: sessions to the old one end"),
  "target.alias": live("is told at the next login; sessions stay"),
  "target.online": sessionsEnd("offline: sessions end, and logins are refused for now (0301h); online: hosts may log in again"),
  "target.portal_groups": sessionsEnd("sessions through a group that is taken away end; discovery tells the others"),
  "target.access_order": live("the first entry that holds an initiator decides how it proves itself, from its next login"),
  "target.access.igroup": sessionsEnd("sessions of initiators that are in no access entry any more end"),
  "target.access.auth": live(NEXT_LOGIN),
  "target.access.auth_group": live(NEXT_LOGIN),
  "target.lun.lun": live("another number is another map; views that change are told (3Fh/0Eh)"),
  "target.lun.volume": live("another disk stands behind the number; hosts that see it are told (3Fh/0Eh)"),
  "target.lun.igroups": live("views that change are told (3Fh/0Eh)"),
  "target.lun.read_only": live("writes are refused, or allowed, from now on; hosts that see the disk are told (3Fh/0Eh)"),
  "target.redirect.to": live(REDIRECTED),
  "target.redirect.permanent": live(REDIRECTED),
};
