/**
 * The configuration after loading, merging and validation: immutable, complete (defaults filled in),
 * references resolved by name and proven to exist. Everything else in Lunette reads this, never TOML.
 */
import type { Limits } from "../common/limits.ts";

/** Where an object or field was written: for messages. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const CHAP_ALGORITHM_NAMES = ["md5", "sha1", "sha256", "sha3-256"] as const;
export type ChapAlgorithmName = (typeof CHAP_ALGORITHM_NAMES)[number];

/** A socket address a portal listens on or advertises. IPv6 hosts without brackets. */
export interface PortalAddress {
  readonly host: string;
  readonly port: number;
}

export interface NodeConfig {
  readonly name: string;
  readonly baseIqn: string;
  /** undefined: made once and kept in stateDir. */
  readonly uuid: string | undefined;
  readonly stateDir: string;
  readonly controlSocket: string;
  readonly reactors: number;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
}

export interface ApiConfig {
  /** undefined: "off". */
  readonly listen: PortalAddress | undefined;
  /** HTTP without TLS to other machines too. */
  readonly plainHttp: boolean;
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  readonly clientCa: string | undefined;
  /** As configured; `volumes` in the state folder is allowed beside them, and the default without them. */
  readonly volumeFolders: readonly string[];
  readonly requestsPerSecond: number;
}

/** Login redirect: RFC 7143 11.13.5. */
export interface RedirectConfig {
  readonly to: PortalAddress;
  /** Status 0102h instead of 0101h: the initiator may remember it. */
  readonly permanent: boolean;
  readonly place: Place;
}

export interface PortalGroupConfig {
  readonly tag: number;
  readonly name: string;
  readonly portals: readonly PortalAddress[];
  readonly advertise: readonly PortalAddress[];
  /** What SendTargets tells: the portals of this group, or of all that the asker may use. */
  readonly discovery: "group" | "all";
  readonly discoveryAuthGroup: string | undefined;
  readonly redirect: RedirectConfig | undefined;
  readonly accessState: "active/optimized" | "active/non-optimized" | "standby" | "unavailable";
  readonly preferred: boolean;
  readonly place: Place;
}

export interface ChapCredential {
  readonly user: string;
  readonly secret: string;
  readonly mutual: { readonly user: string; readonly secret: string } | undefined;
  readonly place: Place;
}

export interface AuthGroupConfig {
  readonly name: string;
  /** Allowed algorithms. The first acceptable one of the initiator's list is used. */
  readonly algorithms: readonly ChapAlgorithmName[];
  readonly chap: readonly ChapCredential[];
  readonly place: Place;
}

export interface IgroupConfig {
  readonly name: string;
  readonly osType: string | undefined;
  readonly initiators: readonly string[];
  /** CIDR strings; empty: any address. */
  readonly networks: readonly string[];
  readonly igroups: readonly string[];
  readonly place: Place;
}

export interface VolumeConfig {
  readonly name: string;
  readonly path: string;
  /** Bytes; undefined: what the file or device has. */
  readonly sizeBytes: number | undefined;
  readonly create: "thin" | "thick" | undefined;
  readonly blockSize: 512 | 4096;
  readonly physicalBlockSize: number;
  readonly io: "buffered" | "direct";
  readonly writeCache: boolean;
  readonly readOnly: boolean;
  readonly removable: boolean;
  readonly spaceWarningPercent: number;
  /** false: closed because the configuration says so, and not tried. */
  readonly online: boolean;
  readonly serial: string | undefined;
  readonly product: string;
  readonly place: Place;
}

export interface AccessConfig {
  /** An igroup's name, or "any". */
  readonly igroup: string;
  readonly auth: "none" | "chap" | "mutual";
  readonly authGroup: string | undefined;
  readonly place: Place;
}

export interface LunMapConfig {
  readonly lun: number;
  readonly volume: string;
  /** Empty: every igroup in the target's access. */
  readonly igroups: readonly string[];
  readonly readOnly: boolean;
  readonly place: Place;
}

export interface TargetConfig {
  /** As written in the file. */
  readonly name: string;
  /** Full iSCSI name, normalised (lower case). */
  readonly iqn: string;
  readonly alias: string | undefined;
  /** false: logins are refused with status 0301h. */
  readonly online: boolean;
  /** Beats the one of a portal group. */
  readonly redirect: RedirectConfig | undefined;
  /** Portal group tags; never empty (default filled in). */
  readonly portalGroups: readonly number[];
  readonly access: readonly AccessConfig[];
  readonly luns: readonly LunMapConfig[];
  readonly place: Place;
}

export interface Configuration {
  readonly node: NodeConfig;
  readonly metricsListen: PortalAddress | undefined;
  readonly api: ApiConfig;
  readonly limits: Limits;
  readonly portalGroups: readonly PortalGroupConfig[];
  readonly authGroups: readonly AuthGroupConfig[];
  readonly igroups: readonly IgroupConfig[];
  readonly volumes: readonly VolumeConfig[];
  readonly targets: readonly TargetConfig[];
}
