/**
 * Sessions in numbers that outlive them. A session ends with its TSIH (RFC 7143 4.2.3), and hosts come and go; the figures of `/metrics` belong to what stays:
 * the initiator, the target and the portal group, as a nexus is named, without the ISID, which some initiators choose by chance. So a
 * counter goes on where the last session left it, and a host that logs in again and again makes no new series.
 */
import type { Limits } from "../common/limits.ts";
import { NexusCounters } from "../scsi/nexus-counters.ts";
import type { Session } from "./session.ts";

/** No iSCSI name (RFC 7143 4.2.7.3): stands for the sessions that are counted together. */
const OTHERS = "other";

export class SessionRow {
  readonly initiator: string;
  readonly target: string;
  /** As a label: "other" has none. */
  readonly portalGroup: string;
  readonly live = new Set<Session>();
  /** Sessions that have begun. */
  begun = 0;
  /** What ended sessions have left. */
  readonly #past = new NexusCounters();

  constructor(initiator: string, target: string, portalGroup: string) {
    this.initiator = initiator;
    this.target = target;
    this.portalGroup = portalGroup;
  }

  end(session: Session): void {
    if (this.live.delete(session)) this.#past.add(session.nexus.counters);
  }

  /** Of all sessions, ended and live; the caller keeps it no longer than until the next call for any row. */
  counters(): NexusCounters {
    const sum = new NexusCounters();
    sum.add(this.#past);
    for (const { nexus } of this.live) sum.add(nexus.counters);
    return sum;
  }
}

export class SessionSeries {
  readonly #limits: Pick<Limits, "session_series">;
  readonly #rows = new Map<string, SessionRow>();
  /** Rows without a live session, the one idle longest first. */
  readonly #idle = new Set<string>();
  readonly #keys = new WeakMap<Session, string>();
  readonly #others = new SessionRow(OTHERS, OTHERS, OTHERS);
  /** Rows that have made way for others. */
  dropped = 0;

  constructor(limits: Pick<Limits, "session_series">) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** A copy: sessions come and go while it is looked through. */
  all(): SessionRow[] {
    return this.#others.begun > 0 ? [...this.#rows.values(), this.#others] : [...this.#rows.values()];
  }

  begin(session: Session): void {
    const { login, targetName, portalGroupTag } = session;
    const key = `${login.initiatorName}|${targetName}|${portalGroupTag}`;
    const row = this.#rows.get(key) ?? this.#newRow(key, login.initiatorName, targetName, String(portalGroupTag));
    if (row !== this.#others) {
      this.#idle.delete(key);
      this.#keys.set(session, key);
    }
    row.begun += 1;
    row.live.add(session);
  }

  end(session: Session): void {
    const key = this.#keys.get(session);
    const row = key === undefined ? this.#others : this.#rows.get(key);
    row?.end(session);
    if (key !== undefined && row?.live.size === 0) this.#idle.add(key);
  }

  #newRow(key: string, initiator: string, target: string, portalGroup: string): SessionRow {
    while (this.#rows.size >= this.#limits.session_series) {
      const [oldest] = this.#idle;
      if (oldest === undefined) return this.#others;
      this.#idle.delete(oldest);
      this.#rows.delete(oldest);
      this.dropped += 1;
    }
    const row = new SessionRow(initiator, target, portalGroup);
    this.#rows.set(key, row);
    return row;
  }
}
