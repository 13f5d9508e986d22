"""What the buyer sees at the simulator."""

from html import escape
from typing import Any

from payments.simulator.ledger import DELAYED, DISPUTED, PAYS, WITH_CHALLENGE

POLICY = "default-src 'none'; style-src 'self'; form-action *"
STYLE = """
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0; background: Canvas; color: CanvasText }
main { max-width: 26rem; margin: 8vh auto; padding: 0 1.25rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem }
.sum { font-size: 2rem; font-weight: 650; margin: 0 0 1.5rem }
.note { border-inline-start: .25rem solid #c77700; padding: .25rem .75rem; margin: 1rem 0 }
label { display: block; font-weight: 600; margin-block-end: .25rem }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .75rem; border: 1px solid #888;
    border-radius: .5rem; letter-spacing: .06em }
button { font: inherit; font-weight: 650; width: 100%; padding: .875rem; margin-block: 1rem .5rem;
    border: 0; border-radius: .5rem; background: #1b4fd1; color: #fff }
a { color: inherit } table { width: 100%; border-collapse: collapse; font-size: .9rem }
td { padding: .25rem 0; border-block-start: 1px solid #8885 } td:first-child { font-family: monospace; white-space: nowrap; padding-inline-end: .75rem }
"""
WORDS = {
    "declined": "The card was declined. Nothing was charged. Try another card.",
    "insufficient_funds": "The card has not enough money on it. Nothing was charged.",
    "card_unknown": "This is none of the simulator's cards.",
    "challenge_refused": "You did not confirm it. Nothing was charged.",
}
CARDS = (
    (PAYS, "pays"),
    (WITH_CHALLENGE, "asks to confirm (3-D Secure)"),
    ("4000000000000002", "is declined"),
    ("4000000000009995", "has not enough money"),
    (DELAYED, "arrives five seconds later"),
    (DISPUTED, "is disputed afterwards"),
)


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/style.css">'
        f"<main>{body}</main></html>"
    )


def spaced(card: str) -> str:
    return " ".join(card[at : at + 4] for at in range(0, len(card), 4))


def pay_page(shown: dict[str, Any], facts: dict[str, Any], sum_text: str, trouble: str) -> str:
    note = f'<p class="note" role="alert">{escape(WORDS[trouble])}</p>' if trouble in WORDS else ""
    cards = "".join(f"<tr><td>{spaced(card)}</td><td>{does}</td></tr>" for card, does in CARDS)
    return page(
        "Pay (simulated)",
        f"""<h1>{escape(str(facts.get("description", "")))}</h1><p class="sum">{escape(sum_text)}</p>
{note}<form method="post" action="/pay/{escape(shown["id"])}">
<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="off" value="{spaced(PAYS)}" required>
<button>Pay {escape(sum_text)}</button></form>
<p><a href="{escape(str(facts.get("return_url", "/")))}">Back without paying</a></p>
<p class="note">This is a simulation: no money moves. Its cards:</p><table>{cards}</table>""",
    )


def challenge_page(shown: dict[str, Any], sum_text: str) -> str:
    return page(
        "Confirm (simulated)",
        f"""<h1>Your bank asks</h1><p class="sum">{escape(sum_text)}</p>
<p>Do you want to pay this?</p><form method="post" action="/pay/{escape(shown["id"])}/challenge">
<button name="answer" value="yes">Yes, pay</button>
<button name="answer" value="no">No</button></form>""",
    )


def over_page(shown: dict[str, Any], facts: dict[str, Any]) -> str:
    words = "This was paid." if shown["captured"] else "This cannot be paid any more."
    back = escape(str(facts.get("return_url", "/")))
    return page("Pay (simulated)", f'<h1>{words}</h1><p><a href="{back}">Back</a></p>')
