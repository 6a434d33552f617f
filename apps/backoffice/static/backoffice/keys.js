// Keyboard shortcuts, and copying by the palette's command and by buttons. The page `admin/keys/` lists the shortcuts.
(() => {
  "use strict";

  const WAIT = 1200;
  let first = "";
  let forget = 0;

  const typing = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

  const page = () => document.querySelector("meta[name=keys-page]")?.content;

  async function show() {
    const open = document.querySelector("dialog.keys");
    if (open) {
      open.close();
      return;
    }
    const answer = await fetch(`${page()}?panel=1`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const dialog = document.createElement("dialog");
    dialog.className = "keys";
    dialog.setAttribute("aria-labelledby", "keys-title");
    dialog.innerHTML = await answer.text();
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  async function go(letter) {
    const answer = await fetch(`${page()}?go=${encodeURIComponent(letter)}`, { credentials: "same-origin" });
    if (answer.ok) window.location = (await answer.json()).link;
  }

  document.addEventListener("keydown", (event) => {
    if (!page() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      show();
    } else if (first === "g" && /^[a-z]$/.test(event.key)) {
      first = "";
      event.preventDefault();
      go(event.key);
    } else {
      first = event.key;
      clearTimeout(forget);
      forget = setTimeout(() => (first = ""), WAIT);
    }
  });

  // The theme opens the palette only if no field has the focus: leave the field first.
  document.addEventListener(
    "keydown",
    (event) => {
      const opens = event.key === "k" && (event.ctrlKey || event.metaKey);
      if (opens && typing(event.target) && event.target.id !== "search-input-command") event.target.blur();
    },
    true,
  );

  // The theme focuses the palette 20 ms after it opens it; on a busy machine that is before it is shown.
  document.addEventListener("DOMContentLoaded", () => {
    const palette = document.getElementById("search-input-command");
    if (palette) new IntersectionObserver((seen) => seen.at(-1).isIntersecting && palette.focus()).observe(palette);
  });

  function say(text) {
    const note = document.createElement("p");
    note.className = "said";
    note.setAttribute("role", "status");
    document.body.append(note);
    note.textContent = text;
    setTimeout(() => note.remove(), 4000);
  }

  // A palette result `#copy=<id>` opens nothing and copies the id to the clipboard.
  async function copy() {
    const found = /^#copy=(.+)$/.exec(window.location.hash);
    if (!found) return;
    const text = decodeURIComponent(found[1]);
    history.replaceState(null, "", window.location.pathname + window.location.search);
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    document.getElementById("search-input-command")?.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    say((await put(text)) ? `Copied ${text}` : `This browser does not let a page copy. The id is ${text}`);
  }

  // Over plain http a page has no clipboard API, but can still copy the selection.
  async function put(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return putSelected(text);
    }
  }

  function putSelected(text) {
    const before = document.activeElement;
    const area = document.createElement("textarea");
    area.className = "sr-only";
    area.readOnly = true;
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    before?.focus();
    return copied;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const copied = await put(source.value);
    if (!copied) source.select();
    say(copied ? "Copied" : "Press Ctrl C: this browser does not let a page copy");
  });

  window.addEventListener("hashchange", copy);
})();
