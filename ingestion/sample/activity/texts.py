"""What people write: a pool of texts by language and intent, composed of phrases and slots.

`text_pool` gives the pool; activities refer to it by number, so that five million posts need a few thousand
texts. Must not live here: who writes what when (activities.py).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from ingestion.sample import company
from ingestion.sample.streams import Ints, stream

INTENTS = ("question", "problem", "praise", "idea", "chat", "answer")

_TEMPLATES: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "question": ("Does anybody know how to {do} with {p}?", "Quick question: can {p} {do}?",
            "How do I {do}? I have {p} {place}.",
                     "Is it normal that {p} {symptom} {when}?"),
        "problem": ("{p} {symptom} again {when}. Really annoying.", "Third time this week: {p} {symptom}.",
            "My {p} {symptom} since the last update. Help!",
                    "{brand} support, please: {p} {symptom} {when}.",
                        "Not happy. {p} {symptom} {place} and nobody answers."),
        "praise": ("{p} is simply great, works {place} without a hitch.", "Love how {p} lets me {do}.",
            "Well done {brand}, {p} is so much better now!",
                   "Two years of {p} {place} and not one problem. Recommended."),
        "idea": ("It would be great if {p} could {do}.", "Feature idea: let {p} {do} {when}.",
            "Dear {brand}, please make it possible to {do} with {p}."),
        "chat": ("Coffee first, then the rest of the day.", "Setting up {p} {place} today.",
            "Rainy walk, good podcast, home by six.",
                 "Anyone else watching the match {when}?", "New week, new list of things to fix {place}.",
                     "Found an old photo {place}, what a time."),
        "answer": ("Try to restart {p}, then {do}.", "Same here, it went away after I reset {p}.",
            "Go to settings, then {do}. Worked for me.",
                   "Check the cable {place} first, it {symptom} because of that."),
    },
    "de": {
        "question": ("Weiß jemand, wie man mit {p} {do} kann?", "Ist es normal, dass {p} {when} {symptom}?"),
        "problem": ("{p} {symptom} schon wieder {when}. Das nervt.",
            "Seit dem Update: {p} {symptom}. Hilfe, {brand}!"),
        "praise": ("{p} läuft {place} einwandfrei, klasse!", "Danke {brand}, {p} ist wirklich gut."),
        "idea": ("Schön wäre, wenn {p} {do} könnte.", "Idee: {p} sollte {when} {do} können."),
        "chat": ("Erst Kaffee, dann der Rest.", "Heute {p} {place} eingerichtet."),
        "answer": ("Starte {p} neu, dann geht es.", "Bei mir half ein Reset von {p}."),
    },
    "fr": {
        "question": ("Quelqu'un sait comment {do} avec {p} ?", "Est-ce normal que {p} {symptom} {when} ?"),
        "problem": ("{p} {symptom} encore {when}. Pénible.",
            "Depuis la mise à jour, {p} {symptom}. {brand} ?"),
        "praise": ("{p} marche très bien {place}, bravo {brand} !", "Ravi de {p}, rien à redire."),
        "idea": ("Ce serait bien que {p} puisse {do}.",),
        "chat": ("D'abord un café.", "J'installe {p} {place} ce soir."),
        "answer": ("Redémarre {p} et ça repart.",),
    },
    "es": {
        "question": ("¿Alguien sabe cómo {do} con {p}?", "¿Es normal que {p} {symptom} {when}?"),
        "problem": ("{p} {symptom} otra vez {when}. Qué pesadez.",
            "Desde la actualización {p} {symptom}. ¿{brand}?"),
        "praise": ("{p} funciona genial {place}, ¡gracias {brand}!",),
        "idea": ("Estaría bien que {p} pudiera {do}.",),
        "chat": ("Primero un café.", "Instalando {p} {place}."),
        "answer": ("Reinicia {p} y listo.",),
    },
    "pl": {
        "question": ("Czy ktoś wie, jak {do} z {p}?",),
            "problem": ("{p} znowu {symptom} {when}. Pomocy, {brand}!",),
        "praise": ("{p} działa {place} świetnie!",), "idea": ("Przydałoby się, żeby {p} mogło {do}.",),
        "chat": ("Najpierw kawa.", "Dziś montuję {p} {place}."), "answer": ("Zrestartuj {p}, pomogło.",),
    },
    "pt": {
        "question": ("Alguém sabe como {do} com {p}?",),
            "problem": ("{p} {symptom} de novo {when}. Socorro, {brand}!",),
        "praise": ("{p} funciona muito bem {place}!",), "idea": ("Seria bom se {p} pudesse {do}.",),
        "chat": ("Primeiro um café.", "Instalando {p} {place}."), "answer": ("Reinicia {p} que resolve.",),
    },
    "sv": {
        "question": ("Vet någon hur man kan {do} med {p}?",),
            "problem": ("{p} {symptom} igen {when}. Hjälp, {brand}!",),
        "praise": ("{p} fungerar jättebra {place}!",), "idea": ("Det vore bra om {p} kunde {do}.",),
        "chat": ("Först kaffe.", "Installerar {p} {place} idag."), "answer": ("Starta om {p}, det hjälpte.",),
    },
}  # fmt: skip

_SLOTS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {"do": ("set a schedule", "share access with a guest", "change the Wi-Fi name",
        "turn off the light ring", "pair a second unit",
                  "see last month's usage", "open a port", "use it with a screen reader"),
           "symptom": ("keeps dropping the connection", "loses its settings", "blinks red", "is slow",
               "does not answer", "reboots by itself"),
           "when": ("at night", "every morning", "since yesterday", "on weekends", "whenever it rains"),
           "place": ("in the kitchen", "in the office", "upstairs", "at my parents' house", "in the shop")},
    "de": {"do": ("einen Zeitplan anlegen", "Gäste einladen", "das WLAN umbenennen"),
        "symptom": ("bricht ab", "blinkt rot", "ist langsam"),
           "when": ("nachts", "jeden Morgen", "seit gestern"), "place": ("in der Küche", "im Büro",
               "im Laden")},
    "fr": {"do": ("créer un horaire", "inviter un ami", "renommer le Wi-Fi"), "symptom": ("se coupe",
        "clignote en rouge", "rame"),
           "when": ("la nuit", "chaque matin", "depuis hier"), "place": ("dans la cuisine", "au bureau")},
    "es": {"do": ("crear un horario", "invitar a alguien", "cambiar el nombre del wifi"),
        "symptom": ("se corta", "parpadea en rojo", "va lento"),
           "when": ("por la noche", "cada mañana", "desde ayer"), "place": ("en la cocina", "en la oficina")},
    "pl": {"do": ("ustawić harmonogram", "dodać gościa"), "symptom": ("się rozłącza", "miga na czerwono"),
           "when": ("w nocy", "od wczoraj"), "place": ("w kuchni", "w biurze")},
    "pt": {"do": ("criar um horário", "convidar alguém"), "symptom": ("cai", "pisca vermelho"),
           "when": ("à noite", "desde ontem"), "place": ("na cozinha", "no escritório")},
    "sv": {"do": ("ställa in ett schema", "bjuda in en gäst"), "symptom": ("tappar anslutningen",
        "blinkar rött"),
           "when": ("på natten", "sedan igår"), "place": ("i köket", "på kontoret")},
}  # fmt: skip
PER_CELL = 600  # most texts of one language and intent


@dataclass(frozen=True)
class TextPool:
    """Texts; `first` and `count` say where those of a language × intent lie (row-major), as for a matrix."""

    texts: list[str]
    intent: Ints
    language: Ints
    first: Ints
    count: Ints

    def draw(self, rng: np.random.Generator, language: Ints, intent: Ints) -> Ints:
        """The number of a text for each language and intent."""
        cell = language * len(INTENTS) + intent
        chosen: Ints = self.first[cell] + (rng.random(len(cell)) * self.count[cell]).astype(np.int64)
        return chosen


def _fill(template: str, language: str, brand: str, product: str) -> list[str]:
    slots = [name for name in ("do", "symptom", "when", "place") if "{" + name + "}" in template]
    return [
        template.format(p=product, brand=brand, **dict(zip(slots, values, strict=True)))
        for values in itertools.product(*(_SLOTS[language][name] for name in slots))
    ]


def text_pool(seed: int) -> TextPool:
    """The pool of the sample: every language and intent has its texts, at most `PER_CELL` of them."""
    rng = stream(seed, "texts")
    texts: list[str] = []
    cells: list[tuple[int, int, int, int]] = []
    for number, language in enumerate(company.LANGUAGES):
        for kind, intent in enumerate(INTENTS):
            found: list[str] = []
            for template in _TEMPLATES[language][intent]:
                for product in company.PRODUCTS:
                    names = (product.name, product.synonym) if language == "en" else (product.name,)
                    for name in names:
                        found += _fill(template, language, company.BRAND, name)
            found = sorted({t[0].upper() + t[1:] for t in found})
            kept = rng.permutation(len(found))[:PER_CELL]
            cells.append((len(texts), len(kept), kind, number))
            texts += [found[i] for i in kept]
    first, count, kinds, languages = (np.array(column, dtype=np.int64) for column in zip(*cells, strict=True))
    return TextPool(texts, np.repeat(kinds, count), np.repeat(languages, count), first, count)
