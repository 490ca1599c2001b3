"use strict";
// Draws the fields for a test card. A real vendor draws its own, in a frame of its own.
(() => {
  const place = document.getElementById("hosted-form");
  const settings = JSON.parse(place.dataset.settings);
  const cards = [
    ["4242424242424242", "Good"],
    ["4000000000000002", "Declined"],
    ["4000000000000077", "Pays after a while"],
    ["4000000000000101", "Declined after a while"],
    ["4000000000003220", "Wants a confirmation"],
  ];
  const label = document.createElement("label");
  label.className = "form-label";
  label.htmlFor = "test-card";
  label.textContent = "Test card";
  const choice = document.createElement("select");
  choice.className = "form-select";
  choice.id = "test-card";
  for (const [number, text] of cards) {
    choice.append(new Option(`${number} (${text})`, number));
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-primary";
  button.textContent = settings.what === "payment" ? "Pay" : "Store this card";
  button.addEventListener("click", () => {
    const back = new URL(settings.return_url);
    for (const name of ["what", "id", "token"]) {
      back.searchParams.set(name, settings[name]);
    }
    back.searchParams.set("number", choice.value);
    button.disabled = true;
    location.assign(back);
  });
  place.replaceChildren(label, choice, button);
})();
