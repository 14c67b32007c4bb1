// More suggestions for a field as somebody types. The page brings those that are used most; without a script they are all there are.
const PAUSE = 150; // milliseconds without a further letter
let waiting = 0;
let asked = null;

async function suggest(field) {
  asked?.abort();
  asked = new AbortController();
  const typed = field.value;
  try {
    const answer = await fetch(`${field.dataset.suggestions}?${new URLSearchParams({ q: typed })}`, { signal: asked.signal });
    if (!answer.ok || !field.isConnected || field.value !== typed) return;
    const names = await answer.json();
    field.list?.replaceChildren(...names.map((value) => Object.assign(document.createElement("option"), { value })));
  } catch { /* those that are there stay */ }
}

document.addEventListener("input", ({ target, isComposing }) => {
  if (!target.dataset?.suggestions || isComposing) return;
  clearTimeout(waiting);
  // One that was chosen needs no others.
  if ([...target.list?.options ?? []].some(({ value }) => value === target.value)) return;
  waiting = setTimeout(suggest, PAUSE, target);
});
