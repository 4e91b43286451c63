/**
 * What the login asks of whoever knows the configuration: RFC 7143 9.2 leaves it to the target who may log in
 * where and how it proves its name. The interface is on the side of its user, so that the login knows no
 * configuration.
 */
import type { AuthCredentials } from "./chap.ts";

export interface LoginQuestion {
  /** Prepared as in RFC 3722: compatibility composition, lower case. */
  readonly initiatorName: string;
  /** Prepared likewise; undefined in a discovery session. */
  readonly targetName: string | undefined;
  /** The initiator's address, without a port. */
  readonly address: string;
  /** Of the portal that the connection came in on. */
  readonly portalGroupTag: number;
}

export type AuthRequirement = "none" | "chap" | "mutual";

export type LoginDecision =
  | {
      readonly kind: "refused";
      /** RFC 7143 11.13.5: not found 0203h, not admitted 0202h, offline or still starting 0301h. */
      readonly statusClass: number;
      readonly statusDetail: number;
      /** For the log, never for the wire. */
      readonly reason: string;
    }
  | {
      /** The target is elsewhere (RFC 7143 11.13.5): said before the initiator proves its name, which 6.3 leaves open. */
      readonly kind: "redirected";
      /** `host:port`, IPv6 in brackets, without a portal group tag: RFC 7143 13.8. */
      readonly address: string;
      readonly permanent: boolean;
      /** For the log. */
      readonly reason: string;
    }
  | {
      readonly kind: "admitted";
      readonly auth: AuthRequirement;
      /** Present unless `auth` is "none". */
      readonly credentials: AuthCredentials | undefined;
      /** The policy's own object, handed through to the result of the login. */
      readonly target: unknown;
      /** Told to the initiator once it has proved its name: TargetAlias, RFC 7143 13.6. */
      readonly targetAlias?: string | undefined;
    };

export interface LoginPolicy {
  decide(question: LoginQuestion): LoginDecision;
}
