// A searchable select is named by its chosen value, so an empty one has no accessible name: it also gets its field's
// label.
(() => {
  "use strict";

  function add(element, id) {
    const named = (element.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    if (!named.includes(id)) element.setAttribute("aria-labelledby", [id, ...named].join(" "));
  }

  function name(select) {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const box = select.parentElement?.querySelector(".select2-selection[role=combobox]");
    if (!label || !box) return;
    label.id ||= `label-of-${select.id}`;
    add(box, label.id);
    box.querySelectorAll("[role=textbox]").forEach((text) => add(text, label.id));
  }

  const all = () => document.querySelectorAll("select.select2-hidden-accessible").forEach(name);
  // Other scripts create and recreate these selects at any time.
  new MutationObserver(all).observe(document.documentElement, { childList: true, subtree: true });
})();

// On a phone each cell of a list is labeled by its column, whose name the theme writes as stored: "due date". The style
// sheet hides the cells without a value there.
document.addEventListener("DOMContentLoaded", () => {
  for (const cell of document.querySelectorAll("#result_list [data-label]")) {
    const name = cell.dataset.label;
    cell.dataset.label = name.charAt(0).toUpperCase() + name.slice(1);
    cell.classList.toggle("blank", ["", "-"].includes(cell.textContent.trim()) && !cell.querySelector("input, img, svg"));
  }
});
