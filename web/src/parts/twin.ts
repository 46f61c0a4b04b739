// The chart as tables: everybody and every link, with what the picture lets one do.

import { html, nothing, type TemplateResult } from "lit";

import type { Link, Model, Node } from "./model";
import { seen } from "./seen";
import type { Words } from "./words";

export const ROWS = 100;

export interface Twin {
  readonly nodesFrom: number;
  readonly linksFrom: number;
  readonly filter: string;
}

export interface Doing {
  readonly choose: (id: string) => void;
  readonly expand: (id: string) => void;
  readonly turn: (twin: Partial<Twin>) => void;
}

/** The tables of a chart. */
export function twinOf(model: Model, words: Words, twin: Twin, doing: Doing, language: string): TemplateResult {
  const wanted = twin.filter.trim().toLocaleLowerCase();
  const fits = (node: Node): boolean => wanted === "" || seen(node.caption).toLocaleLowerCase().includes(wanted);
  const nodes = model.scene().nodes.filter(fits)
    .sort((a, b) => model.graph.degree(b.id) - model.graph.degree(a.id) || (a.id < b.id ? -1 : 1));
  const links = model.scene().links.filter((link) => fits(model.node(link.from)) || fits(model.node(link.to)));
  return html`
    <div class="row"><div><label for="mln-filter">${words.say("filter")}</label>
      <input type="search" id="mln-filter" .value=${twin.filter} @input=${(event: Event) => doing.turn({ filter: (event.target as HTMLInputElement).value, nodesFrom: 0, linksFrom: 0 })}></div></div>
    <div class="table" tabindex="0" role="region" aria-label=${words.say("nodes table")}><table class="twin-nodes">
      <caption>${words.say("nodes table")} ${portion(words, twin.nodesFrom, nodes.length)}</caption>
      <thead><tr><th scope="col">${words.say("name")}</th><th scope="col">${words.say("schema")}</th><th scope="col">${words.say("marks")}</th><th scope="col" class="number">${words.say("links here")}</th><th scope="col" class="number">${words.say("links in all")}</th><th scope="col">${words.say("note")}</th><th scope="col">${words.say("acts")}</th></tr></thead>
      <tbody>${nodes.slice(twin.nodesFrom, twin.nodesFrom + ROWS).map((node) => nodeRow(model, words, node, doing, language))}</tbody></table></div>
    ${pager(words, words.say("nodes table"), twin.nodesFrom, nodes.length, (nodesFrom) => doing.turn({ nodesFrom }))}
    <div class="table" tabindex="0" role="region" aria-label=${words.say("links table")}><table class="twin-links">
      <caption>${words.say("links table")} ${portion(words, twin.linksFrom, links.length)}</caption>
      <thead><tr><th scope="col">${words.say("one")}</th><th scope="col">${words.say("direction")}</th><th scope="col">${words.say("other")}</th><th scope="col">${words.say("tied by")}</th><th scope="col">${words.say("kind")}</th><th scope="col" class="number">${words.say("strength")}</th><th scope="col" class="number">${words.say("times")}</th><th scope="col">${words.say("interval")}</th></tr></thead>
      <tbody>${links.slice(twin.linksFrom, twin.linksFrom + ROWS).map((link) => linkRow(model, words, link, language))}</tbody></table></div>
    ${pager(words, words.say("links table"), twin.linksFrom, links.length, (linksFrom) => doing.turn({ linksFrom }))}`;
}

function nodeRow(model: Model, words: Words, node: Node, doing: Doing, language: string): TemplateResult {
  const anchor = node.anchor === "terror" ? "anchor-t" : node.anchor === null ? "" : "anchor-c";
  return html`<tr>
    <td class=${anchor}><a href=${recordOf(language, node.record)}><bdi>${seen(node.caption)}</bdi></a></td>
    <td>${words.say(`schema ${node.schema}`)}</td>
    <td>${marksOf(words, node)}</td>
    <td class="number">${words.number(model.graph.degree(node.id))}</td>
    <td class="number">${words.number(node.links)}</td>
    <td>${node.note === "" ? nothing : html`<bdi>${seen(node.note)}</bdi>`}</td>
    <td><button type="button" class="quiet" aria-label="${words.say("choose")}: ${seen(node.caption)}" @click=${() => doing.choose(node.id)}>${words.say("choose")}</button>
      <button type="button" class="quiet" aria-label="${words.say("expand")}: ${seen(node.caption)}" @click=${() => doing.expand(node.id)}>${words.say("expand")}</button></td></tr>`;
}

function linkRow(model: Model, words: Words, link: Link, language: string): TemplateResult {
  return html`<tr><td><bdi>${seen(model.node(link.from).caption)}</bdi></td>
    <td>${words.say(`arrow ${link.arrow}`)}</td>
    <td><bdi>${seen(model.node(link.to).caption)}</bdi></td>
    <td>${channelsOf(words, link)}</td><td>${words.say(`kind ${link.kind}`)}</td>
    <td class="number">${link.strength.toFixed(2)}</td><td class="number"><a href=${tieOf(language, link)} aria-label="${words.say("statements")}: ${words.number(link.count)}">${words.number(link.count)}</a></td>
    <td>${intervalOf(link)}</td></tr>`;
}

/** What is told of one beside its shape. */
export function marksOf(words: Words, node: Node): TemplateResult {
  return html`${node.anchor === null ? nothing : html`<span>${words.say(`anchor ${node.anchor}`)}</span> `}${node.is_protected ? html`<span class="guard">${words.say("protected")}</span> ` : nothing}${node.is_hub ? html`<span>${words.say("hub")}</span> ` : nothing}${node.is_pinned ? html`<span>${words.say("pinned")}</span>` : nothing}`;
}

export function channelsOf(words: Words, link: Link): string {
  return link.channels.map((channel) => words.say(`channel ${channel}`)).join(words.say(", "));
}

export function intervalOf(link: Link): TemplateResult {
  const [first, last] = link.interval;
  const days = first === last ? [first] : [first, last];
  return html`<bdi>${days.filter((day) => day !== null).join(" – ")}</bdi>`;
}

/** The page of the statements behind a link. */
export function tieOf(language: string, link: Link): string {
  return `/${language}/tie?one=${encodeURIComponent(link.from)}&other=${encodeURIComponent(link.to)}`;
}

export function recordOf(language: string, id: string): string {
  return `/${language}/record?id=${encodeURIComponent(id)}`;
}

function portion(words: Words, from: number, of: number): string {
  return words.say("portion", { first: Math.min(from + 1, of), last: Math.min(from + ROWS, of), total: of });
}

function pager(
  words: Words, name: string, from: number, of: number, turn: (from: number) => void,
): TemplateResult | typeof nothing {
  return of <= ROWS ? nothing : html`<p class="pager">
    <button type="button" class="quiet" ?disabled=${from === 0} aria-label="${name}: ${words.say("before")}" @click=${() => turn(Math.max(0, from - ROWS))}>${words.say("before")}</button>
    <button type="button" class="quiet" ?disabled=${from + ROWS >= of} aria-label="${name}: ${words.say("after")}" @click=${() => turn(from + ROWS)}>${words.say("after")}</button></p>`;
}
