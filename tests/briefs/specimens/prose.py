"""Specimens of the rules on what no reader should see, and on how a text reads."""

from tests.briefs.specimens.kit import added

IMPACT = "## 4. Impact of the Current U.S. Administration on Bilateral Relations"

FAIL = {
    "guidance-left": added(
        "*This section should be written with care.*",
        message="remove the instruction to the author",
        column=2,
    ),
    "label-instructs": added(
        "- **List all islands here:** Faial and Pico.",
        message="name what follows instead",
        column=5,
    ),
    "placeholder-left": added(
        "The ferry to Flores carries [insert figure] of the mail.",
        message="write the text that “[insert figure]” stands for",
        column=29,
    ),
    "not-applicable-bare": added(
        "- **Ferries to Flores:** Not applicable.",
        message="say why this does not apply",
        severity="warning",
        column=26,
    ),
    "note-left": added(
        "*(Note: the timetable is not final.)*",
        message="date and sign the note, or remove it",
        column=2,
    ),
    "tracked-change-left": added(
        "The ferry to Flores {++always++} ran late.",
        message="decide the change and remove “{++always++}”",
        severity="warning",
        column=21,
    ),
    "html-left": added(
        "The ferry to Flores<br>ran late.",
        message="write Markdown instead of “<br>”: readers would see it",
        column=20,
    ),
    "emphasis-broken": added(
        r"\*\*The ferry to Flores ran late.\*\*",
        message="mend the emphasis: an asterisk is shown",
        column=2,
    ),
    "title-asserts": added(
        "That this administration would charter the ferries is hypothetical.",
        below=IMPACT,
        line=IMPACT,
        message="say in the title that this is hypothetical",
        severity="warning",
        node="8",
    ),
    "paragraph-long": added(
        " ".join(f"On day {n} the ferry reached quay {n} of its round." for n in range(19)),
        message="cut the paragraph in two: it has 209 words",
        severity="warning",
    ),
    "acronym-unexplained": added(
        "The ferries belong to the TMG of Horta.",
        message="write TMG out at its first use",
        severity="warning",
        column=27,
    ),
}
