// "Review" shows the review in place of the form, and a refusal beside the input that it names, without loading a page;
// "Change" and the browser's back button return to the form as it was filled. Whatever else the site answers, such as the
// sign-in page, opens as a page; so does the review of a form with a password, because a wrong one must count once toward
// the lockout.
(() => {
  "use strict";

  const REFUSED = 422;
  const cardOf = (page) => page.querySelector(".confirm-card");
  const stepOf = (card) => card?.querySelector(".confirm-form [name=_step]")?.value;
  const rowsOf = (card) => card.querySelectorAll(".confirm-form > .group");
  const reasonsOf = (row) => row.querySelector(":scope > div:not(:first-child):has(> ul)");

  async function answered(form) {
    const fields = new FormData(form);
    const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
    const answer = await fetch(window.location.href, { method: "POST", body, redirect: "manual" });
    if (!answer.ok && answer.status !== REFUSED) return null;
    const card = cardOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
    return card && document.importNode(card, true);
  }

  function show(shown, next) {
    shown.replaceWith(next);
    const title = next.querySelector("h2");
    title.tabIndex = -1;
    title.focus();
    window.scrollTo(0, 0);
  }

  function showReview(filled, review) {
    const change = review.querySelector("[data-change]");
    change.hidden = false;
    change.addEventListener("click", () => history.back());
    history.pushState(null, "");
    window.addEventListener("popstate", () => show(review, filled), { once: true });
    clearRefusal(filled);
    show(filled, review);
  }

  function clearRefusal(filled) {
    filled.querySelector("[role=alert]")?.remove();
    filled.querySelectorAll(".errors").forEach((row) => {
      row.classList.remove("errors");
      reasonsOf(row).remove();
      row.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    });
  }

  function showRefusal(filled, refused) {
    clearRefusal(filled);
    const alert = refused.querySelector("[role=alert]");
    if (alert) filled.querySelector(".confirm-form").before(alert);
    const rows = rowsOf(filled);
    rowsOf(refused).forEach((row, place) => {
      if (!row.matches(".errors")) return;
      rows[place].classList.add("errors");
      rows[place].firstElementChild.after(reasonsOf(row));
      rows[place].querySelector("input, select, textarea")?.setAttribute("aria-invalid", "true");
    });
    filled.querySelector(".errors :is(input, select, textarea)")?.focus();
    (alert ?? filled.querySelector(".errors"))?.scrollIntoView({ block: "center" });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const filled = form.closest(".confirm-card");
    if (!filled || stepOf(filled) !== "review" || form.querySelector("[type=password]")) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const answer = await answered(form).catch(() => null);
    form.ariaBusy = null;
    if (!answer) form.submit();
    else if (stepOf(answer) === "confirm") showReview(filled, answer);
    else showRefusal(filled, answer);
  });

  // A form opens with the focus on its first empty required field, past the sidebar; not on a phone, whose keyboard would
  // open unasked.
  document.addEventListener("DOMContentLoaded", () => {
    const card = cardOf(document);
    if (!card || document.activeElement !== document.body || !matchMedia("(pointer: fine)").matches) return;
    const fields = [...card.querySelectorAll(".confirm-form :is(input, select, textarea)")];
    const isEmpty = (field) => field.required && field.value === "" && field.type !== "file" && field.offsetParent;
    fields.find(isEmpty)?.focus({ preventScroll: true });
  });
})();
