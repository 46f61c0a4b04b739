// <mln-chart>: who is linked to whom, as a picture that is walked by hand or by keys, with a table
// that says the same. Everything on it comes from /api/v1 under the session; where there is no
// canvas there is the table alone.

import { html, nothing, type TemplateResult } from "lit";

import { Charted } from "./parts/charted";
import { chosenPanel, expandPanel, keys, legend, linkPanel, type Acts } from "./parts/panels";
import { seen } from "./parts/seen";
import { recordOf, twinOf } from "./parts/twin";
import { step } from "./parts/walking";
import type { Words } from "./parts/words";

/** Most that one map takes. */
const MAPPED = 500;

const FORMS = [["graphml", "GraphML"], ["gexf", "GEXF"], ["anx", "ANX (i2)"], ["ftm", "FollowTheMoney"]] as const;

export class Chart extends Charted {
  // -- keys

  private key(event: KeyboardEvent): void {
    const id = this.chosen;
    if (event.altKey || event.metaKey || (event.ctrlKey && event.key !== "z")) {
      return;
    }
    if (!this.keyed(event.key, id)) {
      return;
    }
    event.preventDefault();
  }

  private keyed(key: string, id: string | null): boolean {
    if (key.startsWith("Arrow")) {
      this.walk(key, id);
    } else if (key === "Home") {
      this.choose(this.first());
    } else if (key === "b") {
      const last = this.trail.pop();
      if (last !== undefined && this.model.has(last)) {
        this.choose(last);
        this.trail.pop();
      }
    } else if (key === "u" || key === "z") {
      this.takeBack();
    } else if (key === "t") {
      this.isTable = !this.isTable;
    } else if (key === "+" || key === "=" || key === "-") {
      this.stage?.zoom(key === "-" ? 1 / 1.3 : 1.3);
    } else if (key === "0") {
      this.stage?.fit();
    } else if (key === "?") {
      this.querySelector("#mln-keys")?.toggleAttribute("open");
    } else {
      return id !== null && this.keyedOne(key, id);
    }
    return true;
  }

  private keyedOne(key: string, id: string): boolean {
    if (key === "Enter") {
      location.assign(recordOf(this.language, this.model.node(id).record));
    } else if (key === "x") {
      void this.expand(id);
    } else if (key === "p") {
      this.pin(id);
    } else if (key === "m") {
      this.mark(id);
    } else if (key === "Delete" || key === "Backspace") {
      this.hide(id);
    } else {
      return false;
    }
    return true;
  }

  private walk(key: string, id: string | null): void {
    const { stage } = this;
    if (id === null || stage === null) {
      this.choose(this.first());
      return;
    }
    const near = this.model.neighbours(id).map((one) => stage.spot(one.id));
    const next = step(stage.spot(id), near, key);
    if (next === null) {
      this.said = this.words.say("no neighbour there");
    } else {
      this.choose(next);
    }
  }

  /** Who is begun with: an anchor, else whoever has the most links. */
  private first(): string | null {
    const scene = this.model.scene();
    let best: string | null = null;
    let most = -1;
    scene.nodes.forEach((node, n) => {
      const weight = (node.anchor === "terror" ? 2e6 : node.anchor === null ? 0 : 1e6) + (scene.degree[n] ?? 0);
      if (weight > most) {
        most = weight;
        best = node.id;
      }
    });
    return best;
  }

  // -- what is seen

  private get acts(): Acts {
    return {
      open: (id) => { this.keyedOne("Enter", id); },
      expand: (id) => { void this.expand(id); },
      pin: (id) => this.pin(id), hide: (id) => this.hide(id), mark: (id) => this.mark(id),
      note: (id, text) => {
        const node = this.model.node(id);
        const { note } = node;
        node.note = text;
        this.did("note", () => { node.note = note; }, id);
      },
      add: (types, top) => {
        if (this.counts !== null) {
          void this.add(this.counts.id, types, top).then(() => this.focusStage());
        }
      },
      cancel: () => this.stopping?.abort(),
      close: () => { this.counts = null; this.focusStage(); },
    };
  }

  override render(): TemplateResult {
    const w = this.words;
    return html`
      ${this.problem === "" ? nothing : html`<div class="errors" role="alert"><p>${this.problem}</p></div>`}
      ${this.tools(w)}
      ${this.found === null ? nothing : this.foundList(w)}
      <div class="chart-frame">
        ${this.isTable ? html`<div class="twin">${twinOf(this.model, w, this.twin, {
          choose: (id) => this.choose(id), expand: (id) => { void this.expand(id); },
          turn: (twin) => { this.twin = { ...this.twin, ...twin }; },
        }, this.language)}</div>`
        : html`<div class="stage" tabindex="0" role="application" aria-label=${w.say("stage")} aria-describedby="mln-said"
            @keydown=${(event: KeyboardEvent) => this.key(event)}><canvas aria-hidden="true"></canvas></div>`}
        <div class="side">${this.side(w)}</div>
      </div>
      <p class="chart-caption">${this.captionText(this.asOf)} ${[...this.codes].sort().map((code) => html`<span class="handling"><bdi>${code}</bdi></span> `)}</p>
      <p id="mln-said" class="said" role="status" aria-live="polite">${this.said}</p>
      ${legend(w)}${keys(w)}`;
  }

