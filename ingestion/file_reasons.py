"""Why a file may not count as a whole: every code of the ledger's failed files, in a sentence for the reference.

What a run says of a file is more exact: it names the place and the value seen. Must not live here: why a record is
rejected (quarantine.py).
"""

from __future__ import annotations

from collections.abc import Mapping

FILE_REASONS: Mapping[str, str] = {
    "another_format": "No record is of the source's format, and the file looks like another one.",
    "bad_encoding": "The text is not of the encoding that it should be; set 'encoding' of the source.",
    "bad_name": "The name of the file cannot be kept; rename it.",
    "carriage_returns": "Lines end with carriage returns alone, as programs of the last century wrote them.",
    "changed_while_read": "The file changed while it was read; the next run reads it again.",
    "count_mismatch": "A second, independent count of the records found another number.",
    "cut_off": "A feed ends before it is closed; fetch it again.",
    "damaged": "What is compressed does not unpack, or a feed cannot be taken apart.",
    "duplicate_header": "The header names a column that is needed twice.",
    "empty": "The file holds no record; nothing is wrong with that.",
    "empty_file": "The file has not even a header, or a feed.",
    "entity_declaration": "A feed declares XML entities, which no feed needs and attacks use.",
    "feed_too_large": "A feed is larger than what is read as a whole.",
    "gone": "The file is a link to nothing, or went since it was listed.",
    "line_too_long": "A line is so long that this is no text with one record a line.",
    "lost": "The landed rows were altered, and the file they came from is gone from the landing folder.",
    "missing_column": "A column that is required, and mapped, is not in the file.",
    "no_known_record": "The file is laid out as it should be, but no record is of a kind that is read.",
    "not_a_feed": "The file is no RSS or Atom.",
    "not_delimited": "The file is no delimited text.",
    "not_json": "The file is one JSON value that holds no records.",
    "not_mapped": "A value breaks the format's mapping: a fault of the program, to be reported.",
    "not_parquet": "A Parquet file is cut off or damaged.",
    "not_permitted": "The user of the run may not read the file.",
    "not_readable": "The disk or share does not give the bytes, or this is no file.",
    "not_supported": "The file is encrypted, or packed or nested in a way that is not known.",
    "other_endpoint": "The answer is of another endpoint of the platform, which the sentence names.",
    "other_object": "The file holds an object of Salesforce that is not read.",
    "outside_folder": "The file is a link that leads out of the source's folder.",
    "records_differ": "A block of records reads as another number of them: delimiter or quotes are others.",
    "too_many_members": "An archive holds more members than any export does.",
    "too_many_rejected": "More records were rejected than quality.max_rejected_share allows: the file is misread.",
    "truncated": "Compressed data ends too early; fetch the file again.",
    "unclosed_quotes": "Quotes are opened and never closed: this is no CSV as CSV quotes.",
    "unknown_object": "The header is of no Salesforce object that is read.",
    "value_too_large": "One value is larger than what is held in memory; write one record a line.",
    "zip_bomb": "The archive unpacks to so much more than its size that it is an attack.",
}
