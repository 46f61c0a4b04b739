// Beside the picture: who is chosen, what may be added, which link is looked at.

import { html, nothing, type TemplateResult } from "lit";

import type { Counts } from "./growing";
import type { Link, Model, Node } from "./model";
import { seen } from "./seen";
import { channelsOf, intervalOf, marksOf, recordOf, tieOf } from "./twin";
import type { Words } from "./words";

export const TOPS = [10, 25, 50, 100] as const;

export interface Progress { readonly done: number; readonly of: number }

export interface Acts {
  readonly open: (id: string) => void;
  readonly expand: (id: string) => void;
  readonly pin: (id: string) => void;
  readonly hide: (id: string) => void;
  readonly mark: (id: string) => void;
  readonly note: (id: string, text: string) => void;
  readonly add: (types: string[], top: number) => void;
  readonly cancel: () => void;
  readonly close: () => void;
}

/** Who is chosen, with what may be done. */
export function chosenPanel(
  model: Model, words: Words, node: Node, marked: string | null, acts: Acts, language: string,
): TemplateResult {
  const button = (text: string, key: string, act: () => void): TemplateResult =>
    html`<button type="button" class="quiet" @click=${act}>${text} <kbd>${key}</kbd></button>`;
  const other = marked !== null && marked !== node.id;
  return html`<section aria-labelledby="mln-chosen"><h2 id="mln-chosen" class=${node.anchor === "terror" ? "anchor-t" : node.anchor === null ? "" : "anchor-c"}><bdi>${seen(node.caption)}</bdi></h2>
    <p class="second">${words.say(`schema ${node.schema}`)} · ${words.say("links of", { here: model.graph.degree(node.id), all: node.links })}</p>
    <p>${marksOf(words, node)}</p>
    <div class="acts"><a class="button quiet" href=${recordOf(language, node.record)}>${words.say("open")} <kbd>Enter</kbd></a>
      ${button(words.say("expand"), "x", () => acts.expand(node.id))}
      ${button(words.say(node.is_pinned ? "unpin" : "pin"), "p", () => acts.pin(node.id))}
      ${button(words.say("hide"), "Del", () => acts.hide(node.id))}
      ${button(words.say(other ? "path to here" : marked === node.id ? "path unmark" : "path from here"), "m", () => acts.mark(node.id))}</div>
    <label for="mln-note">${words.say("note")}</label>
    <textarea id="mln-note" maxlength="1000" .value=${node.note} @change=${(event: Event) => acts.note(node.id, (event.target as HTMLTextAreaElement).value)}></textarea>
  </section>`;
}

/** Counts first: what is around one, and what to add of it. */
export function expandPanel(
  words: Words, counts: Counts, progress: Progress | null, acts: Acts,
): TemplateResult {
  const types = Object.entries(counts.counts.by_type).sort((a, b) => b[1] - a[1]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const top = form.get("top") === "all" ? counts.counts.neighbours : Number(form.get("top"));
    acts.add(form.getAll("type").map(String), top);
  };
  return html`<section class="expand" aria-labelledby="mln-expand"><h2 id="mln-expand" tabindex="-1">${words.say("around", { n: counts.counts.neighbours })}</h2>
    <p class="second"><bdi>${seen(counts.caption)}</bdi></p>
    ${progress === null ? html`<form @submit=${submit}>
      <fieldset><legend>${words.say("only tied by")}</legend>${types.map(([type, count], n) => html`<div class="choice"><input type="checkbox" id="mln-t${n}" name="type" value=${type}><label for="mln-t${n}">${words.say(`channel ${type}`)} <span class="muted">${words.number(count)}</span></label></div>`)}</fieldset>
      <label for="mln-top">${words.say("how many")}</label>
      <select id="mln-top" name="top">${TOPS.map((top) => html`<option value=${top} ?selected=${top === 25}>${words.number(top)}</option>`)}<option value="all">${words.say("all", { n: counts.counts.neighbours })}</option></select>
      <div class="acts"><button>${words.say("add neighbours")}</button>
      <button type="button" class="quiet" @click=${acts.close}>${words.say("close")}</button></div></form>`
    : html`<label>${words.say("added", { done: progress.done, of: progress.of })} <progress max=${progress.of} .value=${progress.done}></progress></label>
      <button type="button" class="quiet" @click=${acts.cancel}>${words.say("cancel")}</button>`}
  </section>`;
}

/** One link that is looked at. */
export function linkPanel(model: Model, words: Words, link: Link, language: string): TemplateResult | typeof nothing {
  if (!model.has(link.from) || !model.has(link.to)) {
    return nothing;
  }
  return html`<section aria-labelledby="mln-link"><h2 id="mln-link"><bdi>${seen(model.node(link.from).caption)}</bdi> – <bdi>${seen(model.node(link.to).caption)}</bdi></h2>
    <dl class="pairs"><dt>${words.say("tied by")}</dt><dd>${channelsOf(words, link)}</dd>
    <dt>${words.say("direction")}</dt><dd>${words.say(`arrow ${link.arrow}`)}</dd>
    <dt>${words.say("kind")}</dt><dd>${words.say(`kind ${link.kind}`)}</dd>
    <dt>${words.say("strength")}</dt><dd>${link.strength.toFixed(2)}</dd>
    <dt>${words.say("times")}</dt><dd>${words.number(link.count)}</dd>
    <dt>${words.say("interval")}</dt><dd>${intervalOf(link)}</dd></dl>
    <div class="acts"><a class="button quiet" href=${tieOf(language, link)}>${words.say("statements")}</a></div></section>`;
}

/** What each sign of the picture means. */
export function legend(words: Words): TemplateResult {
  const shapes = [["○", "shape person"], ["□", "shape organisation"], ["▽", "shape place"], ["⬡", "shape vehicle"],
    ["▭", "shape document"], ["◫", "shape account"], ["◇", "shape thing"]] as const;
  const signs = [["▲", "anchor terror"], ["◆", "anchor crime"], ["◎", "sign protected"], ["◌", "sign hub"],
    ["━", "sign strength"], ["┈", "sign hearsay"], ["→", "sign arrow"], ["×2", "sign count"]] as const;
  return html`<details class="legend"><summary>${words.say("legend")}</summary><ul>${[...shapes, ...signs].map(([sign, key]) => html`<li><span class="sign" aria-hidden="true">${sign}</span> ${words.say(key)}</li>`)}</ul></details>`;
}

/** Which key does what. */
export function keys(words: Words): TemplateResult {
  const held = ["← → ↑ ↓", "Home", "b", "Enter", "x", "p", "m", "Del", "u", "t", "+ −", "0", "?"];
  return html`<details class="legend" id="mln-keys"><summary>${words.say("keys")}</summary><dl class="pairs">${held.map((key) => html`<dt><kbd>${key}</kbd></dt><dd>${words.say(`key ${key}`)}</dd>`)}</dl></details>`;
}
