/** Volumes as hosts see them and the targets that map them, with what the operate role may change. */
import { bytes } from "../../cli/human.ts";
import type { LunRates } from "../../cli/top-rates.ts";
import { parseSize } from "../../common/units.ts";
import type { MapFields, TargetResource, VolumeResource } from "../answers.ts";
import { may, useApp } from "../app-context.ts";
import { latency, NOTHING, rate, shortName, throughput } from "../format.ts";
import { type Child, html } from "../html.ts";
import { Badge } from "../parts/badge.ts";
import { ChangeDialog } from "../parts/change-dialog.ts";
import { ProblemNote } from "../parts/problem.ts";
import { Table } from "../parts/table.ts";
import { useStore } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

const PERIOD_MS = 5000;

/** Which dialog is open. */
type Doing =
  | { readonly what: "resize" | "online" | "offline"; readonly volume: VolumeResource }
  | { readonly what: "map"; readonly target: TargetResource }
  | { readonly what: "unmap"; readonly target: TargetResource; readonly map: MapFields };

export function Volumes(): VNode {
  const { client, live, caller } = useApp();
  useStore(live.sampled);
  const volumes = useAnswer("volumes", (signal) => client.list<VolumeResource>("/v1/volumes", signal), PERIOD_MS);
  const targets = useAnswer("targets", (signal) => client.list<TargetResource>("/v1/targets", signal), PERIOD_MS);
  const [doing, setDoing] = useState<Doing | undefined>(undefined);
  const operate = may(caller, "operate");
  const close = (): void => setDoing(undefined);
  const changed = (): void => {
    volumes.again();
    targets.again();
  };
  return html`<h1>Targets and LUNs</h1>
    ${!operate && html`<p class="quiet">This key has the role ${caller.role}: to change volumes and maps takes operate.</p>`}
    ${
      operate &&
      [...(volumes.value ?? []), ...(targets.value ?? [])].some(({ home }) => home === "file") &&
      html`<p class="quiet">What a hand-written file defines is changed there, and then applied: its buttons are off.</p>`
    }
    <${ProblemNote} problem=${volumes.problem ?? targets.problem} />
    <h2>Volumes</h2>
    <${VolumeTable} rows=${volumes.value} operate=${operate} open=${setDoing} />
    <h2>Targets</h2>
    <${TargetTable} rows=${targets.value} operate=${operate} open=${setDoing} />
    ${doing?.what === "resize" && html`<${Resize} volume=${doing.volume} close=${close} changed=${changed} />`}
    ${
      (doing?.what === "online" || doing?.what === "offline") &&
      html`<${SetOnline} volume=${doing.volume} online=${doing.what === "online"} close=${close} changed=${changed} />`
    }
    ${
      doing?.what === "map" &&
      html`<${MapVolume} target=${doing.target} volumes=${volumes.value ?? []} close=${close} changed=${changed} />`
    }
    ${doing?.what === "unmap" && html`<${Unmap} target=${doing.target} map=${doing.map} close=${close} changed=${changed} />`}`;
}

interface RowsProps<Row> {
  readonly rows: readonly Row[] | undefined;
  readonly operate: boolean;
  readonly open: (doing: Doing) => void;
}

/** Where an object is from says whether it can be changed here. */
const IN_FILE = "It is defined in a hand-written file: change it there";

