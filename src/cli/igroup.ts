/** `lunette igroup …`: initiators by name and network. */
import { addVerb, type Elements, removeVerb } from "./element-verbs.ts";
import { type Entity, IGROUPS } from "./object-noun.ts";
import { createVerb, deleteVerb, listVerb, setVerb, showVerb } from "./object-verbs.ts";
import type { Column } from "./table.ts";
import { verbGroup } from "./verb.ts";

const ID_KEYS = ["name"];

const names = (value: unknown): string => (Array.isArray(value) && value.length > 0 ? value.join(", ") : "-");

const COLUMNS: readonly Column<Entity>[] = [
  { title: "IGROUP", cell: ({ id }) => id },
  { title: "HOSTS", cell: ({ os_type }) => (typeof os_type === "string" ? os_type : "-") },
  { title: "INITIATORS", cell: ({ initiators }) => names(initiators) },
  { title: "NETWORKS", cell: ({ networks }) => names(networks) },
  { title: "IGROUPS", cell: ({ igroups }) => names(igroups) },
];

const INITIATORS: Elements = {
  noun: IGROUPS,
  words: "igroup",
  collection: "initiators",
  member: "initiator",
  describe: "an initiator, by its iSCSI name",
  example: "hosts iqn.2026-11.com.example:web2",
  added: "what the igroup may see it sees from now on",
  removed: "its sessions end where nothing else admits it",
};

export const igroupCommand = verbGroup("igroup", "List, create and change igroups: initiators by name", [
  listVerb(IGROUPS, COLUMNS),
  showVerb(IGROUPS, "hosts"),
  createVerb(IGROUPS, {
    idDoc: "its name",
    idKeys: ID_KEYS,
    idFields: (name) => ({ name }),
    examples: [
      ["web --initiator iqn.2026-11.com.example:web1 --initiator iqn.2026-11.com.example:web2", "two hosts"],
      ["all --igroups web,db", "whoever is in one of them"],
    ],
  }),
  setVerb(IGROUPS, ID_KEYS, [["hosts --networks 192.0.2.0/24", "members must come from there"]]),
  addVerb(INITIATORS),
  removeVerb(INITIATORS),
  deleteVerb(IGROUPS, { example: "hosts", what: "refused while an access entry, a map or an igroup names it" }),
]);
