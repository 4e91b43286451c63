/** The door: a key of `lunette api-key create`, kept for this tab only. */
import type { ApiProblem } from "../api-client.ts";
import { html } from "../html.ts";
import { ProblemNote } from "../parts/problem.ts";
import { useEffect, useRef, useState } from "../vendor/hooks.js";
import type { VNode } from "../vendor/preact.js";

interface SignInProps {
  readonly problem: ApiProblem | undefined;
  readonly busy: boolean;
  readonly signIn: (key: string) => void;
}

export function SignIn({ problem, busy, signIn }: SignInProps): VNode {
  const field = useRef<HTMLInputElement>(null);
  const [key, setKey] = useState("");
  useEffect(() => field.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== "") signIn(key.trim());
  };
  return html`<main class="door" id="main">
    <h1><span class="brand">Lunette</span> console</h1>
    <form onSubmit=${submit}>
      <label for="key">API key</label>
      <input
        id="key"
        ref=${field}
        type="password"
        class="mono"
        autocomplete="off"
        spellcheck=${false}
        placeholder="lnt_…"
        value=${key}
        onInput=${(event: InputEvent) => setKey((event.currentTarget as HTMLInputElement).value)}
        required
      />
      <button type="submit" class="main" disabled=${busy}>${busy ? "Signing in …" : "Sign in"}</button>
    </form>
    <${ProblemNote} problem=${problem} />
    <p class="quiet">
      A key is made on the machine that runs Lunette, and shown there once. The role <code>read</code> looks, <code>operate</code>${" "}
      and <code>admin</code> also change:
    </p>
    <pre class="command">lunette api-key create NAME --role read</pre>
    <p class="quiet">This tab keeps the key until it is closed or you sign out. It is sent to this address only.
    </p>
  </main>`;
}
