"""Money is whole numbers: no binary fraction comes near it."""

import ast
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
# Moments and pauses, in seconds: what the simulator counts that is no money.
SECONDS = {
    "payments/simulator/ledger.py": {
        "KEY_LIFETIME",
        "__init__",
        "now",
        "movements",
        "notice_failed",
    },
    "payments/simulator/notices.py": {"REST", "tell"},
    "payments/simulator/faults.py": {"order"},
    "payments/simulator/server.py": {"call", "found", "arrange"},
}
OF_MONEY = {"amount", "captured", "refunded", "fee", "price", "minor", "total"}


def fractions_in(path):
    """Where a file speaks of floats: the line, and what it stands in."""
    tree = ast.parse(path.read_text())
    within = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            within |= dict.fromkeys(map(id, ast.walk(node)), node.name)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            for part in ast.walk(node):
                within.setdefault(id(part), getattr(target, "id", getattr(target, "attr", "")))
    for node in ast.walk(tree):
        is_named = isinstance(node, ast.Name) and node.id == "float"
        is_written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if is_named or is_written:
            yield node.lineno, within.get(id(node), "")


def test_there_is_no_float_in_payments():
    found = {
        f"{name}:{line} in {place or 'the module'}"
        for path in sorted((BASE_DIR / "payments").rglob("*.py"))
        for name in [str(path.relative_to(BASE_DIR))]
        for line, place in fractions_in(path)
        if place not in SECONDS.get(name, set())
    }

    assert found == set()


def test_there_is_no_float_where_money_is_made():
    assert list(fractions_in(BASE_DIR / "ticketing" / "core" / "money.py")) == []


def test_money_is_divided_by_no_slash():
    """`/` makes a float of two whole numbers; `Money.split` and `share` do not."""
    divided = [
        f"{path.relative_to(BASE_DIR)}:{node.lineno}"
        for path in sorted((BASE_DIR / "payments").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        for part in ast.walk(node)
        if (getattr(part, "id", "") or getattr(part, "attr", "")) in OF_MONEY
    ]

    assert divided == []
