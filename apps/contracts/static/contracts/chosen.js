"use strict";
// Select2 tells jQuery alone of a choice; what listens to the page's own events hears of it here.
django.jQuery(function ($) {
  $(".admin-autocomplete").on("select2:select select2:clear", function () {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
