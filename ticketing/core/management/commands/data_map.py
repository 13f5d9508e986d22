import json
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from ticketing.core.privacy import declaration_of, models_with_tables, stored_fields

HEADINGS = ("field", "class", "basis", "kept")


class Command(BaseCommand):
    help = "Prints what each field of each table says about people, why and how long it is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["text", "json", "markdown"], default="text")

    def handle(self, **options: Any) -> None:
        tables = {
            model._meta.label: [
                (
                    field.name,
                    f"{fact.kind}, secret" if fact.is_secret else str(fact.kind),
                    str(fact.basis or ""),
                    str(fact.kept),
                )
                for field in stored_fields(model)
                for fact in [declaration_of(model)[field.name]]
            ]
            for model in models_with_tables()
        }
        show = {"text": as_text, "json": as_json, "markdown": as_markdown}[options["format"]]
        self.stdout.write(show(tables))


type Tables = dict[str, list[tuple[str, str, str, str]]]


def as_text(tables: Tables) -> str:
    return "\n\n".join(
        "\n".join([name, *("  {:24} {:18} {:20} {}".format(*row).rstrip() for row in rows)])
        for name, rows in tables.items()
    )


def as_markdown(tables: Tables) -> str:
    head = [line_of(HEADINGS), "| --- " * len(HEADINGS) + "|"]
    return "\n\n".join(
        "\n".join([f"## {name}", "", *head, *map(line_of, rows)]) for name, rows in tables.items()
    )


def line_of(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def as_json(tables: Tables) -> str:
    return json.dumps(
        {
            name: [dict(zip(HEADINGS, row, strict=True)) for row in rows]
            for name, rows in tables.items()
        },
        indent=2,
    )