function VolumeTable({ rows, operate, open }: RowsProps<VolumeResource>): VNode {
  const { live } = useApp();
  const rates = new Map(live.history.latest?.luns.map((lun) => [lun.volume, lun]));
  const figure =
    (show: (lun: LunRates) => string) =>
    ({ name }: VolumeResource): Child => {
      const lun = rates.get(name);
      return lun === undefined ? NOTHING : show(lun);
    };
  const actions = (volume: VolumeResource): Child => {
    const fixed = volume.home === "file";
    const title = fixed ? `${IN_FILE} (${volume.place ?? ""})` : undefined;
    const stopped = volume.online === false;
    const button = (what: "resize" | "online" | "offline", text: string): VNode =>
      html`<button type="button" class="small" disabled=${fixed} title=${title} aria-label=${`${text} ${volume.name}`}
        onClick=${() => open({ what, volume })}>${text}</button>`;
    return html`<span class="actions">${button("resize", "Resize")} ${stopped ? button("online", "Online") : button("offline", "Offline")}</span>`;
  };
  return html`<${Table}
    caption="Volumes"
    rows=${rows}
    keyOf=${({ id }: VolumeResource) => id}
    empty="There is no volume."
    columns=${[
      { title: "Volume", cell: ({ name, path }: VolumeResource) => html`<code title=${path}>${name}</code>` },
      { title: "State", cell: (volume: VolumeResource) => html`<${VolumeState} volume=${volume} />` },
      { title: "Size", figure: true, cell: ({ status, size }: VolumeResource) => sizeText(status?.sizeBytes ?? size) },
      { title: "Kind", cell: ({ status }: VolumeResource) => kindText(status) },
      { title: "Maps", figure: true, cell: ({ status }: VolumeResource) => status?.maps.length ?? NOTHING },
      { title: "Sessions", figure: true, cell: ({ status }: VolumeResource) => status?.sessions ?? NOTHING },
      { title: "Reads/s", figure: true, cell: figure(({ readIops }) => rate(readIops)) },
      { title: "Writes/s", figure: true, cell: figure(({ writeIops }) => rate(writeIops)) },
      { title: "Read", figure: true, cell: figure(({ readBytesPerSecond }) => throughput(readBytesPerSecond)) },
      { title: "Write", figure: true, cell: figure(({ writeBytesPerSecond }) => throughput(writeBytesPerSecond)) },
      { title: "Read lat.", figure: true, cell: figure(({ readLatencySeconds }) => latency(readLatencySeconds)) },
      { title: "Write lat.", figure: true, cell: figure(({ writeLatencySeconds }) => latency(writeLatencySeconds)) },
      ...(operate ? [{ title: "Change", cell: actions }] : []),
    ]}
  />`;
}

const sizeText = (size: number | undefined): string => (size === undefined ? NOTHING : bytes(size));

function kindText(status: VolumeResource["status"]): string {
  if (status === undefined) return NOTHING;
  const { thin, writeCache, readOnly, blockSize } = status;
  return [
    thin ? "thin" : "thick",
    `${blockSize} B`,
    writeCache ? "cached" : "durable",
    ...(readOnly ? ["read-only"] : []),
  ].join(" · ");
}

function VolumeState({ volume }: { volume: VolumeResource }): VNode {
  const { online, status } = volume;
  if (online === false) return html`<${Badge} tone="warning" text="offline as asked" />`;
  if (status === undefined || !status.online) return html`<${Badge} tone="bad" text="offline" />`;
  return status.stopped ? html`<${Badge} tone="warning" text="stopped" />` : html`<${Badge} tone="good" text="online" />`;
}

function TargetTable({ rows, operate, open }: RowsProps<TargetResource>): VNode {
  const maps = (target: TargetResource): Child =>
    html`<ul class="maps">
      ${(target.lun ?? []).map(
        (map) => html`<li>
          <code>${map.lun}</code> ${map.volume}${map.read_only === true && html` <span class="quiet">read-only</span>`}
          ${map.igroups !== undefined && map.igroups.length > 0 && html` <span class="quiet">for ${map.igroups.join(", ")}</span>`}
          ${
            operate &&
            html` <button type="button" class="small" disabled=${target.home === "file"} title=${target.home === "file" ? IN_FILE : undefined}
              aria-label=${`Unmap LUN ${map.lun} of ${shortName(target.name)}`} onClick=${() => open({ what: "unmap", target, map })}>Unmap</button>`
          }
        </li>`,
      )}
    </ul>`;
  return html`<${Table}
    caption="Targets"
    rows=${rows}
    keyOf=${({ id }: TargetResource) => id}
    empty="There is no target."
    columns=${[
      { title: "Target", cell: ({ id }: TargetResource) => html`<code>${id}</code>` },
      {
        title: "State",
        cell: ({ online }: TargetResource) =>
          online === false
            ? html`<${Badge} tone="warning" text="offline as asked" />`
            : html`<${Badge} tone="good" text="online" />`,
      },
      { title: "Groups", cell: ({ portal_groups: groups }: TargetResource) => groups?.join(", ") ?? "all" },
      { title: "Access", cell: ({ access = [] }: TargetResource) => access.map(({ igroup }) => igroup).join(", ") },
      { title: "Sessions", figure: true, cell: ({ status }: TargetResource) => status?.sessions ?? NOTHING },
      { title: "LUNs", cell: maps },
      ...(operate
        ? [
            {
              title: "Change",
              cell: (target: TargetResource) =>
                html`<button type="button" class="small" disabled=${target.home === "file"}
                  title=${target.home === "file" ? `${IN_FILE} (${target.place ?? ""})` : undefined}
                  aria-label=${`Map a volume to ${shortName(target.name)}`} onClick=${() => open({ what: "map", target })}>Map …</button>`,
            },
          ]
        : []),
    ]}
  />`;
}

interface DoingProps {
  readonly close: () => void;
  readonly changed: () => void;
}

const pathOf = (collection: string, id: string): string => `/v1/${collection}/${encodeURIComponent(id)}`;

