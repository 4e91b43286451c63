/**
 * Markup as tagged templates (htm) for preact. What is put into a template becomes text or an attribute, never markup, so nothing that the
 * server says is ever read as HTML.
 */
import htm from "./vendor/htm.js";
import { type ComponentChildren, h, type VNode } from "./vendor/preact.js";

export const html = htm.bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

export type Child = ComponentChildren;
