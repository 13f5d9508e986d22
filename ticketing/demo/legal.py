"""The texts that the law asks for."""

from datetime import datetime

from accounts.domain.legal_texts import publish_legal_text
from accounts.enums import LegalKind
from accounts.models import LegalText, User


def load_legal_texts(*, by: User, now: datetime) -> None:
    for (kind, language), body in LEGAL_TEXTS.items():
        text = LegalText(kind=kind, language=language, body=body)
        publish_legal_text(text, by=by, now=now)


LEGAL_TEXTS = {
    (LegalKind.IMPRINT, "en"): """\
## Who runs this site

The Village Hall Association, 1 Market Square, 12345 Sampleton.
Represented by Salma Staff. Write to [staff@example.org](mailto:staff@example.org).

*This is a demonstration: neither the association nor the square exist.*
""",
    (LegalKind.IMPRINT, "fr"): """\
## Qui tient ce site

L’Association de la salle des fêtes, 1 place du Marché, 12345 Exempleville.
Représentée par Salma Staff. Écrivez à [staff@example.org](mailto:staff@example.org).

*Ceci est une démonstration : ni l’association ni la place n’existent.*
""",
    (LegalKind.TERMS, "en"): """\
## What you buy

A ticket is a promise by the organizer to let you in. We sell it on the organizer’s behalf.

## What it costs

The price you see first is the price you pay. Fees and taxes are in it.

## When plans change

If an event is cancelled you get your money back without asking. If it is moved you may keep
your ticket or hand it back.
""",
    (LegalKind.TERMS, "fr"): """\
## Ce que vous achetez

Un billet est la promesse de l’organisateur de vous laisser entrer. Nous le vendons en son nom.

## Ce que cela coûte

Le prix affiché d’abord est le prix que vous payez. Frais et taxes y sont compris.

## Quand les plans changent

Si un événement est annulé, vous êtes remboursé sans avoir à le demander. S’il est déplacé,
vous pouvez garder votre billet ou le rendre.
""",
    (LegalKind.PRIVACY, "en"): """\
## What we keep

Your e-mail address and the names on your tickets, because without them there is no ticket.
What the law on invoices asks for. Nothing else.

## What we do not do

We do not follow you around, we sell nothing about you, and no other company’s scripts run here.
""",
    (LegalKind.PRIVACY, "fr"): """\
## Ce que nous gardons

Votre adresse e-mail et les noms sur vos billets, car sans eux il n’y a pas de billet.
Ce que la loi exige pour les factures. Rien d’autre.

## Ce que nous ne faisons pas

Nous ne vous suivons pas, nous ne vendons rien sur vous, et aucun script d’une autre entreprise
ne tourne ici.
""",
}
