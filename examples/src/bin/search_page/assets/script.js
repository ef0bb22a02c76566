"use strict";

// Completion in the search box: a combobox with a listbox, as in the ARIA Authoring Practices
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without this script the box is a plain form.
(() => {
  const input = document.getElementById("q");
  const list = document.getElementById("completions");
  const status = document.getElementById("completions-status");
  if (!input || !list || !status) return;

  /** Milliseconds without a key after which completions are asked for. */
  const PAUSE = 60;

  let waiting = 0;
  let asking = null;
  /** The number of the option that is chosen, -1 if none is. */
  let chosen = -1;
  /** What the reader typed, for the box while options are chosen. */
  let typed = input.value;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const isOpen = () => !list.hidden;

  const close = () => {
    clearTimeout(waiting);
    asking?.abort();
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === chosen));
    });
    const option = list.children[chosen];
    input.value = option ? option.dataset.text : typed;
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const open = (completions) => {
    close();
    if (completions.length === 0) return;
    completions.forEach(({ text, articles }, index) => {
      const option = document.createElement("li");
      option.id = `completion-${index}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = text;
      const name = document.createElement("span");
      name.textContent = text;
      const count = document.createElement("span");
      count.className = "count";
      count.textContent = `${articles.toLocaleString("vi")} bài`;
      option.append(name, count);
      list.append(option);
    });
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = `${completions.length} gợi ý`;
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`/suggest?q=${encodeURIComponent(typed)}`, { signal });
      const completions = answer.ok ? await answer.json() : [];
      if (!signal.aborted) open(completions);
    } catch {
      // The next key has asked anew, or the server is gone: the box works without completions.
    }
  };

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(waiting);
    if (typed.trim() === "") {
      close();
    } else {
      waiting = setTimeout(ask, PAUSE);
    }
  });

  input.addEventListener("keydown", (event) => {
    // Keys that belong to a Vietnamese input method.
    if (event.isComposing) return;
    const last = list.children.length - 1;
    switch (event.key) {
      case "ArrowDown":
        if (!isOpen()) {
          if (typed.trim() !== "") ask();
        } else {
          choose(chosen < last ? chosen + 1 : -1);
        }
        break;
      case "ArrowUp":
        if (!isOpen()) return;
        choose(chosen === -1 ? last : chosen - 1);
        break;
      case "Escape":
        if (!isOpen()) return;
        input.value = typed;
        close();
        break;
      case "Tab":
        close();
        return;
      default:
        return;
    }
    event.preventDefault();
  });

  // The box keeps the focus while an option is pressed.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    input.value = option.dataset.text;
    input.form.requestSubmit();
  });

  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
})();

// On a wide screen the style shows what is folded anyway. It is opened too, so that whoever asks the
// page rather than the screen is told the same.
(() => {
  const wide = window.matchMedia("(min-width: 54.01rem)");
  const unfold = () => {
    for (const folded of document.querySelectorAll(".folded")) folded.open = wide.matches;
  };
  wide.addEventListener("change", unfold);
  unfold();
})();
