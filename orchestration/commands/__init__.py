"""The commands of `scrm`, grouped by what they speak of. They parse, call and print; no rule lives here."""
