"""What each entry of the type language means, in a sentence: for editors and for docs/types.md.

A test sees to it that none lacks, and that none is explained that is not there.
"""

from typing import Final

ENTRIES: Final = {
    "Test.one_of": "The value is one of these.",
    "Test.at_least": "The value is this release or a later one, as v1.21.",
    "Length.min": "The least number of characters; of a list, of entries.",
    "Length.max": "The greatest number.",
    "Pattern.includes": "What the value must hold, as a regular expression.",
    "Pattern.excludes": "What the value must not hold, as a regular expression.",
    "Pattern.rule": "The rule that speaks, where the family has a name for it.",
    "Pattern.message": "What the finding says to do; else it quotes the expression.",
    "FrontKey.kind": "What the value is; see the kinds below.",
    "FrontKey.required": "The key must be there, with a value.",
    "FrontKey.required_when": "The key must be there where other keys have these values.",
    "FrontKey.only_then": "The key may stand only where `required_when` asks for it.",
    "FrontKey.one_of": "The values that there are; a condition takes any other for each of them.",
    "FrontKey.length": "How long the value is.",
    "FrontKey.patterns": "What the value must or must not hold.",
    "FrontKey.rules": "The names under which a broken constraint is reported, by constraint.",
    "FrontKey.guide": "A sentence for authors: what to write here.",
    "FrontMatterType.style": "How the front matter is written: `yaml`, `lines` or `beside`.",
    "FrontMatterType.file": "The name of the file, where the front matter stands beside the text.",
    "FrontMatterType.keys": "The keys, in their order; any other is a finding.",
    "Items.min": "How many items the list has at least.",
    "Items.numbered": "The items are numbered.",
    "Items.complete": "The list leaves nothing out, and so holds no “etc.”.",
    "FieldType.title": "The label.",
    "FieldType.aliases": "Other labels that are found as this field.",
    "FieldType.required": "The field must be there.",
    "FieldType.words": "How many words a full field holds; 0 asks nothing.",
    "FieldType.items": "The field is a list.",
    "FieldType.must_hold": "What the text must state, or it is an error.",
    "FieldType.should_hold": "What the text should state, or it is a warning.",
    "FieldType.guide": "A sentence for authors: what to write here.",
    "Facet.title": "What the part is, as a finding names it.",
    "Facet.pattern": "Words that mark the part, as a regular expression.",
    "Band.section": "The path of the other section.",
    "Band.percent": "The least share of its words, and of its sources, in percent.",
    "SectionType.path": "The section's name in records and sign-offs, as 7.1; it stands once.",
    "SectionType.title": (
        "The title; in one of the form `title`, a word in braces stands for any text."
    ),
    "SectionType.form": (
        "`title`: the heading of level 1; `heading`: one of `level`; `block`: a bold label alone "
        "on its line."
    ),
    "SectionType.level": "The level of the heading, 1 to 6.",
    "SectionType.aliases": "Other titles that are found as this section.",
    "SectionType.required": "The section must be there.",
    "SectionType.required_when": (
        "The section must be there where the front matter has these values; replaces `required`."
    ),
    "SectionType.extras": "Headings that the type does not name may stand within.",
    "SectionType.weight": (
        "Its share of the score, in proportion to the weights of all; 0 is not scored."
    ),
    "SectionType.floor": "The least part of its own points without which the brief does not pass.",
    "SectionType.words": "How many words a full section holds; 0 asks nothing.",
    "SectionType.prose": "Only words in full sentences outside of lists count.",
    "SectionType.sources": "How many sources a full section names: links and footnotes.",
    "SectionType.sources_required": "Without any source the section is in error.",
    "SectionType.recommendations": "How many sentences say who should do what, at least.",
    "SectionType.matches": "Another section that this one is to match in words and sources.",
    "SectionType.history": "It tells the past: its claims do not lapse.",
    "SectionType.bare": "Its bullets need no labels, whatever the neighbours' have.",
    "SectionType.items": "The section is a list.",
    "SectionType.must_hold": "What the text must state, or it is an error.",
    "SectionType.should_hold": "What the text should state, or it is a warning.",
    "SectionType.facets": "Parts that the text must have.",
    "SectionType.fields": "Its fields, in their order.",
    "SectionType.sections": "The sections below it, in their order.",
    "SectionType.guide": "A sentence or two for authors: what to say, how much, on what evidence.",
    "SignOffRule.sections": (
        "The paths to sign, each with what is below it; `*` is everything, `@front` the front "
        "matter, `@rest` the text outside of sections."
    ),
    "SignOffRule.role": (
        "Who counts: reviewer, or a role of your own, which people then hold in people.yaml."
    ),
    "SignOffRule.count": "How many different people.",
    "SignOffRule.when": "The rule counts only for briefs whose front matter has these values.",
    "SignOffRule.personal_key": "only what is signed with the person's own SSH key counts",
    "SignOffRule.shared": "who counts for another rule in the section counts for this one too",
    "Terms.quorum": "how many different people in all",
    "Terms.veto": "roles that may veto",
    "Terms.valid_days": "after how many days a sign-off counts no more; without it, never",
    "Terms.wait_hours": "hours from the submission of a text to its publication",
    "Terms.carry": "after which changes of a section a sign-off stands; never after a material one",
    "Terms.expired_keys": "what becomes of sign-offs by a key that has expired since",
    "Terms.stale_claims": "what becomes of a brief with claims out of date at its moment",
    "Terms.debt_days": "within how many days an override is to be settled",
    "RuleUse.of": "The rule's own name, where the entry has the name that the family gives it.",
    "RuleUse.off": "The rule is not asked.",
    "RuleUse.severity": (
        "error, warning or info, whatever the rule's own; or one for each of the modes draft, "
        "submit and publish."
    ),
    "Modifier.when": "Where the front matter has these values …",
    "Modifier.severity": "… all findings have this severity.",
    "BriefType.type": "The type's name: small letters, digits, hyphens.",
    "BriefType.version": "Raise it with every change: a record names the version it was judged by.",
    "BriefType.title": "The type's name for people.",
    "BriefType.about": "A sentence on what a brief of this type is.",
    "BriefType.pass_mark": "The least score that may go to review, 0 to 100.",
    "BriefType.front_matter": "The front matter.",
    "BriefType.sections": "The tree, in the order of the text.",
    "BriefType.extras": "Sections that the type does not name may stand beside those that it does.",
    "BriefType.house_rules": "The rules of the house apply; else only those named in `rules`.",
    "BriefType.rules": "Rules by name: switched off, with options, with another severity or name.",
    "BriefType.modifiers": "Front-matter values that change the severity of all findings.",
    "BriefType.terms": "what a review asks beside the sign-off rules",
    "BriefType.signoff": "Who must sign off; one rule covers everything, always.",
}

KINDS: Final = {
    "text": "one line of text",
    "word": "one line of text that programs read",
    "list": "a list of words",
    "sources": "a list of sources: words or addresses",
    "date": "a day, as 2026-03-01",
    "moment": "a moment with its zone, as 2026-03-01 09:00 Europe/Brussels",
    "integer": "a whole number from 0",
    "integers": "whole numbers from 0, separated by commas",
    "url": "an address with its scheme, as https://example.org/page",
    "email": "an e-mail address",
    "people": "a list of people, each with `name` and `email`",
    "authors": "on one line: Name (@handle), Name <mail> or Name, separated by commas",
    "version": "a release, as v1.21",
    "iso-country": "an ISO 3166-1 code, as BE",
    "brief": "the slug of another brief",
    "briefs": "a list of slugs",
    "flag": "true or false",
    "map": "entries of any form",
}

EVIDENCE: Final = {
    "score": "a score, as 96 of 100",
    "number": "a number",
    "year": "a year",
    "date": "a year, or a date with one",
    "rate": "a rate in percent",
    "link": "a link",
    "source": "a link or a footnote",
    "as-of date": "the day that it holds for, as “as of 1 March 2026”",
}
