/** The configured objects as resources: one row each, from which routes, schemas and their documentation follow. */
import type { Guarded } from "./caller.ts";

/** Objects within an object, with ids of their own. */
export interface Part {
  readonly path: string;
  /** Name of its schemas, and within names of operations. */
  readonly schema: string;
  readonly many: string;
  /** For people: "a portal". */
  readonly one: string;
  /** What `:sub` is. */
  readonly id: string;
  /** Whether it has more than its id: only then there is something to change. */
  readonly fields: boolean;
}

export interface Collection {
  readonly path: Guarded;
  readonly schema: string;
  readonly many: string;
  readonly one: string;
  readonly id: string;
  readonly parts: readonly Part[];
  /** It can be taken away from hosts for a while: actions `offline` and `online`. */
  readonly online?: true;
  /** Only the file that backs it can be removed with it. */
  readonly file?: true;
}

export const COLLECTIONS: readonly Collection[] = [
  {
    path: "volumes",
    schema: "Volume",
    many: "Volumes",
    one: "a volume",
    id: "Name of the volume.",
    parts: [],
    online: true,
    file: true,
  },
  {
    path: "targets",
    schema: "Target",
    many: "Targets",
    one: "a target",
    id: "iSCSI name of the target, or its short name.",
    online: true,
    parts: [
      { path: "access", schema: "TargetAccess", many: "TargetAccess", one: "an access entry", id: "Its igroup.", fields: true },
      {
        path: "luns",
        schema: "TargetLun",
        many: "TargetLuns",
        one: "a LUN map",
        id: "The number, such as 0; or 0@igroup-a,igroup-b (sorted) when the map names igroups.",
        fields: true,
      },
    ],
  },
  {
    path: "portal-groups",
    schema: "PortalGroup",
    many: "PortalGroups",
    one: "a portal group",
    id: "Tag of the portal group.",
    parts: [
      { path: "portals", schema: "Portal", many: "Portals", one: "a portal", id: "Its address, host:port.", fields: false },
    ],
  },
  {
    path: "auth-groups",
    schema: "AuthGroup",
    many: "AuthGroups",
    one: "an auth group",
    id: "Name of the auth group.",
    parts: [
      { path: "chap", schema: "AuthGroupChap", many: "AuthGroupChap", one: "a CHAP user", id: "Its name.", fields: true },
    ],
  },
  {
    path: "igroups",
    schema: "Igroup",
    many: "Igroups",
    one: "an igroup",
    id: "Name of the igroup.",
    parts: [
      {
        path: "initiators",
        schema: "Initiator",
        many: "Initiators",
        one: "an initiator",
        id: "Its iSCSI name.",
        fields: false,
      },
    ],
  },
];

/** Tables that there is one of. */
export const SINGLETONS: readonly { readonly path: Guarded; readonly schema: string; readonly one: string }[] = [
  { path: "node", schema: "Node", one: "the node" },
  { path: "limits", schema: "Limits", one: "the limits" },
  { path: "metrics", schema: "Metrics", one: "the settings of the metrics" },
  { path: "api", schema: "Api", one: "the settings of this API" },
];
