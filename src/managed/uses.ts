/** What keeps an object from being deleted: those that name it. Whoever deletes it has to change them first. */
import { formatPlace } from "../config/config-error.ts";
import type { Draft } from "../config/draft.ts";
import type { Place } from "../config/model.ts";
import { targetIqn } from "../config/rules/targets.ts";
import type { Item } from "./entities.ts";

export interface Use {
  readonly kind: string;
  readonly name: string;
  /** `file:line:column` */
  readonly place: string;
}

export function usesOf({ collection, id }: Item, draft: Draft): readonly Use[] {
  const finder = FINDERS[collection.kind.header];
  return finder === undefined ? [] : finder(id, draft);
}

const use = (kind: string, name: string, place: Place): Use => ({ kind, name, place: formatPlace(place) });

const FINDERS: Readonly<Record<string, (id: string, draft: Draft) => Use[]>> = {
  portal_group: (id, draft) =>
    draft.targets
      .filter(({ values }) => values.portal_groups?.includes(Number(id)) === true)
      .map((target) => use("target", targetIqn(target, draft) ?? "", target.at("portal_groups"))),
  auth_group: (id, draft) => [
    ...draft.portalGroups
      .filter(({ values }) => values.discovery_auth_group === id)
      .map((group) => use("portal_group", String(group.values.tag), group.at("discovery_auth_group"))),
    ...inTargets(draft, (target, iqn) =>
      target.access
        .filter(({ values }) => values.auth_group === id)
        .map((access) => use("target.access", `${iqn}/${access.values.igroup}`, access.at("auth_group"))),
    ),
  ],
  igroup: (id, draft) => [
    ...draft.igroups
      .filter(({ values }) => values.igroups.includes(id))
      .map((igroup) => use("igroup", igroup.values.name, igroup.at("igroups"))),
    ...inTargets(draft, (target, iqn) => [
      ...target.access
        .filter(({ values }) => values.igroup === id)
        .map((access) => use("target.access", `${iqn}/${id}`, access.at("igroup"))),
      ...target.luns
        .filter(({ values }) => values.igroups.includes(id))
        .map((map) => use("target.lun", `${iqn}/LUN ${map.values.lun}`, map.at("igroups"))),
    ]),
  ],
  volume: (id, draft) =>
    inTargets(draft, (target, iqn) =>
      target.luns
        .filter(({ values }) => values.volume === id)
        .map((map) => use("target.lun", `${iqn}/LUN ${map.values.lun}`, map.at("volume"))),
    ),
};

function inTargets(draft: Draft, find: (target: Draft["targets"][number], iqn: string) => Use[]): Use[] {
  return draft.targets.flatMap((target) => find(target, targetIqn(target, draft) ?? ""));
}