function Resize({ volume, close, changed }: DoingProps & { volume: VolumeResource }): VNode {
  const { client } = useApp();
  const now = volume.status?.sizeBytes ?? volume.size;
  const [text, setText] = useState(now === undefined ? "" : bytes(now));
  const path = pathOf("volumes", volume.id);
  const change = async () => {
    const size = parseSize(text);
    if (!size.ok) return `The size must be ${size.wanted}.`;
    if (now !== undefined && size.bytes < now) return "The console does not shrink: what is behind the new end would be lost.";
    const { etag } = await client.get(path);
    return { method: "PATCH", path, body: { size: size.bytes }, ...(etag === undefined ? {} : { ifMatch: etag }) } as const;
  };
  return html`<${ChangeDialog} title=${`Resize ${volume.name}`} change=${change} done=${`${volume.name} has its new size.`} close=${close} changed=${changed}>
    <label>New size <input class="mono" value=${text} onInput=${(event: InputEvent) => setText((event.currentTarget as HTMLInputElement).value)} required /></label>
    <p class="quiet">Such as 10 GiB or 2 TB. Hosts are told, and see it without logging in again.</p>
  <//>`;
}

function SetOnline({ volume, online, close, changed }: DoingProps & { volume: VolumeResource; online: boolean }): VNode {
  const { client } = useApp();
  const path = pathOf("volumes", volume.id);
  const word = online ? "online" : "offline";
  const change = async () => {
    const { etag } = await client.get(path);
    return { method: "PATCH", path, body: { online }, ...(etag === undefined ? {} : { ifMatch: etag }) } as const;
  };
  return html`<${ChangeDialog} title=${`Take ${volume.name} ${word}`} change=${change} done=${`${volume.name} is ${word}.`} close=${close} changed=${changed}>
    <p>${online ? "Its LUNs answer again." : "Hosts that use it get NOT READY until it is online again. Its sessions stay."}</p>
  <//>`;
}

function MapVolume({
  target,
  volumes,
  close,
  changed,
}: DoingProps & { target: TargetResource; volumes: readonly VolumeResource[] }): VNode {
  const taken = new Set((target.lun ?? []).map(({ lun }) => lun));
  let free = 0;
  while (taken.has(free)) free++;
  const [lun, setLun] = useState(String(free));
  const [volume, setVolume] = useState(volumes[0]?.name ?? "");
  const [readOnly, setReadOnly] = useState(false);
  const change = async () => {
    if (!/^\d{1,5}$/.test(lun)) return "The LUN must be a whole number.";
    if (volume === "") return "There is no volume to map.";
    const body = { lun: Number(lun), volume, ...(readOnly ? { read_only: true } : {}) };
    return { method: "POST", path: `${pathOf("targets", target.id)}/luns`, body } as const;
  };
  return html`<${ChangeDialog} title=${`Map a volume to ${shortName(target.name)}`} change=${change} done=${`${volume} is LUN ${lun} of ${shortName(target.name)}.`} close=${close} changed=${changed}>
    <label>LUN <input class="mono" inputmode="numeric" value=${lun} onInput=${(event: InputEvent) => setLun((event.currentTarget as HTMLInputElement).value)} required /></label>
    <label>Volume
      <select value=${volume} onInput=${(event: InputEvent) => setVolume((event.currentTarget as HTMLSelectElement).value)}>
        ${volumes.map(({ name }) => html`<option value=${name}>${name}</option>`)}
      </select>
    </label>
    <label class="check"><input type="checkbox" checked=${readOnly} onInput=${(event: InputEvent) => setReadOnly((event.currentTarget as HTMLInputElement).checked)} /> read-only</label>
  <//>`;
}

function Unmap({ target, map, close, changed }: DoingProps & { target: TargetResource; map: MapFields }): VNode {
  const { client } = useApp();
  const id =
    map.igroups === undefined || map.igroups.length === 0 ? String(map.lun) : `${map.lun}@${map.igroups.toSorted().join(",")}`;
  const path = `${pathOf("targets", target.id)}/luns/${encodeURIComponent(id)}`;
  const change = async () => {
    const { etag } = await client.get(path);
    return { method: "DELETE", path, ...(etag === undefined ? {} : { ifMatch: etag }) } as const;
  };
  return html`<${ChangeDialog} title=${`Unmap LUN ${map.lun} of ${shortName(target.name)}`} change=${change} done=${`LUN ${map.lun} is unmapped.`} close=${close} changed=${changed}>
    <p>Hosts lose LUN ${map.lun} (volume <code>${map.volume}</code>). The volume and its data stay.</p>
  <//>`;
}
