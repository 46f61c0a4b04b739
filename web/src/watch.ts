// Tells whoever has a hit or lead open that it changed: somebody decided, a statement was corrected.
//
// The page asks every fifteen seconds while it is looked at, and when it is looked at again. Without
// this script a verdict on what changed is refused when it is sent.

const EVERY = 15_000;
const held = document.querySelector<HTMLElement>("#watched");

function tell(page: HTMLElement, what: "changed" | "gone" | "over" | ""): void {
  for (const one of ["changed", "gone", "over"]) {
    const note = page.querySelector<HTMLElement>(`.${one}`);
    if (note !== null && note.hidden !== (one !== what)) {
      note.hidden = one !== what;
    }
  }
}

async function look(page: HTMLElement): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(page.dataset["watch"] ?? "", { redirect: "manual", cache: "no-store" });
  } catch {
    return;  // no service for a moment: asked again
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) {
    tell(page, "over");
  } else if (answer.status === 404 || answer.status === 403 || answer.status === 412) {
    tell(page, answer.status === 412 ? "changed" : "gone");
  } else if (answer.ok) {
    const said: unknown = await answer.json();
    const now = typeof said === "object" && said !== null && "state" in said ? said.state : "";
    tell(page, now === page.dataset["state"] ? "" : "changed");
  }
}

if (held !== null) {
  const again = (): void => {
    if (!document.hidden) {
      void look(held);
    }
  };
  setInterval(again, EVERY);
  document.addEventListener("visibilitychange", again);
}
