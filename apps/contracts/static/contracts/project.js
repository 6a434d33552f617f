"use strict";
// The project search of a service agreement offers the projects of the customer chosen above it.
django.jQuery(function ($) {
  const customer = $("#id_organization"), project = $("#id_project"), address = project.attr("data-ajax--url");
  function searchProjects() {
    const url = `${address}?customer=${encodeURIComponent(customer.val() || "")}`;
    if (project.hasClass("select2-hidden-accessible")) project.select2("destroy");
    project.removeData("ajax-Url").attr("data-ajax--url", url).djangoAdminSelect2();
  }
  customer.on("change", function () {
    project.val(null);
    searchProjects();
  });
  searchProjects();
});
