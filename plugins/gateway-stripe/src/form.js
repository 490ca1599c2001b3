"use strict";
// Mounts Stripe's fields. Stripe wants its script to come from Stripe itself, at every look at the page.
(() => {
  const LIBRARY = "https://js.stripe.com/v3/";
  const PATIENCE = 20000;
  const place = document.getElementById("hosted-form");
  const settings = JSON.parse(place.dataset.settings);
  const paying = settings.what === "payment";

  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  const status = element("p", "text-secondary", "Loading the fields of our payment service…");
  status.setAttribute("role", "status");
  place.replaceChildren(status);

  const problem = element("div", "message tone-warning");
  problem.setAttribute("role", "alert");
  const say = (text) => {
    problem.replaceChildren(element("p", "", text));
    place.append(problem);
  };

  // What to do when Stripe's script does not come: blocked, or no way to the network.
  let done = false;
  const unavailable = () => {
    if (done) return;
    done = true;
    const again = element("button", "btn", "Try again");
    again.type = "button";
    again.addEventListener("click", () => location.reload());
    place.replaceChildren(again);
    say(
      "The fields of our payment service (js.stripe.com) could not be loaded. Nothing was charged. " +
        "Please check your connection, allow this page to load js.stripe.com if you block scripts, and try again" +
        (paying ? "; or choose another way to pay." : "."),
    );
  };

  const back = (intent) => {
    const address = new URL(settings.return_url);
    if (paying) address.searchParams.set("payment_intent", intent.id);
    location.replace(address);
  };

  const confirm = (stripe, options) => (paying ? stripe.confirmPayment(options) : stripe.confirmSetup(options));
  const confirmParams = { return_url: settings.return_url };

  const onClick = (button, act) => {
    button.type = "button";
    button.addEventListener("click", async () => {
      problem.remove();
      button.disabled = true;
      // If it succeeds, the browser has left this page.
      try {
        const { error } = await act();
        if (error) say(error.message || "That did not work. Please try again.");
      } catch {
        say("Our payment service did not answer. Please load this page again before you try once more.");
      }
      button.disabled = false;
    });
    return button;
  };

  // A stored method was charged, and the bank wants the payer's word.
  const stored = (stripe) => {
    const text = element("p", "", `Your bank wants you to confirm the payment with ${settings.method_label}.`);
    const button = element("button", "btn btn-primary", "Confirm the payment");
    const act = () =>
      stripe.confirmPayment({
        clientSecret: settings.client_secret,
        confirmParams: { ...confirmParams, payment_method: settings.method },
      });
    return [text, onClick(button, act), element("p", "text-secondary", "Or pay with something else:")];
  };

  const mount = (stripe) => {
    const elements = stripe.elements({ clientSecret: settings.client_secret });
    const fields = element("div", "");
    const button = element("button", "btn btn-primary", paying ? "Pay" : "Store");
    button.disabled = true;
    const first = paying && settings.method ? stored(stripe) : [];
    place.replaceChildren(...first, status, fields, onClick(button, () => confirm(stripe, { elements, confirmParams })));
    const form = elements.create("payment");
    form.on("ready", () => {
      done = true;
      status.remove();
      button.disabled = false;
    });
    form.on("loaderror", unavailable);
    form.mount(fields);
  };

  const start = async () => {
    try {
      const stripe = window.Stripe(settings.publishable_key);
      const asked = paying
        ? (await stripe.retrievePaymentIntent(settings.client_secret)).paymentIntent
        : (await stripe.retrieveSetupIntent(settings.client_secret)).setupIntent;
      if (!asked) return unavailable();
      // Paid already, in another window or a moment ago: the page we go back to asks what became of it.
      if (["succeeded", "processing", "requires_capture"].includes(asked.status)) return back(asked);
      mount(stripe);
    } catch {
      unavailable();
    }
  };

  const library = document.createElement("script");
  library.src = LIBRARY;
  library.async = true;
  library.addEventListener("load", start);
  library.addEventListener("error", unavailable);
  document.head.append(library);
  setTimeout(unavailable, PATIENCE);
})();
