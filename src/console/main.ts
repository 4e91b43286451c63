/** Entry of the console: who is signed in, which view is on, and the frame around it. */
import type { Caller } from "./answers.ts";
import { ApiClient, type ApiProblem } from "./api-client.ts";
import { AppContext, useApp } from "./app-context.ts";
import { html } from "./html.ts";
import { Live, problemOf } from "./live.ts";
import { Badge } from "./parts/badge.ts";
import { Boundary } from "./parts/boundary.ts";
import { ProblemNote } from "./parts/problem.ts";
import { type Route, routeTo } from "./route.ts";
import { useRoute } from "./router.ts";
import { useStore } from "./store.ts";
import { useEffect, useRef, useState } from "./vendor/hooks.js";
import { render, type VNode } from "./vendor/preact.js";
import { Access } from "./views/access.ts";
import { Events } from "./views/events.ts";
import { Overview } from "./views/overview.ts";
import { PlanView } from "./views/plan.ts";
import { Session } from "./views/session.ts";
import { Sessions } from "./views/sessions.ts";
import { SignIn } from "./views/sign-in.ts";
import { Volumes } from "./views/volumes.ts";

/** In sessionStorage: of this tab, gone with it. */
const KEY = "lunette-api-key";
const NOTICE_MS = 6000;

interface View {
  readonly title: string;
  readonly draw: (route: Route) => VNode;
}

const VIEWS: Readonly<Record<string, View>> = {
  overview: { title: "Overview", draw: () => html`<${Overview} />` },
  volumes: { title: "Targets and LUNs", draw: () => html`<${Volumes} />` },
  sessions: {
    title: "Sessions",
    draw: ({ parts: [id] }) => (id === undefined ? html`<${Sessions} />` : html`<${Session} key=${id} id=${id} />`),
  },
  access: { title: "Access", draw: ({ query }) => html`<${Access} query=${query} />` },
  events: { title: "Events", draw: () => html`<${Events} />` },
  plan: { title: "Plan", draw: () => html`<${PlanView} />` },
};

interface SignedIn {
  readonly client: ApiClient;
  readonly live: Live;
  readonly caller: Caller;
}

function Root(): VNode {
  const [signedIn, setSignedIn] = useState<SignedIn | undefined>(undefined);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [busy, setBusy] = useState(sessionStorage.getItem(KEY) !== null);
  const current = useRef<Live | undefined>(undefined);

  const signOut = (): void => {
    sessionStorage.removeItem(KEY);
    current.current?.end();
    current.current = undefined;
    setSignedIn(undefined);
  };
  const signIn = async (key: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const client = new ApiClient(key, signOut);
    try {
      const { value: caller } = await client.get<Caller>("/v1/whoami");
      sessionStorage.setItem(KEY, key);
      current.current = new Live(client);
      setSignedIn({ client, live: current.current, caller });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    const key = sessionStorage.getItem(KEY);
    if (key !== null) void signIn(key);
  }, []);

  if (signedIn === undefined) return html`<${SignIn} problem=${problem} busy=${busy} signIn=${signIn} />`;
  return html`<${Frame} ...${signedIn} signOut=${signOut} />`;
}

function Frame({ client, live, caller, signOut }: SignedIn & { signOut: () => void }): VNode {
  const route = useRoute();
  const view = VIEWS[route.view];
  const [notice, setNotice] = useState("");
  const main = useRef<HTMLElement>(null);
  const where = [route.view, ...route.parts].join("/");
  const first = useRef(true);

  useEffect(() => {
    document.title = `${view?.title ?? "Not found"} · Lunette`;
    // The first view has not been gone to: the focus stays where the browser has put it.
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [where]);
  useEffect(() => {
    if (notice === "") return;
    const timer = setTimeout(() => setNotice(""), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  const skip = (event: Event): void => {
    event.preventDefault();
    main.current?.focus();
  };
  return html`<${AppContext.Provider} value=${{ client, live, caller, notify: setNotice }}>
    <a class="skip" href="#main" onClick=${skip}>To the content</a>
    <${Header} signOut=${signOut} />
    <nav aria-label="Views">
      ${Object.entries(VIEWS).map(
        ([name, { title }]) =>
          html`<a href=${routeTo(name)} aria-current=${name === route.view ? "page" : undefined}>${title}</a>`,
      )}
    </nav>
    <main id="main" ref=${main} tabindex="-1">
      <${Unreachable} />
      <${Boundary} key=${where}>
        ${view === undefined ? html`<h1>Not found</h1><p>There is no view at this address. <a href=${routeTo("overview")}>Overview</a></p>` : view.draw(route)}
      <//>
    </main>
    <div class="notice" role="status" aria-live="polite">${notice}</div>
  <//>`;
}

function Header({ signOut }: { signOut: () => void }): VNode {
  const { live, caller } = useApp();
  const status = useStore(live.status);
  const state = status?.running.state;
  return html`<header>
    <span class="brand">Lunette</span>
    <span class="node mono">${status?.configured.node ?? ""}</span>
    <${Badge} tone=${state === "serving" ? "good" : "warning"} text=${state ?? "…"} />
    <span class="push"></span>
    <span class="who"><span class="mono">${caller.name}</span> <${Badge} tone="plain" text=${caller.role} /></span>
    <button type="button" class="small" onClick=${signOut}>Sign out</button>
  </header>`;
}

function Unreachable(): VNode {
  const { live } = useApp();
  const problem = useStore(live.problem);
  return html`<${ProblemNote} problem=${problem} />`;
}

render(html`<${Root} />`, document.body);
