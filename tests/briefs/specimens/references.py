"""Specimens of the rules on footnotes and references."""

from tests.briefs.specimens.kit import added

FAIL = {
    "footnote-undefined": added(
        "The ferries ran late all spring.[^7]",
        message="write the note: [^7]: …",
        column=33,
    ),
    "footnote-unused": added(
        "[^7]: The timetable of the ferries, as the harbor master keeps it.",
        message="put the mark [^7] into the text, or remove the note",
        severity="warning",
    ),
    "footnote-doubled": added(
        "The ferries ran late.[^7]\n\n[^7]: The harbor master's log.\n\n[^7]: A captain's diary.",
        line="[^7]: A captain's diary.",
        message="give the note a mark of its own: [^7] stands at line 35",
    ),
    "link-unmade": added(
        "The [timetable][ferries] was not kept all spring.",
        message="write the link as [text](address)",
        column=15,
    ),
    "reference-unused": added(
        "[ferries]: https://www.atlanticoline.pt",
        message="refer to [ferries] in the text: by itself it is not shown",
        severity="warning",
    ),
    "source-promised": added(
        "The ferries ran late all spring [citation needed].",
        message="give the source in place of “[citation needed]”",
        column=33,
    ),
    "reference-lost": added(
        "The ferries, on which see section 9, ran late.",
        message="refer to a section that is there: none has the number 9",
        severity="warning",
        column=27,
    ),
}
