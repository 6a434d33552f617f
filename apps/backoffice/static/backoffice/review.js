// "Review" shows the review in place of the form, without loading a page; "Change" and the browser's back button return
// to the form as it was filled. Whatever is not a review, such as a refused input, opens as a page; so does the review of
// a form with a password, because a wrong one must count once toward the lockout.
(() => {
  "use strict";

  const cardOf = (page) => page.querySelector(".confirm-card");
  const stepOf = (card) => card?.querySelector(".confirm-form [name=_step]")?.value;

  async function reviewed(form) {
    const fields = new FormData(form);
    const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
    const answer = await fetch(window.location.href, { method: "POST", body, redirect: "manual" });
    if (!answer.ok) return null;
    const card = cardOf(new DOMParser().parseFromString(await answer.text(), "text/html"));
    return stepOf(card) === "confirm" ? document.importNode(card, true) : null;
  }

  function show(shown, next) {
    shown.replaceWith(next);
    const title = next.querySelector("h2");
    title.tabIndex = -1;
    title.focus();
    window.scrollTo(0, 0);
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const filled = form.closest(".confirm-card");
    if (!filled || stepOf(filled) !== "review" || form.querySelector("[type=password]")) return;
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const review = await reviewed(form).catch(() => null);
    form.ariaBusy = null;
    if (!review) {
      form.submit();
      return;
    }
    const change = review.querySelector("[data-change]");
    change.hidden = false;
    change.addEventListener("click", () => history.back());
    history.pushState(null, "");
    window.addEventListener("popstate", () => show(review, filled), { once: true });
    show(filled, review);
  });
})();
