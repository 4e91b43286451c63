/** The configuration as the iSCSI layer asks for it: who may log in, what discovery tells, what an initiator sees. */
import { decideLogin, discoverableTargets, type RefusalReason, viewOf } from "./access/decide.ts";
import { formatAddress } from "./config/address.ts";
import type { AuthGroupConfig, Configuration, PortalAddress, PortalGroupConfig, TargetConfig } from "./config/model.ts";
import type { AuthCredentials } from "./iscsi/login/chap.ts";
import type { LoginDecision, LoginPolicy, LoginQuestion } from "./iscsi/login/login-policy.ts";
import type { DiscoveredTarget, DiscoveryQuery, TargetDirectory } from "./iscsi/services.ts";
import type { LogicalUnit } from "./scsi/logical-unit.ts";
import type { LunView } from "./scsi/nexus.ts";
import { LOGIN_STATUS } from "./wire/pdu/login-response.ts";

const WILDCARDS = new Set(["0.0.0.0", "::"]);

/** What the initiator learns (RFC 7143 11.13.5). */
const STATUS_OF = {
  "no-such-target": "notFound",
  "not-in-group": "notFound",
  "no-candidate": "authorizationFailure",
  "target-offline": "serviceUnavailable",
} as const satisfies Record<RefusalReason, keyof typeof LOGIN_STATUS>;

/** Serves one configuration. `starting` answers every login with a retriable status until the volumes are there. */
export class ConfiguredTargets implements LoginPolicy, TargetDirectory {
  readonly #configuration: Configuration;
  readonly #units: ReadonlyMap<string, LogicalUnit>;
  readonly #targets: ReadonlyMap<string, TargetConfig>;
  readonly #credentials = new Map<string, AuthCredentials>();
  starting = true;

  constructor(configuration: Configuration, units: ReadonlyMap<string, LogicalUnit>) {
    this.#configuration = configuration;
    this.#units = units;
    this.#targets = new Map(configuration.targets.map((target) => [target.iqn, target]));
    for (const group of configuration.authGroups) this.#credentials.set(group.name, credentialsOf(group));
  }

  decide(question: LoginQuestion): LoginDecision {
    if (this.starting) return refuse(LOGIN_STATUS.serviceUnavailable, "the target is starting; the initiator tries again");
    const { initiatorName, targetName, address, portalGroupTag } = question;
    if (targetName === undefined) return this.#decideDiscovery(portalGroupTag);
    const decision = decideLogin(this.#configuration, { initiatorName, targetName, address, portalGroupTag });
    if (decision.kind === "refused") {
      const status = LOGIN_STATUS[STATUS_OF[decision.reason]];
      const { place } = decision;
      return refuse(status, place === undefined ? decision.detail : `${decision.detail} (${place.file}:${place.line})`);
    }
    const { entry, target, redirect } = decision;
    if (redirect !== undefined) {
      const { to, permanent, place } = redirect;
      return { kind: "redirected", address: formatAddress(to), permanent, reason: `redirect at ${place.file}:${place.line}` };
    }
    return {
      kind: "admitted",
      auth: entry.auth,
      credentials: entry.authGroup === undefined ? undefined : this.#credentials.get(entry.authGroup),
      target,
      targetAlias: target.alias,
    };
  }

  #decideDiscovery(portalGroupTag: number): LoginDecision {
    const group = this.#configuration.portalGroups.find(({ tag }) => tag === portalGroupTag);
    const authGroup = group?.discoveryAuthGroup;
    const credentials = authGroup === undefined ? undefined : this.#credentials.get(authGroup);
    return { kind: "admitted", auth: credentials === undefined ? "none" : "chap", credentials, target: undefined };
  }

  discover(query: DiscoveryQuery): readonly DiscoveredTarget[] {
    const found = new Map<string, string[]>();
    for (const group of this.#groupsToTell(query.portalGroupTag)) {
      const addresses = addressesOf(group, query.localAddress);
      for (const { iqn } of discoverableTargets(this.#configuration, { ...query, portalGroupTag: group.tag })) {
        found.set(iqn, [...(found.get(iqn) ?? []), ...addresses]);
      }
    }
    return [...found].map(([targetName, addresses]) => ({ targetName, addresses }));
  }

  /** The group that was asked first; the others where it tells of all, and its discovery has proven what theirs would ask for. */
  #groupsToTell(tag: number): readonly PortalGroupConfig[] {
    const groups = this.#configuration.portalGroups;
    const asked = groups.find((group) => group.tag === tag);
    if (asked === undefined) return [];
    if (asked.discovery === "group") return [asked];
    return [asked, ...groups.filter((group) => group !== asked && group.discoveryAuthGroup === asked.discoveryAuthGroup)];
  }

  view(targetName: string, initiatorName: string, address: string): readonly LunView[] {
    const target = this.#targets.get(targetName);
    if (target === undefined) return [];
    const views: LunView[] = [];
    for (const map of viewOf(this.#configuration, target, initiatorName, address)) {
      const lu = this.#units.get(map.volume);
      if (lu !== undefined) views.push({ lun: map.lun, lu, readOnly: map.readOnly });
    }
    return views;
  }

  portalGroups(targetName: string): readonly number[] {
    return [...(this.#targets.get(targetName)?.portalGroups ?? [])].sort((a, b) => a - b);
  }
}

/** The portals of a group, as an asker can reach them that came to `localAddress`. */
function addressesOf(group: PortalGroupConfig, localAddress: string): string[] {
  const local = localAddress.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
  const told = new Set<string>();
  const tell = ({ host, port }: PortalAddress): void => {
    told.add(`${host.includes(":") ? `[${host}]` : host}:${port},${group.tag}`);
  };
  if (group.advertise.length > 0) {
    group.advertise.forEach(tell);
  } else {
    for (const portal of group.portals) {
      // A wildcard stands for the address that the asker used, when it is of the same family.
      if (!WILDCARDS.has(portal.host)) tell(portal);
      else if (portal.host.includes(":") === local.includes(":")) tell({ host: local, port: portal.port });
    }
  }
  return [...told];
}

function refuse(status: number, reason: string): LoginDecision {
  return { kind: "refused", statusClass: status >> 8, statusDetail: status & 0xff, reason };
}

function credentialsOf(group: AuthGroupConfig): AuthCredentials {
  const byUser = new Map(group.chap.map((credential) => [credential.user, credential]));
  return { algorithms: group.algorithms, find: (user) => byUser.get(user) };
}
