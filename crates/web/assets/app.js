// Makes pages nicer; every page works without it.
(() => {
  const all = (selector, root = document) => root.querySelectorAll(selector);

  // Light, dark, or as the system.
  const themeButtons = all("[data-theme-choice]");
  const markTheme = () => {
    for (const button of themeButtons) {
      const on = button.dataset.themeChoice === window.innkeeperTheme.chosen();
      button.setAttribute("aria-pressed", String(on));
    }
  };
  for (const button of themeButtons) {
    button.addEventListener("click", () => {
      window.innkeeperTheme.choose(button.dataset.themeChoice);
      markTheme();
    });
  }
  for (const group of all("[data-theme-switch]")) group.hidden = false;
  markTheme();

  // Forms that ask first, and forms that must not be sent twice.
  const dialog = document.getElementById("confirm");
  const agreed = new WeakSet();

  const ask = (form, submitter) => {
    dialog.querySelector(".confirm-question").textContent = form.dataset.confirm;
    dialog.querySelector("[data-confirm-go]").textContent =
      form.dataset.confirmLabel || "Continue";
    dialog.returnValue = "cancel";
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "go") return;
        agreed.add(form);
        form.requestSubmit(submitter);
      },
      { once: true },
    );
    dialog.showModal();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.swap) return;
    if (form.dataset.confirm && dialog && !agreed.has(form)) {
      event.preventDefault();
      ask(form, event.submitter);
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    // Later, because a disabled button's own name and value are not sent.
    setTimeout(() => {
      for (const button of all("button:not([type=button])", form)) button.disabled = true;
      event.submitter?.setAttribute("aria-busy", "true");
    });
  });

  // The back button brings a page back as it was left: sent. Undo that.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of all("form[data-sent]")) {
      delete form.dataset.sent;
      agreed.delete(form);
      for (const button of all("button", form)) {
        button.disabled = false;
        button.removeAttribute("aria-busy");
      }
    }
  });

  // What is done to each part of a page, also to one that came later.
  const enhance = (root) => {
    // Copy buttons.
    for (const button of all("[data-copy]", root)) {
      if (!navigator.clipboard) break; // not on plain http
      button.hidden = false;
      button.addEventListener("click", async () => {
        const source = button.parentElement.querySelector("[data-copy-source], pre");
        await navigator.clipboard.writeText(source.textContent);
        button.classList.add("copied");
        const label = button.querySelector("[data-copy-label]");
        const before = label ? label.textContent : button.getAttribute("aria-label");
        const say = (text) =>
          label ? (label.textContent = text) : button.setAttribute("aria-label", text);
        say("Copied");
        setTimeout(() => {
          button.classList.remove("copied");
          say(before);
        }, 2000);
      });
    }

    // Show what is typed into a password field.
    for (const button of all("[data-reveal]", root)) {
      const input = button.parentElement.querySelector("input");
      button.hidden = false;
      button.addEventListener("click", () => {
        const show = input.type === "password";
        input.type = show ? "text" : "password";
        button.setAttribute("aria-pressed", String(show));
      });
    }

    // Messages can be put away.
    for (const button of all("[data-dismiss]", root)) {
      button.hidden = false;
      button.addEventListener("click", () => button.parentElement.remove());
    }
  };
  enhance(document);

  // Takes a part of a page from a fresh copy of it.
  const swap = (html, selector) => {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(selector);
    const stale = document.querySelector(selector);
    if (!fresh || !stale) return null;
    stale.replaceWith(fresh);
    enhance(fresh);
    return fresh;
  };
  const text = async (address, options) => {
    const response = await fetch(address, options);
    if (!response.ok) throw new Error(String(response.status));
    return response.text();
  };

  // Parts that are slow to make come after the page.
  for (const part of all("[data-load]")) {
    part.setAttribute("aria-busy", "true");
    text(part.dataset.load)
      .then((html) => {
        swap(html, `#${part.id}`);
        // Forms that the answer fills in, unless somebody is typing there.
        for (const form of all("[data-loaded]")) {
          if (!form.contains(document.activeElement)) swap(html, `#${form.id}`);
        }
      })
      .catch(() => part.removeAttribute("aria-busy"));
  }

  // Prices that follow a choice.
  let asked = 0;
  for (const form of all("form[data-live]")) {
    form.addEventListener("change", async (event) => {
      const counts = (name) => ["cycle", "offer"].includes(name) || name.startsWith("options.");
      if (!counts(event.target.name)) return;
      const number = ++asked;
      const choices = new URLSearchParams([...new FormData(form)].filter(([name]) => counts(name)));
      const html = await text(`${location.pathname}?${choices}`).catch(() => null);
      if (!html || number !== asked) return;
      const others = [...all("[data-live-part]")].filter((part) => !part.contains(event.target));
      for (const part of others) swap(html, `#${part.id}`);
    });
  }

  // Small forms that change a part of the page in place.
  const count = document.querySelector("[data-cart-count]");
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.swap) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const html = await text(form.action, { method: "POST", body }).catch(() => null);
    const part = html && swap(html, form.dataset.swap);
    if (!part) return location.reload();
    part.tabIndex = -1;
    part.focus();
    if (count && part.dataset.count) {
      count.textContent = part.dataset.count;
      count.hidden = part.dataset.count === "0";
    }
  });

  // A page that came back with errors starts at their list.
  document.querySelector("[data-focus]")?.focus();

  // Parts that ask somebody slow come after the page.
  const fetchPart = async (part) => {
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(part.dataset.part, { redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...page.body.childNodes);
    } catch {
      // The link that is there already asks again.
    } finally {
      part.removeAttribute("aria-busy");
    }
  };
  for (const part of all("[data-part]")) fetchPart(part);

  // Fields that count only while another one has a certain answer.
  const valueOf = (form, name) => {
    const control = form.elements[name];
    if (!control) return [""];
    if (control.type === "checkbox") return control.checked ? ["true", "1", "on"] : ["false", ""];
    return [control.value];
  };
  const showConditional = (form) => {
    for (const field of form.querySelectorAll("[data-when]")) {
      const wanted = field.dataset.whenAny.split("|");
      field.hidden = !valueOf(form, field.dataset.when).some((value) => wanted.includes(value));
    }
  };
  for (const form of document.forms) showConditional(form);
  document.addEventListener("change", (event) => {
    if (event.target.form) showConditional(event.target.form);
  });

  // One key to the search box.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const box = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!box) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
