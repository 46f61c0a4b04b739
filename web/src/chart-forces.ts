// The worker of the chart: lays out until its time is over, and tells the places now and then.

import { Laying, type Forces } from "./parts/forces";

interface Asked { readonly forces: Forces; readonly milliseconds: number }

const EVERY = 250;

self.addEventListener("message", (event: MessageEvent<Asked>) => {
  const laying = new Laying(event.data.forces);
  const begun = performance.now();
  const end = begun + event.data.milliseconds;
  let told = begun;
  let places = laying.run(1);
  for (let now = performance.now(); now < end; now = performance.now()) {
    places = laying.run(2);
    if (now - told > EVERY) {
      told = now;
      self.postMessage({ ...places, isDone: false });
    }
  }
  self.postMessage({ ...places, isDone: true });
});
