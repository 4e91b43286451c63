/**
 * How an initiator's name is a member of an igroup: every chain of igroups that leads from the one that an entry
 * names to one that lists the initiator, with what each igroup on the chain asks of the address.
 */
import { IGROUP_MAX_DEPTH } from "../config/igroup-tree.ts";
import type { Configuration, IgroupConfig, Place } from "../config/model.ts";
import { type Address, holds, parseNetwork } from "./network.ts";

/** What one igroup on a chain asks of the address. */
export interface NetworkTest {
  readonly igroup: string;
  readonly networks: readonly string[];
  readonly place: Place;
  /** undefined: it was not said from which address. */
  readonly holds: boolean | undefined;
}

export interface MembershipPath {
  /** From the igroup that was asked for to the one that lists the name. */
  readonly chain: readonly string[];
  /** Where the igroup that lists the name stands. */
  readonly place: Place;
  /** One for each igroup on the chain that has networks; all of them must hold the address. */
  readonly networks: readonly NetworkTest[];
  /** undefined: it depends on the address, which was not said. */
  readonly fits: boolean | undefined;
}

/** The address that a question is about: one, something that is none, or not said. */
export type AskedAddress = Address | "no address" | "any address";

/** Walks igroups by name; made once for a question, because many entries name the same igroup. */
export class MembershipPaths {
  readonly #igroups: ReadonlyMap<string, IgroupConfig>;
  readonly #name: string;
  readonly #address: AskedAddress;
  readonly #known = new Map<string, readonly MembershipPath[]>();

  /** `name` is normalised. */
  constructor({ igroups }: Configuration, name: string, address: AskedAddress) {
    this.#igroups = new Map(igroups.map((igroup) => [igroup.name, igroup]));
    this.#name = name;
    this.#address = address;
  }

  igroup(name: string): IgroupConfig | undefined {
    return this.#igroups.get(name);
  }

  /** Empty when the igroup does not list the name, directly or nested. */
  to(igroup: string): readonly MembershipPath[] {
    let paths = this.#known.get(igroup);
    if (paths === undefined) {
      paths = this.#walk(igroup, [], []);
      this.#known.set(igroup, paths);
    }
    return paths;
  }

  /** Whether nobody at all is a member. */
  isEmpty(name: string, level = 1): boolean {
    const igroup = this.#igroups.get(name);
    if (igroup === undefined || level > IGROUP_MAX_DEPTH) return true;
    return igroup.initiators.length === 0 && igroup.igroups.every((child) => this.isEmpty(child, level + 1));
  }

  #walk(name: string, above: readonly string[], tests: readonly NetworkTest[]): MembershipPath[] {
    const igroup = this.#igroups.get(name);
    if (igroup === undefined || above.length >= IGROUP_MAX_DEPTH) return [];
    const chain = [...above, name];
    const networks = igroup.networks.length === 0 ? tests : [...tests, this.#test(igroup)];
    const paths: MembershipPath[] = [];
    if (igroup.initiators.includes(this.#name)) paths.push({ chain, place: igroup.place, networks, fits: allHold(networks) });
    for (const child of igroup.igroups) paths.push(...this.#walk(child, chain, networks));
    return paths;
  }

  #test({ name, networks, place }: IgroupConfig): NetworkTest {
    const address = this.#address;
    const verdict = (): boolean | undefined => {
      if (address === "any address") return undefined;
      return address !== "no address" && networks.some((network) => holds(parseNetwork(network), address));
    };
    return { igroup: name, networks, place, holds: verdict() };
  }
}

function allHold(tests: readonly NetworkTest[]): boolean | undefined {
  if (tests.some((test) => test.holds === false)) return false;
  return tests.every((test) => test.holds === true) ? true : undefined;
}
