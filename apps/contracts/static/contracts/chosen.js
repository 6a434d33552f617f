"use strict";
// Select2 reports a choice only through jQuery; this forwards it as a DOM event.
django.jQuery(function ($) {
  $(".admin-autocomplete").on("select2:select select2:clear", function () {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  });
});
