// The columns of a table by the keyboard, with what comes of the first records beside them.
//
// The form is the page's own and works without this: here Ctrl and an arrow lead from column to
// column, and each change is tried at once. Nothing is kept before the form is sent.

import { LitElement, html, nothing, type TemplateResult } from "lit";

interface Entity {
  line: number;
  schema: string;
  id: string;
  properties: Record<string, string[]>;
  rule?: string;
}

interface Mapped {
  schema: string;
  keys?: string[];
  properties: Record<string, { column?: string; columns?: string[]; entity?: string }>;
}

const PAUSE_MS = 250;
// Source: Unicode Standard Annex 9, and the control characters
const HIDDEN = /([\u200e\u200f\u202a-\u202e\u2066-\u2069\u0000-\u0008\u000b-\u001f\u007f-\u009f])/u;

function fields(form: HTMLFormElement, prefix: string): HTMLSelectElement[] {
  return [...form.querySelectorAll<HTMLSelectElement>(`select[name^="${prefix}"]`)];
}

function nameOf(select: HTMLSelectElement): string {
  return select.selectedOptions[0]?.textContent ?? "";
}

/** The mapping that a form says now, as the service takes it: JSON is YAML. */
function mappingOf(form: HTMLFormElement): string {
  const entities: Record<string, Mapped> = {};
  for (const one of fields(form, "schema-")) {
    if (one.value !== "") {
      entities[one.name.slice("schema-".length)] = { schema: one.value, properties: {} };
    }
  }
  for (const one of fields(form, "key-")) {
    const held = entities[one.name.split("-")[1] ?? ""];
    if (held !== undefined && one.value !== "") {
      held.keys = [...new Set([...(held.keys ?? []), nameOf(one)])];
    }
  }
  for (const one of fields(form, "end-")) {
    const [, name = "", prop = ""] = one.name.split("-");
    const held = entities[name];
    if (held !== undefined && one.value in entities) {
      held.properties[prop] = { entity: one.value };
    }
  }
  for (const one of fields(form, "column-")) {
    const [name = "", prop = ""] = one.value.split(".");
    const held = entities[name];
    const column = one.dataset["column"];
    if (held !== undefined && column !== undefined) {
      const before = held.properties[prop]?.columns ?? [];
      held.properties[prop] = { columns: [...before, column] };
    }
  }
  return JSON.stringify({ queries: [{ entities }] });
}

/** A value with the marks that would turn its direction, and what nobody sees, shown by their number. */
function marked(value: string): (string | TemplateResult)[] {
  return value.split(HIDDEN).map((part, at) => at % 2 === 0 ? part
    : html`<span class="mark">U+${part.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}</span>`);
}

class Mapper extends LitElement {
  static override properties = {
    upload: {}, csrf: {}, heading: {}, none: {}, rejected: {}, waiting: {}, keys: {},
    found: { state: true }, problem: { state: true }, isWaiting: { state: true },
  };

  declare upload: string;
  declare csrf: string;
  declare heading: string;
  declare none: string;
  declare rejected: string;
  declare waiting: string;
  declare keys: string;
  declare found: Entity[];
  declare problem: string;
  declare isWaiting: boolean;
  private timer = 0;
  private asking: AbortController | undefined;

  constructor() {
    super();
    this.found = [];
    this.problem = "";
    this.isWaiting = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this; // the page's own style holds here too
  }

  private get form(): HTMLFormElement | null {
    return this.closest("form");
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.form?.addEventListener("change", this.changed);
    this.form?.addEventListener("keydown", this.pressed);
    this.changed();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.form?.removeEventListener("change", this.changed);
    this.form?.removeEventListener("keydown", this.pressed);
    window.clearTimeout(this.timer);
    this.asking?.abort();
  }

  private readonly changed = (): void => {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => { void this.ask(); }, PAUSE_MS);
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const form = this.form;
    if (step === undefined || !event.ctrlKey || form === null) {
      return;
    }
    const all = fields(form, "column-");
    const at = all.indexOf(document.activeElement as HTMLSelectElement);
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    next?.focus();
    event.preventDefault();
  };

  private async ask(): Promise<void> {
    const form = this.form;
    if (form === null) {
      return;
    }
    this.asking?.abort();
    this.asking = new AbortController();
    this.isWaiting = true;
    try {
      const answer = await fetch(`/api/v1/onboardings/${encodeURIComponent(this.upload)}/preview`, {
        method: "POST", body: JSON.stringify({ mapping: mappingOf(form) }), signal: this.asking.signal,
        headers: { "content-type": "application/json", "x-csrf-token": this.csrf },
      });
      const said = (await answer.json()) as { items?: Entity[]; detail?: string };
      this.found = said.items ?? [];
      this.problem = answer.ok ? "" : said.detail ?? "";
    } catch (error) {
      if ((error as Error).name === "AbortError") {
        return;
      }
      this.problem = "";
    }
    this.isWaiting = false;
  }

  /** What the form calls a code, in the language of the page. */
  private called(ending: string, code: string): string {
    const one = this.form?.querySelector(`option[value$="${CSS.escape(ending)}"]`);
    return one?.textContent ?? code;
  }

  private row(one: Entity): TemplateResult {
    const values = Object.entries(one.properties).map(([prop, held]) => html`
      <span class="second">${this.called(`.${prop}`, prop)}</span>
      ${held.map((value) => html`<bdi>${marked(value)}</bdi> `)}`);
    const kind = one.schema === "" ? html`<span class="against">${this.rejected}</span>`
      : this.called(one.schema, one.schema);
    return html`<tr><td class="number">${one.line}</td><td>${kind}</td>
      <td>${one.rule === undefined ? values : html`<bdi lang="en" dir="ltr">${marked(one.rule)}</bdi>`}</td></tr>`;
  }

  protected override render(): TemplateResult {
    const table = html`<div class="table" tabindex="0" role="region" aria-label=${this.heading}>
      <table><tbody>${this.found.map((one) => this.row(one))}</tbody></table></div>`;
    return html`<h2>${this.heading}</h2><p class="muted">${this.keys}</p>
      <div aria-live="polite">${this.isWaiting ? html`<p class="muted">${this.waiting}</p>` : nothing}
      ${this.problem === "" ? nothing : html`<p class="told"><bdi>${this.problem}</bdi></p>`}
      ${this.found.length > 0 ? table : html`<p class="muted">${this.none}</p>`}</div>`;
  }
}

customElements.define("mln-mapper", Mapper);