  private side(w: Words): TemplateResult | typeof nothing {
    if (this.counts !== null || this.progress !== null) {
      return this.counts === null
        ? html`<p>${w.say("added", { done: this.progress?.done ?? 0, of: this.progress?.of ?? 0 })}</p>`
        : expandPanel(w, this.counts, this.progress, this.acts);
    }
    if (this.link !== null) {
      return linkPanel(this.model, w, this.link, this.language);
    }
    if (this.chosen === null || !this.model.has(this.chosen)) {
      return html`<p class="muted">${this.model.size === 0 ? w.say("empty") : w.say("none chosen")}</p>`;
    }
    return chosenPanel(this.model, w, this.model.node(this.chosen), this.marked, this.acts, this.language);
  }

  private tools(w: Words): TemplateResult {
    const quiet = (key: string, act: () => void, isOff = false): TemplateResult =>
      html`<button type="button" class="quiet" ?disabled=${isOff} @click=${act}>${w.say(key)}</button>`;
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      const text = String(new FormData(event.target as HTMLFormElement).get("q") ?? "").trim();
      if (text !== "") {
        void this.search(text);
      }
    };
    return html`<div class="tools">
      <form role="search" class="row" @submit=${submit}><label for="mln-q">${w.say("add by words")}</label>
        <input type="search" id="mln-q" name="q"><button class="quiet">${w.say("search")}</button></form>
      <div class="row" role="group" aria-label=${w.say("tools")}>
        ${this.hasAttribute("data-no-picture") ? nothing : html`<button type="button" class="quiet" aria-pressed=${this.isTable ? "true" : "false"} @click=${() => { this.isTable = !this.isTable; }}>${w.say("as table")}</button>`}
        ${quiet("lay out", () => this.lay(), this.model.size < 2)}
        ${this.isTable ? nothing : html`${quiet("nearer", () => this.stage?.zoom(1.3))}${quiet("farther", () => this.stage?.zoom(1 / 1.3))}${quiet("whole", () => this.stage?.fit())}`}
        <button type="button" class="quiet" ?disabled=${this.undo.size === 0} title=${this.undo.last} @click=${() => this.takeBack()}>${w.say("undo")}</button>
        ${quiet("png", () => { void this.keepPicture("png"); }, this.model.size === 0)}
        ${quiet("svg", () => { void this.keepPicture("svg"); }, this.model.size === 0)}
        <span class="file"><label for="mln-form">${w.say("as file")}</label>
        <select id="mln-form">${FORMS.map(([form, name]) => html`<option value=${form}>${name}</option>`)}</select>
        ${quiet("keep file", () => { void this.keepFile(this.querySelector<HTMLSelectElement>("#mln-form")?.value ?? ""); }, this.model.size === 0)}</span>
        ${quiet("on a map", () => this.goToMap(), this.model.size === 0 || this.model.size > MAPPED)}
      </div>
      <div class="row"><label for="mln-title">${w.say("title")}</label>
        <input type="text" id="mln-title" maxlength="200" .value=${this.title_} @input=${(event: Event) => { this.title_ = (event.target as HTMLInputElement).value; }}>
        <button type="button" ?disabled=${this.model.size === 0} @click=${() => { void this.save(); }}>${w.say("save")}</button></div>
    </div>`;
  }

  /** Opens the places of all on the chart as it is now. */
  private goToMap(): void {
    const query = new URLSearchParams(this.model.ids().map((id) => ["id", id]));
    location.assign(`/${this.language}/map?${query.toString()}`);
  }

  private foundList(w: Words): TemplateResult {
    const found = this.found ?? [];
    return html`<div class="told"><p>${found.length === 0 ? w.say("found none") : w.say("found", { n: found.length })}</p>
      <ul class="facts">${found.map((one) => html`<li><button type="button" class="quiet" @click=${() => { void this.addOne(one.id); }}>${w.say("add")} <bdi>${seen(one.caption)}</bdi></button> <span class="second">${w.say(`schema ${one.schema}`)}</span></li>`)}</ul>
      <button type="button" class="quiet" @click=${() => { this.found = null; }}>${w.say("close")}</button></div>`;
  }
}

customElements.define("mln-chart", Chart);
