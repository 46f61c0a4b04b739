// Colours and letters of the chart, from the page's own tokens.

export interface Look {
  readonly paper: string; readonly ink: string; readonly second: string; readonly muted: string;
  readonly act: string; readonly terror: string; readonly crime: string; readonly guard: string;
  readonly font: string;
}

/** The look of the page as it is now; a forced palette has only the system's own colours. */
export function lookOf(element: Element): Look {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim() || "#000";
  const font = style.fontFamily || "system-ui, sans-serif";
  if (matchMedia("(forced-colors: active)").matches) {
    return {
      paper: "Canvas", ink: "CanvasText", second: "CanvasText", muted: "CanvasText",
      act: "Highlight", terror: "CanvasText", crime: "CanvasText", guard: "CanvasText", font,
    };
  }
  return {
    paper: token("--paper"), ink: token("--ink"), second: token("--ink-2"), muted: token("--ink-3"),
    act: token("--act"), terror: token("--anchor-t"), crime: token("--anchor-c"),
    guard: token("--guard"), font,
  };
}

/** Calls when the page's look changes; returns what ends that. */
export function onLook(changed: () => void): () => void {
  const asked = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)"]
    .map((one) => matchMedia(one));
  const watch = new MutationObserver(changed);
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  for (const one of asked) {
    one.addEventListener("change", changed);
  }
  return () => {
    watch.disconnect();
    for (const one of asked) {
      one.removeEventListener("change", changed);
    }
  };
}
