// The back office's own behaviour: steps of a page, previews of Markdown, units of prices.
// Without it all steps stand one below the other.

const byId = (id) => document.getElementById(id);

class Steps {
    constructor(root) {
        this.tabs = [...root.querySelectorAll("[role=tab]")];
        this.panels = this.tabs.map((tab) => byId(tab.getAttribute("aria-controls")));
        this.list = root.querySelector("[role=tablist]");
        this.list.hidden = false;
        this.tabs.forEach((tab, index) => {
            this.panels[index].setAttribute("role", "tabpanel");
            tab.addEventListener("click", () => this.open(index, { tell: true }));
        });
        this.list.addEventListener("keydown", (event) => this.onKey(event));
        for (const button of root.querySelectorAll("[data-next]")) {
            button.hidden = false;
            button.addEventListener("click", () => {
                this.open(this.indexOf(button.dataset.next), { tell: true });
                this.list.scrollIntoView({ block: "start" });
            });
        }
        window.addEventListener("hashchange", () => this.follow());
        const form = root.closest("form");
        // The step that was open is open again afterwards.
        form?.addEventListener("submit", () => {
            const address = new URL(window.location.href);
            address.hash = this.panels[this.current].id;
            form.action = address.href;
        });
        const wrong = this.panels.findIndex((panel) => panel.hasAttribute("data-wrong"));
        if (wrong >= 0) this.open(wrong);
        else if (!this.follow()) this.open(0);
    }

    indexOf(key) {
        return this.panels.findIndex((panel) => panel.id === `step-${key}`);
    }

    /** To the step, or to the field in it, that the address names. */
    follow() {
        const wanted = byId(window.location.hash.slice(1));
        const index = this.panels.findIndex((panel) => panel.contains(wanted));
        if (!wanted || index < 0) return false;
        this.open(index);
        if (wanted !== this.panels[index]) {
            wanted.scrollIntoView({ block: "center" });
            wanted.focus({ preventScroll: true });
        }
        return true;
    }

    open(wanted, { tell = false } = {}) {
        this.current = wanted;
        this.tabs.forEach((tab, index) => {
            tab.setAttribute("aria-selected", String(index === wanted));
            tab.tabIndex = index === wanted ? 0 : -1;
            this.panels[index].hidden = index !== wanted;
        });
        this.tabs[wanted].scrollIntoView({ block: "nearest", inline: "nearest" });
        if (tell) history.replaceState(null, "", `#${this.panels[wanted].id}`);
    }

    onKey(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = (this.current + step + this.tabs.length) % this.tabs.length;
        this.open(next, { tell: true });
        this.tabs[next].focus();
    }
}

const withPreview = (field) => {
    const text = field.querySelector("textarea");
    const button = field.querySelector("button");
    const shown = field.querySelector(".office-markdown-shown");
    button.hidden = false;
    button.addEventListener("click", async () => {
        if (!shown.hidden) {
            shown.hidden = true;
            text.hidden = false;
            button.textContent = button.dataset.look;
            return;
        }
        const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
        const body = new URLSearchParams({ text: text.value });
        const answer = await fetch(field.dataset.preview, {
            method: "POST",
            body,
            headers: { "X-CSRFToken": token },
        });
        if (!answer.ok) return;
        shown.innerHTML = await answer.text(); // sanitised by the server
        shown.style.minHeight = `${text.offsetHeight}px`;
        shown.hidden = false;
        text.hidden = true;
        button.textContent = button.dataset.write;
    });
};

const withColour = (field) => {
    const text = field.querySelector("input[type=text]");
    const chosen = field.querySelector("input[type=color]");
    if (!text || !chosen) return;
    chosen.hidden = false;
    chosen.addEventListener("input", () => {
        text.value = chosen.value;
    });
    text.addEventListener("input", () => {
        if (/^#[0-9a-f]{6}$/i.test(text.value)) chosen.value = text.value;
    });
};

/** Prices say which currency they are typed in. */
const followCurrency = (select) => {
    const tell = () => {
        for (const input of document.querySelectorAll("input.money")) {
            const unit = input.parentElement.querySelector("span");
            if (unit) unit.textContent = select.value;
        }
    };
    select.addEventListener("change", tell);
    window.django?.jQuery?.(select).on("change", tell); // the theme's list tells jQuery alone
};

/** One row for each of several pictures, so that each gets its own words. */
const withSeveral = (place) => {
    const group = place.closest("[data-inline-type]");
    const chosen = place.querySelector("input");
    const told = place.querySelector("[data-words]");
    place.hidden = false;
    chosen.addEventListener("change", () => {
        for (const file of chosen.files) {
            group.querySelector("a.add-row").click();
            const inputs = group.querySelectorAll("input[type=file][name]:not([name*=__prefix__])");
            const one = new DataTransfer();
            one.items.add(file);
            inputs[inputs.length - 1].files = one.files;
        }
        chosen.value = "";
        told.textContent = told.dataset.words;
    });
};

window.addEventListener("load", () => {
    document.querySelectorAll("[data-several]").forEach(withSeveral);
    document.querySelectorAll("[data-steps]").forEach((root) => new Steps(root));
    document.querySelectorAll(".office-markdown").forEach(withPreview);
    document.querySelectorAll(".office-colour").forEach(withColour);
    const currency = byId("id_currency");
    if (currency) followCurrency(currency);
});
// Rows that are added come from a template that has no listeners yet.
document.addEventListener("formset:added", (event) => {
    event.target.querySelectorAll?.(".office-markdown").forEach(withPreview);
});
