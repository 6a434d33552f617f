"use strict";

const place = document.getElementById("documentation");

// For keyboards and screen readers. Swagger UI puts a link into the button that opens an operation, so that both take the
// focus, and gives the button that closes a dialog an icon alone.
const Accessible = ({ React }) => ({
  wrapComponents: {
    DeepLink: () => ({ text }) => React.createElement("span", { className: "nostyle" }, text),
    CloseIcon: () => () => "Close",
  },
});

SwaggerUIBundle({
  url: place.dataset.description,
  domNode: place,
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  plugins: [Accessible],
  syntaxHighlight: { theme: "tomorrow-night" },
  validatorUrl: null,
  onComplete: () => document.getElementById("servers")?.setAttribute("aria-label", "Server"),
});
